-- Attempts since the last step of a job that ended because the database answered too late. They cost the job nothing, up to a
-- number: a statement of its own that is always too slow must not keep it alive for ever. Back to 0 with each new checkpoint.
ALTER TABLE "job" ADD COLUMN "slow_ends" INTEGER NOT NULL DEFAULT 0;
