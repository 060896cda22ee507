import { ServiceUnavailableError } from '@otklik/shared';

/** The embedded PostgreSQL can't be prepared, started or stopped. The message says what a person can do about it. */
export class EmbeddedPostgresError extends ServiceUnavailableError {}

/** A process that lives holds the data directory. Nothing was touched. */
export class DataDirInUseError extends EmbeddedPostgresError {
  /** The holder. */
  readonly pid: number;
  /** Since when it holds the directory. */
  readonly since: Date;

  constructor(dataDir: string, holder: { readonly pid: number; readonly since: Date }) {
    super(
      `The data directory ${dataDir} is in use by process ${holder.pid} since ${holder.since.toISOString()}. ` +
        'Stop that process, or choose another directory with OTKLIK_DATA_DIR.',
      { context: { dataDir, pid: holder.pid } },
    );
    this.pid = holder.pid;
    this.since = holder.since;
  }
}
