import { VkTransportError } from '@otklik/shared';
import type { z } from 'zod';

/** VK that says something new is well: nothing that its circuit should know about. */
export const shaped = <T>(method: string, parsed: z.ZodSafeParseResult<T>): T => {
  if (parsed.success) return parsed.data;
  throw new VkTransportError('VK_BAD_ANSWER', `VK's answer to ${method} has a shape that Otklik does not know.`, {
    // Paths and expectations only: the values may be texts of people.
    context: { method, faults: parsed.error.issues.flatMap((issue) => faultsOf(issue)).slice(0, 5) },
  });
};

type Issue = z.core.$ZodIssue;

/** Of several shapes, the one whose faults lie inside is the one that was meant. */
const faultsOf = (issue: Issue, above: Issue['path'] = []): readonly string[] => {
  const path = [...above, ...issue.path];
  const meant = issue.code === 'invalid_union' ? issue.errors.find(areInside) : undefined;
  return meant === undefined ? [`${path.join('.')}: ${issue.code}`] : meant.flatMap((inner) => faultsOf(inner, path));
};

const areInside = (issues: readonly Issue[]): boolean => issues.length > 0 && issues.every(({ path }) => path.length > 0);
