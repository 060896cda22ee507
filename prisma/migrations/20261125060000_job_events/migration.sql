-- What happened to a job, written by the statement that made it happen. `seq` is the version that the job had from then on.
-- No foreign key: three rows per job would each look for it, and only moves of the job write here. Who deletes a job
-- deletes its events first.
CREATE TABLE "job_event" (
    "job_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "kind" TEXT NOT NULL,
    "data" JSONB,
    CONSTRAINT "job_event_pkey" PRIMARY KEY ("job_id", "seq")
);
