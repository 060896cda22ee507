import { toAppError } from '../errors/app-error.ts';
import { type Logger, silentLogger } from '../logging/logger.ts';

export type Scope = {
  /** Registers how a thing is closed on the line that opens it, and hands the thing back. */
  use<T>(name: string, thing: T, close: (thing: T) => unknown): T;
  /** Closes everything in reverse order. A closer that fails is logged; the others still run. Runs once. */
  close(): Promise<void>;
};

export const createScope = ({ logger = silentLogger }: { readonly logger?: Logger } = {}): Scope => {
  const closers: { readonly name: string; readonly close: () => unknown }[] = [];
  let closing: Promise<void> | undefined;

  const closeAll = async (): Promise<void> => {
    for (const { name, close } of closers.toReversed()) {
      try {
        await close();
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
