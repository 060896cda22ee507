import type { Clock } from '@otklik/shared';
import { namesTag } from './conditional.ts';
import { inTime } from './in-time.ts';
import type { JobAnswer, ReadJobAnswer } from './read-job-answer.ts';

/** Between two looks. Those of all who wait go to the database together. */
const LOOK_EVERY_MS = 500;

type Deps = {
  readonly readJobAnswer: ReadJobAnswer;
  readonly clock: Clock;
  /** Aborts when the process goes down: nobody is kept waiting by that. */
  readonly draining: AbortSignal;
};

type Wanted = {
  readonly workspaceId: string;
  readonly jobId: string;
  /** `If-None-Match`: what the caller has. Without it a change is one from the first look on. */
  readonly known: string | undefined;
  /** 0: one look. */
  readonly waitMs: number;
  /** Aborts when the caller goes away. */
  readonly untilGone: () => AbortSignal;
};

export type WaitForChange = (wanted: Wanted) => Promise<JobAnswer | null>;

/**
 * The job as soon as it is another than the caller knows, or has ended, or the time is over. Nothing is held while it waits.
 * Null for no such job. Throws ServiceUnavailableError when a look takes too long, DatabaseError.
 */
export const makeWaitForChange = ({ readJobAnswer, clock, draining }: Deps): WaitForChange => {
  const look = ({ workspaceId, jobId }: Wanted): Promise<JobAnswer | null> => inTime(readJobAnswer(workspaceId, jobId));

  return async (wanted) => {
    let answer = await look(wanted);
    if (wanted.waitMs === 0) return answer;
    const known = wanted.known ?? answer?.etag;
    const stop = AbortSignal.any([wanted.untilGone(), draining]);
    const until = clock.now() + wanted.waitMs;
    while (isAsKnown(answer, known) && !stop.aborted) {
      const leftMs = until - clock.now();
      if (leftMs <= 0) return answer;
      await clock.sleep(Math.min(LOOK_EVERY_MS, leftMs), stop).catch(() => undefined);
      if (!stop.aborted) answer = await look(wanted);
    }
    return answer;
  };
};

/** What has ended does not change any more, and what is not there neither. */
const isAsKnown = (answer: JobAnswer | null, known: string | undefined): answer is JobAnswer =>
  answer !== null && answer.retryAfterS !== null && namesTag(known, answer.etag);
