import { type Clock, type Logger, systemClock } from '@otklik/shared';
import type { PoolRole } from './pool-limits.ts';
import { type StatementName, nameStatement } from './statement-fingerprint.ts';

type Slow = {
  readonly pool: PoolRole;
  readonly text: string;
  readonly ms: number;
  /** Why it failed; undefined when it did not. */
  readonly code?: string | undefined;
};

type Deps = { readonly logger: Logger; readonly clock?: Clock };

/** A database in trouble makes every statement slow: the log names each of them, and then only counts for a while. */
const QUIET_MS = 10_000;
/** Far more than there are statements in the product; a bound all the same. */
const MAX_KNOWN = 1_000;

type Known = StatementName & { quietUntil: number; unsaid: number };

/**
 * Logs slow statements by fingerprint, pool and duration, never with values. The same statement is told at most every
 * ten seconds: `unsaid` counts what was left out since. What a fingerprint stands for is told once, at `debug`.
 */
export const createSlowLog = ({ logger, clock = systemClock }: Deps): ((slow: Slow) => void) => {
  const known = new Map<string, Known>();
  const find = (pool: PoolRole, text: string): Known => {
    const key = `${pool} ${text}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MAX_KNOWN) known.clear();
    const made = { ...nameStatement(text), quietUntil: -Infinity, unsaid: 0 };
    known.set(key, made);
    const { fingerprint, normalized } = made;
    logger.debug('what the fingerprint of a statement stands for', { fingerprint, normalized });
    return made;
  };

  return ({ pool, text, ms, code }) => {
    const one = find(pool, text);
    if (clock.now() < one.quietUntil) {
      one.unsaid += 1;
      return;
    }
    const { fingerprint, statement, unsaid } = one;
    Object.assign(one, { quietUntil: clock.now() + QUIET_MS, unsaid: 0 });
    logger.warn('a statement was slow', {
      pool,
      fingerprint,
      statement,
      ms: Math.round(ms),
      ...(code !== undefined && { code }),
      ...(unsaid > 0 && { unsaid }),
    });
  };
};
