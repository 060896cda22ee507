import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatorClient } from '@otklik/vk-simulator';
import { waitFor } from '@otklik/testing';
import { z } from 'zod';
import { type CollectSite, onCollectSite } from './collect-site.ts';
import { lowerBoundOf } from './lower-bound.ts';
import { WALL_NAMES, ownerOf, tokenOf } from './names.ts';

/** What VK grants each token, and how long it takes to answer, wherever nothing else is said. */
export const PER_SECOND = 3;
const LATENCY_MS = '80-400';
export const SECONDS = 60;
/** More than anybody can read in the time. */
const ENDLESS_POSTS = 40_000;

const vkFor = (tokens: number, posts = ENDLESS_POSTS): readonly string[] =>
  ['--tokens', tokens, '--posts', posts, '--rps', PER_SECOND, '--latency', LATENCY_MS].map(String);

/** Comments per second of one worker with so many tokens, counted from the first request on as they are stored. */
export const measureWorker = (tokens: number, signal: AbortSignal): Promise<number> =>
  onCollectSite({ simulator: vkFor(tokens) }, async (site) => {
    await addTokens(site, tokens);
    await site.startWorker();
    await site.submit({ target: { wall: WALL_NAMES[0] } });
    await untilAsked(site.vk);
    await delay(SECONDS * 1_000, undefined, { signal });
    return (await site.stored()) / SECONDS;
  });

/** Comments per second of a reader that keeps nothing: it pays for no database. */
export const measureReader = (module: string, signal: AbortSignal): Promise<number> =>
  onCollectSite({ simulator: vkFor(1) }, async (site) => {
    const args = ['--url', site.vkUrl, '--token', tokenOf(1), `--owner=${ownerOf(0)}`, '--seconds', String(SECONDS)];
    const reader = site.startReader(module, args);
    await delay(SECONDS * 1_000, undefined, { signal });
    const line = await reader.waitForLine(/"comments"/, { timeoutMs: 10_000 });
    const { comments, ms } = z.object({ comments: z.int(), ms: z.number() }).parse(JSON.parse(line));
    return (comments * 1_000) / ms;
  });

export type Starts = { readonly started: number; readonly allowed: number; readonly tooFast: number };

/** Three workers that share one token, each with work for the whole time: requests started over those that VK allows. */
export const measureStarts = (signal: AbortSignal): Promise<Starts> =>
  onCollectSite({ simulator: vkFor(1) }, async (site) => {
    await addTokens(site, 1);
    // One job at a time each: nobody can take them all.
    for (let nth = 1; nth <= 3; nth += 1) await site.startWorker({ WORKER_CONCURRENCY: '1', WORKER_QUEUES: 'parse' });
    for (const wall of WALL_NAMES.slice(0, 3)) await site.submit({ target: { wall } });
    await untilRunning(site, 3);
    // Counted by whole seconds.
    const since = Math.ceil(Date.now() / 1_000) * 1_000;
    const until = since + SECONDS * 1_000;
    await delay(until + 1_000 - Date.now(), undefined, { signal });
    const { total } = await site.vk.stats({ since, until });
    return { started: total.started, allowed: PER_SECOND * SECONDS, tooFast: (await site.vk.stats()).total.refused['6'] ?? 0 };
  });

export type Optimum = { readonly requests: number; readonly lowerBound: number; readonly comments: number };

/** A wall that takes about a minute, read from its first post to its last: requests made, and the least that anybody needs. */
export const measureOptimum = (): Promise<Optimum> =>
  onCollectSite({ simulator: vkFor(1, 4_500) }, async (site) => {
    await addTokens(site, 1);
    await site.startWorker();
    await site.untilSucceeded(await site.submit({ target: { wall: WALL_NAMES[0] } }));
    const counts = await site.vk.counts(ownerOf(0));
    const comments = await site.stored();
    if (comments !== counts.comments) throw new Error(`${comments} comments are stored, VK has ${counts.comments}.`);
    const { total } = await site.vk.stats();
    return { requests: total.started, lowerBound: lowerBoundOf([counts]), comments };
  });

/** Megabytes that a worker took at most while it collected so many comments, as VK answers without delay or limit. */
export const measurePeakMemory = (
  posts: number,
): Promise<{ readonly comments: number; readonly peakMb: number; readonly perSecond: number }> =>
  onCollectSite({ simulator: ['--posts', String(posts), '--rps', '100000'] }, async (site) => {
    await addTokens(site, 1, 1_000);
    const worker = await site.startWorker();
    const startedAt = performance.now();
    await site.untilSucceeded(await site.submit({ target: { wall: WALL_NAMES[0] }, timeoutMs: 3_600_000 }));
    const comments = await site.stored();
    return { comments, peakMb: await worker.peakMb(), perSecond: (comments * 1_000) / (performance.now() - startedAt) };
  });

const addTokens = async (site: CollectSite, tokens: number, requestsPerSecond = PER_SECOND): Promise<void> => {
  for (let nth = 1; nth <= tokens; nth += 1) await site.addToken({ token: tokenOf(nth), requestsPerSecond });
};

const untilAsked = (vk: SimulatorClient): Promise<boolean> =>
  waitFor(async () => (await vk.stats()).total.started > 0, { timeoutMs: 60_000, everyMs: 20, what: 'the first request' });

const untilRunning = (site: CollectSite, jobs: number): Promise<boolean> =>
  waitFor(async () => (await site.query(`SELECT 1 FROM job WHERE state = 'running'`)).length >= jobs, {
    timeoutMs: 60_000,
    what: 'all jobs to run',
  });
