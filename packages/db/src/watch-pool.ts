import { Writable, finished } from 'node:stream';
import type pg from 'pg';

export type Ended = { readonly text: string; readonly ms: number; /** undefined: it worked. */ readonly thrown?: unknown };

/** Why something was run again: rows that others held, or a connection that was lost. */
export const retryReasons = ['conflict', 'connection_lost'] as const;
export type RetryReason = (typeof retryReasons)[number];

/** Is told what happens on a pool. */
export type PoolWatch = {
  ended(statement: Ended): void;
  /** There was no connection to be had. */
  unconnected(thrown: unknown): void;
  retried(reason: RetryReason): void;
  /** What was under way was ended because the time for it was over: unlike one that nobody wants any more, a fault of the database. */
  outOfTime(): void;
};

/** Sees nothing. */
export const noWatch: PoolWatch = {
  ended: () => undefined,
  unconnected: () => undefined,
  retried: () => undefined,
  outOfTime: () => undefined,
};

/**
 * Watches at the one place that every statement passes, whoever sends it: Prisma's adapter, plain SQL, cursors and
 * copies. Call it before the pool is used.
 */
export const watchPool = (pool: pg.Pool, watch: PoolWatch): void => {
  pool.on('connect', (client) => {
    observe(client, 'query', (args) => {
      const startedAt = performance.now();
      return (thrown) => watch.ended({ text: textOf(args[0]), ms: performance.now() - startedAt, thrown });
    });
  });
  observe(pool, 'connect', () => (thrown) => {
    if (thrown !== undefined) watch.unconnected(thrown);
  });
};

type Begin = (args: readonly unknown[]) => (thrown: unknown) => void;

/** Puts itself before a method of the driver that answers by callback, by promise, or as a stream. */
const observe = (owner: object, name: string, begin: Begin): void => {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new TypeError(`The driver has no ${name}.`);
  Reflect.set(owner, name, (...args: readonly unknown[]): unknown => {
    const end = begin(args);
    const last = args.at(-1);
    if (typeof last === 'function') {
      const answer = (thrown: unknown, ...rest: readonly unknown[]): unknown => {
        end(thrown ?? undefined);
        return Reflect.apply(last, undefined, [thrown, ...rest]);
      };
      return Reflect.apply(method, owner, [...args.slice(0, -1), answer]);
    }
    const answer: unknown = Reflect.apply(method, owner, args);
    if (answer instanceof Promise) answer.then(() => end(undefined), end);
    else if (answer instanceof Writable) finished(answer, (thrown) => end(thrown ?? undefined));
    return answer;
  });
};

const textOf = (statement: unknown): string => {
  if (typeof statement === 'string') return statement;
  const text: unknown = typeof statement === 'object' && statement !== null ? Reflect.get(statement, 'text') : undefined;
  return typeof text === 'string' ? text : '';
};
