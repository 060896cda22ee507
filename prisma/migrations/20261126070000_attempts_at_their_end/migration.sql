-- An attempt is a row once it is over: written when it began and again when it ended, it cost a job a fifteenth of the
-- processor time that it takes. Until then the row of its job tells of it, which is written with every start anyway. What
-- these columns say holds for running and cancelling jobs. They are not cleared at the end: the statement that makes it returns them.
ALTER TABLE "job" ADD COLUMN "worker" TEXT, ADD COLUMN "attempt_started_at" TIMESTAMPTZ(3);

-- All attempts, with the one that runs. A process of an earlier version, which may work on during an upgrade, writes a row when
-- it begins one: that row is the attempt then, and whoever ends it writes over it, so those that run now are left to it as well.
CREATE VIEW "every_attempt" AS
SELECT a.job_id, a.number, a.workspace_id, a.worker, a.started_at, a.finished_at, a."end", a.error FROM job_attempt a
UNION ALL
SELECT j.id, j.starts, j.workspace_id, j.worker, j.attempt_started_at, NULL::timestamptz(3), 'running'::attempt_end, NULL::jsonb FROM job j
WHERE j.state IN ('running', 'cancelling')
  AND NOT EXISTS (SELECT 1 FROM job_attempt begun WHERE begun.job_id = j.id AND begun.number = j.starts);
