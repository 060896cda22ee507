import { AnalyzeResult, ExportResult, ParseResult, isTerminal } from '@otklik/contracts';
import { ServiceUnavailableError, systemClock } from '@otklik/shared';
import type { ApiClient, JobBody } from './api-client.ts';
import type { ProgressView } from './progress-view.ts';

const POLL_MS = 150;

type Deps = {
  readonly api: ApiClient;
  readonly view: ProgressView;
  /** Where an export lies on this machine. */
  readonly locateExport: (exportId: string) => Promise<string | null>;
};

/** What the demo reports; the shape is part of the command's contract. */
export type DemoReport = {
  readonly parse: {
    readonly state: string;
    readonly posts: number;
    readonly comments: number;
    readonly claimed: number;
    readonly missing: number;
  };
  readonly analyze: { readonly state: string; readonly comments: number };
  readonly export: { readonly state: string; readonly rows: number; readonly file: string | null; readonly sha256: string | null };
};

/**
 * Collects a wall, analyzes what came, and writes it to a file: one pipeline, submitted and followed through the API.
 * Resolves when all three have ended, however they ended; rejects with the signal's reason.
 */
export const makeRunDemo =
  ({ api, view, locateExport }: Deps) =>
  async (wall: string, stop: AbortSignal): Promise<DemoReport> => {
    const parse = await api.submitParse({
      target: { wall },
      labels: ['demo'],
      then: [{ type: 'analyze', then: [{ type: 'export', format: 'csv' }] }],
    });
    const jobs = await follow({ api, view, pipelineId: parse.id.replace(/^job_/, 'pip_') }, stop);
    return reportOf(jobs, locateExport);
  };

const order = ['parse', 'analyze', 'export'];

type Following = Pick<Deps, 'api' | 'view'> & { readonly pipelineId: string };

const follow = async ({ api, view, pipelineId }: Following, stop: AbortSignal): Promise<readonly JobBody[]> => {
  for (;;) {
    stop.throwIfAborted();
    const jobs = (await api.pipeline(pipelineId)).toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
    view.show(jobs);
    if (jobs.length === order.length && jobs.every(({ state }) => isTerminal(state))) return jobs;
    await systemClock.sleep(POLL_MS, stop);
  }
};

const reportOf = async (jobs: readonly JobBody[], locate: Deps['locateExport']): Promise<DemoReport> => {
  const [parse, analyze, exported] = order.map((type) => jobs.find((job) => job.type === type));
  if (parse === undefined || analyze === undefined || exported === undefined)
    throw new ServiceUnavailableError('The pipeline of the demo is not complete.');
  const collected = ParseResult.safeParse(parse.result).data;
  const analyzed = AnalyzeResult.safeParse(analyze.result).data;
  const file = ExportResult.safeParse(exported.result).data;
  return {
    parse: {
      state: parse.state,
      posts: collected?.posts ?? 0,
      comments: collected?.comments ?? 0,
      claimed: collected?.claimed ?? 0,
      missing: collected?.missing ?? 0,
    },
    analyze: { state: analyze.state, comments: analyzed?.comments ?? 0 },
    export: {
      state: exported.state,
      rows: file?.rows ?? 0,
      file: file === undefined ? null : await locate(file.exportId),
      sha256: file?.sha256 ?? null,
    },
  };
};
