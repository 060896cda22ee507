import { type JobRecord, MAX_JOB_LOG_LINES } from '@otklik/contracts';
import { type KeptLine, withKeptLines } from '@otklik/shared';
import { cutFields, cutText } from './cut-fields.ts';
import type { LogBuffer } from './log-buffer.ts';

const MAX_MESSAGE = 1_024;
const MAX_FIELDS = 4_096;

type Deps = { readonly buffer: Pick<LogBuffer, 'add' | 'cap'> };

/** Runs an attempt so that what is logged inside it, however deep, is kept with its job. */
export type KeepLog = <T>(job: Pick<JobRecord, 'id' | 'workspaceId' | 'starts'>, attempt: () => Promise<T>) => Promise<T>;

/** Keeps nothing. */
export const keepNoLog: KeepLog = (_job, attempt) => attempt();

/**
 * Keeps the lines of an attempt until it has ended: what work that was given up says afterwards may come out of turn, and
 * stays in the log of the worker alone.
 */
export const makeKeepLog =
  ({ buffer }: Deps): KeepLog =>
  async ({ id, workspaceId, starts }, attempt) => {
    let index = 0;
    let hasEnded = false;
    const keep = ({ at, level, message, fields }: KeptLine): void => {
      if (hasEnded) return;
      // One more than may be kept: the database makes it the line that says so.
      if (index > MAX_JOB_LOG_LINES) return buffer.cap();
      const text = cutText(message, MAX_MESSAGE);
      buffer.add({ jobId: id, workspaceId, attempt: starts, index, at, level, message: text, fields: cutFields(fields, MAX_FIELDS) });
      index += 1;
    };
    try {
      return await withKeptLines(keep, attempt);
    } finally {
      hasEnded = true;
    }
  };
