-- What attempts said, for the owners of the jobs. No foreign key: lines come in batches, some after the attempt has ended,
-- and each would lock its job's row. Whoever deletes jobs deletes their lines first.
CREATE TABLE "job_log" (
    "job_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    -- attempt * 10000 + place in the attempt: two processes never make the same, and it grows with time
    "seq" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "fields" JSONB,
    CONSTRAINT "job_log_pkey" PRIMARY KEY ("job_id", "seq")
);
