/**
 * A part for a statement whose commit does not wait for the disk; name it in the FROM of the outermost SELECT. What was
 * confirmed like this is forgotten when PostgreSQL dies within the next 0.6 s (three times its `wal_writer_delay`), but never
 * without everything that was written after it: the log is written in its order. Only for what may be made again: a claim, which
 * adds a delivery that is there already; a start, whose lease is never given again; a line of a log.
 */
export const UNSYNCED = `unsynced AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))`;
