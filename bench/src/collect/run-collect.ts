import type { BenchContext } from '../benchmark.ts';
import type { BenchReport } from '../report/report.ts';
import { PER_SECOND, SECONDS, measureOptimum, measurePeakMemory, measureReader, measureStarts, measureWorker } from './measures.ts';

const FOUR = 4;
/** Of the long-tailed wall with 14 comments a post. */
const SMALL_POSTS = 7_150;
const LARGE_POSTS = 71_500;

const OURS = 'one_token';

/** Collecting from a VK that keeps its limits: against what is possible, against a plain loop, and against vk-io. */
export const runCollect = async (context: BenchContext): Promise<BenchReport> => toReport(await measureAll(context));

type Measured = Awaited<ReturnType<typeof measureAll>>;

const measureAll = async ({ signal, note }: BenchContext) => {
  const step = async <T>(what: string, measure: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    note(`${what} …`);
    const measured = await measure();
    note(`  ${JSON.stringify(measured)}`);
    return measured;
  };
  return {
    ours: await step('one worker, one token', () => measureWorker(1, signal)),
    vkIo: await step('vk-io', () => measureReader('packages/vk-simulator/src/testing/vk-io-reader-main.ts', signal)),
    four: await step('one worker, four tokens', () => measureWorker(FOUR, signal)),
    plain: await step('a plain loop', () => measureReader('bench/src/collect/plain-loop-main.ts', signal)),
    starts: await step('three workers, one token', () => measureStarts(signal)),
    optimum: await step('a whole wall', measureOptimum),
    small: await step('memory, 100,000 comments', () => measurePeakMemory(SMALL_POSTS)),
    large: await step('memory, 1,000,000 comments', () => measurePeakMemory(LARGE_POSTS)),
  };
};

const toReport = ({ ours, vkIo, four, plain, starts, optimum, small, large }: Measured): BenchReport => ({
  name: 'collect',
  unit: 'comments/s',
  headline: OURS,
  ours: [
    { name: OURS, rates: [ours] },
    { name: 'four_tokens', rates: [four] },
    { name: 'requests_started', rates: [starts.started] },
    { name: 'requests_least', rates: [optimum.lowerBound] },
  ],
  peers: [
    { name: 'plain_loop', rates: [plain] },
    { name: 'vk_io', rates: [vkIo] },
    { name: 'requests_allowed', rates: [starts.allowed] },
    { name: 'requests_made', rates: [optimum.requests] },
  ],
  comparisons: [
    { name: 'starts', ours: 'requests_started', peer: 'requests_allowed', target: 0.97 },
    { name: 'optimum', ours: 'requests_least', peer: 'requests_made', target: 0.9 },
    { name: 'plain_loop', ours: OURS, peer: 'plain_loop', target: 20 },
    { name: 'vk_io', ours: OURS, peer: 'vk_io', target: 1.1 },
    { name: 'four_tokens', ours: 'four_tokens', peer: OURS, target: 3.8 },
  ],
  figures: { tooManyRequestsAnswers: starts.tooFast },
  groups: {
    wholeWall: { comments: optimum.comments, requests: optimum.requests, lowerBound: optimum.lowerBound },
    memory: {
      comments: small.comments,
      peakRssMb: round(small.peakMb),
      manyComments: large.comments,
      manyPeakRssMb: round(large.peakMb),
      ratio: Number((large.peakMb / small.peakMb).toFixed(3)),
      manyCommentsPerSecond: round(large.perSecond),
    },
  },
  notes,
});

const round = (value: number): number => Math.round(value);

const notes: readonly string[] = [
  `VK is simulated in a process of its own: ${PER_SECOND} requests/s per token (in any 1,000 ms), answers after 80–400 ms, 25 calls per execute.`,
  `Long-tailed walls: 14 comments a post on average in every 1,000 posts, a fifth of the posts without any, threads beyond ten replies among them. ${SECONDS} s each.`,
  'Ours is the product: API, job, worker, PostgreSQL with fsync, Redis with append-only file; comments count when they are stored.',
  'plain_loop: one call of wall.getComments after the other, posts without comments skipped, threads read on by their root; stores nothing.',
  'vk_io: 4.10.1 in its parallel mode, each call queued as soon as it can be known; stores nothing.',
  'starts: three workers with one token; requests_started and requests_allowed are counts of the same time, not rates.',
  'optimum: requests_least (the formula: lower-bound.ts) over requests_made, for a whole wall, resolving its name included.',
  'memory: peak RSS (VmHWM) of a worker that collects a wall while VK answers at once and allows any rate.',
];
