import { type AnswerChecker, createAnswerChecker } from '../../../apps/api/src/testing/answer-checker.ts';
import { JobState, isTerminal } from '@otklik/contracts';
import { waitFor } from '@otklik/testing';
import { z } from 'zod';

const Job = z.looseObject({
  id: z.string(),
  type: z.string(),
  state: JobState,
  starts: z.int(),
  attempts: z.int(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  runAt: z.string(),
  startedAt: z.string().nullable(),
  createdAt: z.string(),
});
export type Job = z.output<typeof Job>;

const Jobs = z.object({ items: z.array(Job), nextCursor: z.string().nullable() });
const Attempts = z.object({
  items: z.array(
    z.object({ number: z.int(), worker: z.string(), startedAt: z.string(), finishedAt: z.string().nullable(), end: z.string() }),
  ),
});
const Log = z.object({ items: z.array(z.object({ seq: z.int(), attempt: z.int(), at: z.string(), message: z.string() })) });
export type LogLine = z.output<typeof Log>['items'][number];
export type Attempt = z.output<typeof Attempts>['items'][number];

export type Answer = { readonly status: number; readonly body: unknown; readonly ms: number };

/** Otklik's own HTTP API, as a client uses it. A call rejects when its answer is not as documented. */
export type ApiCaller = {
  /** For calls whose headers matter. */
  readonly key: string;
  /** Any call; rejects when there is no answer. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  submit(type: string, body: unknown): Promise<Job>;
  job(id: string): Promise<Job>;
  jobs(query: string): Promise<readonly Job[]>;
  /** Its first 200. */
  attempts(id: string): Promise<readonly Attempt[]>;
  /** Its first 200 lines. */
  log(id: string): Promise<readonly LogLine[]>;
  /** All jobs that came with this one, once all of them have ended. */
  pipelineEnd(id: string, timeoutMs?: number): Promise<readonly Job[]>;
  end(id: string, timeoutMs?: number): Promise<Job>;
};

export const createApiCaller = ({ url, key }: { readonly url: string; readonly key: string }): ApiCaller => {
  let checker: Promise<AnswerChecker> | undefined;
  const openChecker = async (): Promise<AnswerChecker> => createAnswerChecker(await (await fetch(`${url}/openapi.json`)).json());
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await response.text();
    const ms = performance.now() - startedAt;
    checker ??= openChecker();
    // A redirect was followed: the answer is that of the place it led to.
    const seen = {
      method,
      path: new URL(response.url).pathname,
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: text,
    };
    const faults = (await checker)(seen);
    if (faults.length > 0) throw new Error(`${method} ${path} → ${response.status} is not as documented: ${faults.join('; ')}`);
    const isJson = /application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: isJson ? JSON.parse(text) : text, ms };
  };
  const expecting = async <T>(answer: Promise<Answer>, schema: z.ZodType<T>, status = 200): Promise<T> => {
    const { status: found, body } = await answer;
    if (found !== status) throw new Error(`answered ${found}: ${JSON.stringify(body)}`);
    return schema.parse(body);
  };
  const job = (id: string): Promise<Job> => expecting(call('GET', `/v1/jobs/${id}`), Job);
  const jobs = async (query: string): Promise<readonly Job[]> => (await expecting(call('GET', `/v1/jobs?${query}`), Jobs)).items;

  return {
    key,
    call,
    job,
    jobs,
    submit: (type, body) => expecting(call('POST', `/v1/jobs/${type}`, body), Job, 202),
    attempts: async (id) => (await expecting(call('GET', `/v1/jobs/${id}/attempts?limit=200`), Attempts)).items,
    log: async (id) => (await expecting(call('GET', `/v1/jobs/${id}/logs?limit=200`), Log)).items,
    end: (id, timeoutMs = 60_000) => waitFor(async () => settled(await job(id)), { timeoutMs, everyMs: 100, what: `${id} to end` }),
    pipelineEnd: (id, timeoutMs = 60_000) => {
      const query = `limit=200&pipelineId=${id.replace('job_', 'pip_')}`;
      return waitFor(async () => (await jobs(query)).length > 0 && allSettled(await jobs(query)), {
        timeoutMs,
        everyMs: 100,
        what: `the pipeline of ${id} to end`,
      });
    },
  };
};

const settled = (job: Job): Job | false => isTerminal(job.state) && job;

const allSettled = (jobs: readonly Job[]): readonly Job[] | false => jobs.every(({ state }) => isTerminal(state)) && jobs;
