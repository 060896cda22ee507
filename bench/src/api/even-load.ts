import { Agent, request as send } from 'node:http';
import { spreadOf } from '../report/statistics.ts';
import type { Request } from './load.ts';

export type Rate = { readonly perSecond: number; readonly seconds: number };

export type Latencies = { readonly p50Ms: number; readonly p99Ms: number; readonly errors: number };

/**
 * Sends at an even rate, whether or not earlier requests were answered, and measures each from the moment it was due: a
 * server that falls behind shows it, instead of slowing its callers down (the "coordinated omission" of closed loops).
 * `errors`: failures, and answers with another status than expected.
 */
export const sendEvenly = async (request: Request, { perSecond, seconds }: Rate): Promise<Latencies> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const startedAt = performance.now();
  const pending: Promise<number | null>[] = [];
  const total = Math.round(perSecond * seconds);
  try {
    while (pending.length < total) {
      const due = startedAt + (pending.length * 1_000) / perSecond;
      const early = due - performance.now();
      if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
      pending.push(one({ request, agent, due, turn: pending.length }));
    }
    const times = await Promise.all(pending);
    const good = times.filter((ms) => ms !== null);
    const { median } = spreadOf(good);
    return { p50Ms: rounded(median), p99Ms: rounded(quantile(good, 0.99)), errors: times.length - good.length };
  } finally {
    agent.destroy();
  }
};

type One = { readonly request: Request; readonly agent: Agent; readonly due: number; readonly turn: number };

/** Milliseconds from when it was due to the last byte of the answer; null when it went wrong. */
const one = ({ request, agent, due, turn }: One): Promise<number | null> =>
  new Promise((resolve) => {
    const { url, method, headers, body, paths, expectedStatus } = request;
    const path = paths?.[turn % paths.length];
    const target = path === undefined ? url : new URL(path, url);
    const sent = send(target, { agent, method, headers: { ...headers } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode === expectedStatus ? performance.now() - due : null));
      answer.once('error', () => resolve(null));
    });
    sent.once('error', () => resolve(null));
    sent.end(body);
  });

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const rounded = (ms: number): number => Number(ms.toFixed(1));
