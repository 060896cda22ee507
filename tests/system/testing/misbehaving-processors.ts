import type { JobType, ResultOf } from '@otklik/contracts';
import type { JobContext, Processor, Processors } from '@otklik/core';
import { systemClock } from '@otklik/shared';
import { aParseResult } from '@otklik/testing';
import { z } from 'zod';

const names = ['noop', 'slow', 'stubborn', 'busy', 'exit', 'oom'] as const;

const Parts = z.object({ name: z.enum(names), number: z.coerce.number().int().nonnegative().optional() });
export type Misbehaviour = z.output<typeof Parts>;

/** Reads `<name>[:<number>]`, as a test hands it to a worker process. */
export const parseMisbehaviour = (text: string): Misbehaviour => {
  const [name, number] = text.split(':');
  return Parts.parse({ name, number });
};

/** Jobs with this label are worked on as usual: the neighbours of those that misbehave. */
export const WELL_BEHAVED = 'well-behaved';

/** Jobs with this label misbehave the first time only once one that is well-behaved runs in the same process. */
export const NEVER_ALONE = 'never-alone';

/**
 * Puts work that misbehaves in the place of every processor:
 * `noop` ends at once; `slow:N` works N ms (without a number: for ever) and obeys its signal; `stubborn:N` works as long
 * and does not obey; `busy:N` gives nothing else a turn as long; `exit:N` ends the process with this code (default 1);
 * `oom` takes memory until there is none.
 */
export const misbehaving = (misbehaviour: Misbehaviour) => {
  const misbehave = actions[misbehaviour.name];
  let neighbours = 0;
  const beNeighbour = async <R>(work: () => Promise<R>): Promise<R> => {
    neighbours += 1;
    return work().finally(() => {
      neighbours -= 1;
    });
  };
  const instead =
    <T extends JobType>(type: T, usual: Processor<T>): Processor<T> =>
    async (context) => {
      const { labels, starts } = context.job;
      if (labels.includes(WELL_BEHAVED)) return beNeighbour(() => usual(context));
      if (labels.includes(NEVER_ALONE) && starts === 1) while (neighbours === 0) await systemClock.sleep(10, context.signal);
      await misbehave(context, misbehaviour.number);
      return { result: emptyResults[type], outcome: 'complete' };
    };
  return (ours: Processors): Processors => ({
    parse: instead('parse', ours.parse),
    analyze: instead('analyze', ours.analyze),
    export: instead('export', ours.export),
  });
};

/** Timers hold no longer delay. */
const FOR_EVER_MS = 2 ** 31 - 1;

type Misbehave = (context: Pick<JobContext, 'signal'>, number: number | undefined) => Promise<void>;

const actions: Readonly<Record<Misbehaviour['name'], Misbehave>> = {
  noop: async () => undefined,
  slow: ({ signal }, ms = FOR_EVER_MS) => systemClock.sleep(ms, signal),
  stubborn: (_, ms = FOR_EVER_MS) => systemClock.sleep(ms),
  busy: async (_, ms = Number.POSITIVE_INFINITY) => {
    const startedAt = performance.now();
    while (performance.now() - startedAt < ms);
  },
  exit: async (_, code = 1) => process.exit(code),
  oom: async () => {
    const hoard: unknown[] = [];
    for (;;) hoard.push(Array.from({ length: 100_000 }, () => ({ size: hoard.length })));
  },
};

const emptyResults: { readonly [T in JobType]: ResultOf<T> } = {
  parse: aParseResult(),
  analyze: {
    comments: 0,
    withoutText: 0,
    languages: {},
    entities: { mentions: 0, links: 0, hashtags: 0, emoji: 0 },
    topStems: [],
    keywords: [],
  },
  export: { exportId: 'exp_none', format: 'csv', rows: 0, bytes: 0, sha256: '0'.repeat(64), fileName: 'none.csv' },
};
