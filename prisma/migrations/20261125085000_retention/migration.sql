-- Living jobs that began again and again: a job that has to wait begins ten times a second while what it needs is away. Their
-- old attempts are trimmed; the sweep reads this instead of all living jobs. Empty but for them, so moves pay nothing.
CREATE INDEX "job_many_starts_idx" ON "job" ("id") WHERE "starts" > 20 AND "state" IN ('blocked', 'queued', 'running', 'cancelling');
