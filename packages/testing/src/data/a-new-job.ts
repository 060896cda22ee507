import type { NewJob } from '@otklik/contracts';
import { newId } from '@otklik/shared';

/** A job to submit; name only what matters to the test. */
export const aNewJob = (given: Partial<NewJob> = {}): NewJob => ({
  id: newId(),
  type: 'parse',
  payload: {},
  priority: 'normal',
  timeoutMs: 60_000,
  maxAttempts: 3,
  maxStarts: 30,
  runAt: null,
  expiresAt: null,
  deadlineAt: null,
  labels: [],
  parents: [],
  pipelineId: null,
  replayOf: null,
  checkpoint: null,
  requestId: null,
  ...given,
});
