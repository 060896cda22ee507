import { type NewJob, ParsePayload, type ParseResult, jobRegistry } from '@otklik/contracts';
import type { Processors } from '@otklik/core';
import { newId } from '@otklik/shared';
import { aParseResult } from '@otklik/testing';

/** A row as `makeSubmitJob` builds it when the caller names nothing but the wall. */
export const noopJob = (): NewJob => ({
  id: newId(),
  type: 'parse',
  payload: NOOP_PAYLOAD,
  priority: 'normal',
  timeoutMs: jobRegistry.parse.timeoutMs,
  maxAttempts: jobRegistry.parse.maxAttempts,
  maxStarts: 8,
  runAt: null,
  expiresAt: null,
  deadlineAt: null,
  labels: [],
  parents: [],
  pipelineId: null,
  replayOf: null,
  checkpoint: null,
  requestId: null,
});

export const NOOP_PAYLOAD: ParsePayload = ParsePayload.parse({ target: { wall: 'severorechensk' } });

/** The product's processors, but for `parse`, which does nothing and succeeds; each job that begins is told. */
export const withNoopParse =
  (began: (jobId: string) => void) =>
  (ours: Processors): Processors => ({
    ...ours,
    parse: async ({ job }) => {
      began(job.id);
      return { result: NOOP_RESULT, outcome: 'complete' };
    },
  });

export const NOOP_RESULT: ParseResult = aParseResult();
