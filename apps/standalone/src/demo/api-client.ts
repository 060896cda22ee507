import { JobState, Progress } from '@otklik/contracts';
import { ServiceUnavailableError } from '@otklik/shared';
import { z } from 'zod';

/** What the demo reads of a job. */
const JobBody = z.object({
  id: z.string(),
  type: z.string(),
  state: JobState,
  progress: Progress.nullable(),
  waitingFor: z.object({ kind: z.string(), detail: z.string() }).nullable(),
  result: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).nullable().optional(),
});
export type JobBody = z.output<typeof JobBody>;

const JobList = z.object({ items: z.array(JobBody) });

/** Otklik's own HTTP API, used as any client would. */
export type ApiClient = {
  submitParse(body: unknown): Promise<JobBody>;
  job(id: string): Promise<JobBody>;
  pipeline(pipelineId: string): Promise<readonly JobBody[]>;
};

const Problem = z.object({
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

/** What the API has against it, in its own words. */
const reasonOf = (answer: unknown): string | undefined => {
  const { success, data } = Problem.safeParse(answer);
  if (!success) return undefined;
  const faults = (data.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`);
  return faults.length > 0 ? `${data.title} ${faults.join('; ')}.` : (data.detail ?? data.title);
};

export const createApiClient = ({ url, key }: { readonly url: string; readonly key: string }): ApiClient => {
  const call = async <T>(path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new ServiceUnavailableError(reasonOf(answer) ?? `The API answered ${response.status} to ${path}.`);
    return schema.parse(answer);
  };
  return {
    submitParse: (body) => call('/v1/jobs/parse', JobBody, body),
    job: (id) => call(`/v1/jobs/${id}`, JobBody),
    pipeline: async (pipelineId) => (await call(`/v1/jobs?pipelineId=${pipelineId}`, JobList)).items,
  };
};
