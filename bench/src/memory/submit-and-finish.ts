import { setTimeout as pass } from 'node:timers/promises';
import { waitFor } from '@otklik/testing';
import type pg from 'pg';
import { ORDER } from '../api/open-site.ts';

type Place = { readonly api: string; readonly key: string; readonly client: Pick<pg.Client, 'query'> };

/** Enough to keep the API busy. */
const CALLERS = 16;
/** A caller that is told that there is no capacity just now comes again. */
const NO_CAPACITY = 503;
const AGAIN_MS = 200;

const UNDONE = 'SELECT 1 FROM job WHERE finished_at IS NULL LIMIT 1';

/** Submits so many jobs through the API, and returns when all of them are done. */
export const submitAndFinish = async ({ api, key, client }: Place, amount: number): Promise<void> => {
  let left = amount;
  const submit = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (!(await submitOne(api, key))) left += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, submit));
  const isDone = async (): Promise<boolean> => (await client.query(UNDONE)).rows.length === 0;
  await waitFor(isDone, { timeoutMs: 600_000, everyMs: 50, what: 'all jobs to end' });
};

/** False: not accepted, and worth another try. */
const submitOne = async (api: string, key: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${api}/v1/jobs/parse`, { method: 'POST', headers, body: ORDER });
  await answer.arrayBuffer();
  if (answer.status === 202) return true;
  if (answer.status !== NO_CAPACITY) throw new Error(`A job was not accepted: ${answer.status}.`);
  await pass(AGAIN_MS);
  return false;
};
