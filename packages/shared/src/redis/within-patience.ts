import { CacheError } from '../errors/infrastructure-errors.ts';

/**
 * The answer, or CacheError after `ms`. When this process was busy so long that time ran out, an answer that lies in the
 * socket already is read first: a store is not slow because we are.
 */
export const withinPatience = <T>(answer: Promise<T>, ms: number, name = 'The Redis of the cache'): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = (): void => reject(new CacheError(`${name} did not answer within ${ms} ms.`));
    const timer = setTimeout(() => setImmediate(late), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
