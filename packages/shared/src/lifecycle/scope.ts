import { toAppError } from '../errors/app-error.ts';
import { type Logger, silentLogger } from '../logging/logger.ts';
import { withDeadline } from './with-deadline.ts';

export type Scope = {
  /** Registers how a thing is closed on the line that opens it, and hands the thing back. */
  use<T>(name: string, thing: T, close: (thing: T) => unknown): T;
  /** Closes everything in reverse order. A closer that fails is logged; the others still run. Runs once. */
  close(): Promise<void>;
};

export type ScopeOptions = {
  readonly logger?: Logger;
  /**
   * What closing may take in all, each closer a third of it at most. One that takes longer is logged and left behind: what it
   * waits for may never come. Default: no limit.
   */
  readonly withinMs?: number;
};

export const createScope = ({ logger = silentLogger, withinMs = Number.POSITIVE_INFINITY }: ScopeOptions = {}): Scope => {
  const closers: { readonly name: string; readonly close: () => unknown }[] = [];
  let closing: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    const endsAt = performance.now() + withinMs;
    for (const { name, close } of closers.toReversed()) {
      const leftMs = Math.min(withinMs / 3, Math.max(0, endsAt - performance.now()));
      try {
        if (Number.isFinite(leftMs)) await withDeadline(begin(close), leftMs, 'Closing');
        else await close();
      } catch (thrown) {
        logger.warn('closing failed', { resource: name, error: toAppError(thrown) });
      }
    }
  };

  return {
    use: (name, thing, close) => {
      closers.push({ name, close: () => close(thing) });
      return thing;
    },
    close: () => (closing ??= closeAll()),
  };
};

/** A closer that throws at once rejects. */
const begin = async (close: () => unknown): Promise<unknown> => close();
