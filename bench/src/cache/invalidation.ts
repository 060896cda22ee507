import { type Scope, createScope, openTieredCache } from '@otklik/shared';
import { type RunningProcess, runProcess, waitFor } from '@otklik/testing';
import { spreadOf } from '../report/statistics.ts';
import { sharedNow } from '../site/shared-now.ts';
import { ROUND } from './round-key.ts';

export type InvalidationTimes = { readonly p50Ms: number; readonly maxMs: number };

const PROCESSES = 4;
const ROUNDS = 60;

/**
 * From the moment before a value is set anew until the last of four processes, which had the old one in its memory, reads
 * the new one. In milliseconds.
 */
export const measureInvalidation = async (redisUrl: string): Promise<InvalidationTimes> => {
  // Those who hear look every millisecond: they end before anything else is measured.
  const scope = createScope();
  try {
    return await measure(scope, redisUrl);
  } finally {
    await scope.close();
  }
};

const measure = async (scope: Scope, redisUrl: string): Promise<InvalidationTimes> => {
  const cache = scope.use('telling cache', openTieredCache({ url: redisUrl }), (it) => it.close());
  const args = ['--redis', redisUrl];
  const processes = Array.from({ length: PROCESSES }, () =>
    scope.use('hearing process', runProcess({ module: 'bench/src/cache/hearing-main.ts', args, maxLines: 5 }), (it) => it.kill()),
  );
  // The first round is there for everybody to be up and to have a value.
  await waitFor(() => cache.set(ROUND, 1).then(() => haveAllSeen(processes, 1)), { timeoutMs: 30_000, everyMs: 200 });
  const times: number[] = [];
  for (let round = 2; round <= ROUNDS + 1; round += 1) {
    const setAt = sharedNow();
    await cache.set(ROUND, round);
    await waitFor(() => haveAllSeen(processes, round));
    times.push(Math.max(...processes.map((one) => seenAt(one, round) ?? Number.POSITIVE_INFINITY)) - setAt);
  }
  const { median, max } = spreadOf(times);
  return { p50Ms: toPlaces(median), maxMs: toPlaces(max) };
};

const seenAt = ({ lines }: RunningProcess, round: number): number | undefined => {
  const line = lines.find((one) => one.startsWith(`saw ${round} at `));
  return line === undefined ? undefined : Number(line.split(' at ')[1]);
};

const haveAllSeen = (processes: readonly RunningProcess[], round: number): boolean =>
  processes.every((one) => seenAt(one, round) !== undefined);

const toPlaces = (ms: number): number => Number(ms.toFixed(1));
