import type { z } from 'zod';
import { ConfigError } from '../errors/config-error.ts';

/**
 * Checks an environment whole. Throws ConfigError with one line a fault, naming the variable and never its value.
 * An empty variable counts as absent, as in a `.env` file with the value left out.
 */
export const parseConfig = <S extends z.ZodType>(schema: S, env: Readonly<Record<string, string | undefined>>): z.output<S> => {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'environment'}: ${wordsFor(issue)}`);
  throw new ConfigError(`The configuration is not usable:\n${faults.join('\n')}`);
};

const wordsFor = ({ code, message }: z.core.$ZodIssue): string => {
  if (code !== 'invalid_type') return message;
  if (message.endsWith('received undefined')) return 'is missing';
  return message.endsWith('received NaN') ? 'must be a number' : message;
};
