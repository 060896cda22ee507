import { VkTransportError } from '@otklik/shared';
import type { z } from 'zod';

/** VK that says something new is well: nothing that its circuit should know about. */
export const shaped = <T>(method: string, parsed: z.ZodSafeParseResult<T>): T => {
  if (parsed.success) return parsed.data;
  throw new VkTransportError('VK_BAD_ANSWER', `VK's answer to ${method} has a shape that Otklik does not know.`, {
    // Paths and expectations only: the values may be texts of people.
    context: { method, faults: parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')}: ${code}`) },
  });
};
