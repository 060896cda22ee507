/** Levels of lines that are kept with a job. */
export const logLevels = ['error', 'warn', 'info'] as const;
export type KeptLevel = (typeof logLevels)[number];

/** Lines of a job that are kept; one more says that there were others. */
export const MAX_JOB_LOG_LINES = 1_000;

/** A line that an attempt said, on its way into the log of its job. */
export type NewLogLine = {
  readonly jobId: string;
  readonly workspaceId: string;
  /** Number of the attempt. */
  readonly attempt: number;
  /** Place among the lines of the attempt, from 0. */
  readonly index: number;
  /** By the clock of the worker, as in its own log. */
  readonly at: Date;
  readonly level: KeptLevel;
  readonly message: string;
  /** An object in JSON; null when there are none. */
  readonly fields: string | null;
};

/** A line of the log of a job. */
export type JobLogLine = Pick<NewLogLine, 'attempt' | 'at' | 'level' | 'message'> & {
  /** Names the line in its job, and grows from line to line and from attempt to attempt. */
  readonly seq: number;
  readonly fields: Readonly<Record<string, unknown>> | null;
};

/** Which lines of a job, in which order; `after` is the `seq` of the last line of the page before. */
export type LogFilter = {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly attempt?: number | undefined;
  readonly levels?: readonly KeptLevel[] | undefined;
  readonly order: 'oldest' | 'newest';
  readonly after: number | null;
  readonly limit: number;
};

/** The logs of all jobs. Throws DatabaseError. */
export type JobLogStore = {
  /**
   * Keeps lines in one statement and says how many of them have a place: those beyond the limit of their job are left out. Of
   * two lines in one place the later one stays, so a line that is there already stays as it is.
   */
  append(lines: readonly NewLogLine[]): Promise<number>;
  /** null: no such job in this workspace. */
  list(filter: LogFilter): Promise<readonly JobLogLine[] | null>;
};
