import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatorClient } from '@otklik/vk-simulator';
import { type CollectSite, onCollectSite } from './collect-site.ts';
import { ReadOutcome } from './serve-reader.ts';

/** What VK grants one token, and how long it takes to answer, in all measurements but those of memory. */
export const PER_SECOND = 3;
export const LATENCY_MS = '80-400';
export const SECONDS = 60;

/** Comments per second over the time that counts, and how many requests were made in it. */
export type Rate = { readonly commentsPerSecond: number; readonly requests: number };

/** The product with `tokens` tokens in one worker, from the first request that reaches VK on. */
export const measureProduct = (tokens: number, signal: AbortSignal): Promise<Rate> =>
  onCollectSite({ simulator: ['--tokens', String(tokens), '--rps', String(PER_SECOND), '--latency', LATENCY_MS] }, async (site) => {
    for (let nth = 1; nth <= tokens; nth += 1) await site.addToken(tokenOf(nth));
    await site.startWorker({});
    await site.submit({ target: { wall: WALLS[0] } });
    const since = await untilAsked(site.vk);
    await delay(SECONDS * 1_000, undefined, { signal });
    const comments = await site.stored();
    const { started } = await totals(site.vk, { since, until: since + SECONDS * 1_000 });
    return { commentsPerSecond: comments / SECONDS, requests: started };
  });
