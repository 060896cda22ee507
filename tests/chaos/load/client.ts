import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** A client that does not give up: it asks another API when one does not answer, with the same words. */
export type Client = {
  /** Until it was accepted: the id of the job. Rejects when it is refused for good, or `signal` aborts. */
  submit(input: { readonly type: string; readonly key: string; readonly body: object }, signal: AbortSignal): Promise<string>;
  /** Until it is known to be asked. */
  cancel(jobId: string, signal: AbortSignal): Promise<void>;
  /** Answers that no client should ever get, in words. */
  readonly complaints: readonly string[];
};

/** What a client is told to come again for; everything else but success is a complaint. */
const LATER = new Set([409, 429, 503]);
const ANSWER_WITHIN_MS = 8_000;
const PAUSE_MS = 400;

const Accepted = z.object({ id: z.string() });

type Options = { readonly urls: readonly string[]; readonly key: string };
type Call = { readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: object };

export const createClient = ({ urls, key }: Options): Client => {
  const complaints: string[] = [];
  let turn = 0;

  const post = async ({ path, headers = {}, body }: Call, signal: AbortSignal): Promise<Response | undefined> => {
    const url = `${urls[(turn += 1) % urls.length]}${path}`;
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    };
    // No answer: nobody knows whether it was accepted.
    return fetch(url, init).catch(() => undefined);
  };
  const persist = async (call: Call, signal: AbortSignal): Promise<unknown> => {
    for (;;) {
      signal.throwIfAborted();
      const answer = await post(call, signal);
      const text = await answer?.text().catch(() => undefined);
      if (answer?.ok === true && text !== undefined) return JSON.parse(text);
      if (answer !== undefined && text !== undefined && !LATER.has(answer.status)) {
        complaints.push(`POST ${call.path} was answered with ${answer.status}: ${text.slice(0, 300)}`);
        if (answer.status < 500) throw new Error(complaints.at(-1));
      }
      await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    complaints,
    submit: async ({ type, key: idempotencyKey, body }, signal) =>
      Accepted.parse(await persist({ path: `/v1/jobs/${type}`, headers: { 'idempotency-key': idempotencyKey }, body }, signal)).id,
    cancel: async (jobId, signal) => {
      await persist({ path: `/v1/jobs/${jobId}:cancel` }, signal);
    },
  };
};
