-- Otklik: workspaces, keys, jobs, collected data.
-- Every table has the workspace in it from the first day. Ids are UUIDv7 made by the application; VK's ids are bigint.

CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "workspace_name_key" ON "workspace" ("name");

CREATE TABLE "api_key" (
    "key_id" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    CONSTRAINT "api_key_pkey" PRIMARY KEY ("key_id"),
    CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "api_key_workspace_id_idx" ON "api_key" ("workspace_id");

CREATE TYPE "job_state" AS ENUM ('blocked', 'queued', 'running', 'cancelling', 'succeeded', 'failed', 'timed_out', 'cancelled');
CREATE TYPE "job_outcome" AS ENUM ('complete', 'partial');
CREATE TYPE "attempt_end" AS ENUM ('running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'waited', 'yielded', 'lost');
CREATE TYPE "child_policy" AS ENUM ('cancel', 'run');

CREATE TABLE "job" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "state" "job_state" NOT NULL,
    "waiting_for" JSONB,
    "outcome" "job_outcome",
    -- 1 critical, 2 high, 3 normal, 4 low
    "priority" SMALLINT NOT NULL,
    "payload" JSONB NOT NULL,
    "progress" JSONB,
    "result" JSONB,
    "error" JSONB,
    "checkpoint" JSONB,
    "labels" TEXT[] NOT NULL DEFAULT '{}',
    "attempts_spent" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL,
    "starts" INTEGER NOT NULL DEFAULT 0,
    "max_starts" INTEGER NOT NULL,
    "timeout_ms" INTEGER NOT NULL,
    "run_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "expires_at" TIMESTAMPTZ(3),
    "deadline_at" TIMESTAMPTZ(3),
    "generation" INTEGER NOT NULL DEFAULT 1,
    "dispatched_at" TIMESTAMPTZ(3),
    "dispatch_claim_until" TIMESTAMPTZ(3),
    "lease" INTEGER NOT NULL DEFAULT 0,
    "heartbeat_at" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "pipeline_id" UUID,
    "replay_of" UUID,
    "request_id" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "queued_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    CONSTRAINT "job_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "job_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "job_priority_check" CHECK ("priority" BETWEEN 1 AND 4),
    CONSTRAINT "job_terminal_check" CHECK (("finished_at" IS NOT NULL) = ("state" IN ('succeeded', 'failed', 'timed_out', 'cancelled')))
);
-- The list of jobs, newest first. Ids sort by time, so the id alone is the keyset.
CREATE INDEX "job_workspace_id_id_idx" ON "job" ("workspace_id", "id" DESC);
CREATE INDEX "job_workspace_id_state_id_idx" ON "job" ("workspace_id", "state", "id" DESC);
-- GET /v1/jobs?label=: a word that few jobs carry would be looked for in all of them.
CREATE INDEX "job_labels_idx" ON "job" USING gin ("labels");
CREATE INDEX "job_pipeline_id_idx" ON "job" ("pipeline_id") WHERE "pipeline_id" IS NOT NULL;
-- The indexes below hold living jobs only: a million finished ones cost the movers nothing.
CREATE INDEX "job_undispatched_idx" ON "job" ("type", "priority", "run_at", "id") WHERE "state" = 'queued' AND "dispatched_at" IS NULL;
CREATE INDEX "job_dispatched_idx" ON "job" ("type", "id") WHERE "state" = 'queued' AND "dispatched_at" IS NOT NULL;
CREATE INDEX "job_heartbeat_idx" ON "job" ("heartbeat_at") WHERE "state" IN ('running', 'cancelling');
CREATE INDEX "job_blocked_idx" ON "job" ("id") WHERE "state" = 'blocked';
CREATE INDEX "job_expires_idx" ON "job" ("expires_at") WHERE "state" IN ('blocked', 'queued') AND "starts" = 0 AND "expires_at" IS NOT NULL;
CREATE INDEX "job_deadline_idx" ON "job" ("deadline_at") WHERE "state" IN ('blocked', 'queued', 'running', 'cancelling') AND "deadline_at" IS NOT NULL;

CREATE TABLE "job_parent" (
    "child_id" UUID NOT NULL,
    "parent_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "policy" "child_policy" NOT NULL,
    CONSTRAINT "job_parent_pkey" PRIMARY KEY ("child_id", "parent_id"),
    CONSTRAINT "job_parent_child_id_fkey" FOREIGN KEY ("child_id") REFERENCES "job" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "job_parent_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "job" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "job_parent_parent_id_idx" ON "job_parent" ("parent_id");

CREATE TABLE "job_attempt" (
    "job_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "workspace_id" UUID NOT NULL,
    "worker" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "finished_at" TIMESTAMPTZ(3),
    "end" "attempt_end" NOT NULL DEFAULT 'running',
    "error" JSONB,
    CONSTRAINT "job_attempt_pkey" PRIMARY KEY ("job_id", "number"),
    CONSTRAINT "job_attempt_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "idempotency_record" (
    "workspace_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "job_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("workspace_id", "key"),
    CONSTRAINT "idempotency_record_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "idempotency_record_job_id_idx" ON "idempotency_record" ("job_id");

-- One row: the number that the queue has to remember. A queue that remembers another one has lost its memory.
CREATE TABLE "queue_epoch" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "epoch" UUID NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "queue_epoch_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "queue_epoch_single_check" CHECK ("id" = 1)
);

-- The closed table of moves as pairs of states. PostgreSQL refuses what no move makes, whoever asks.
CREATE FUNCTION "job_guard"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('blocked', 'queued'), ('blocked', 'cancelled'), ('blocked', 'timed_out'),
        ('queued', 'running'), ('queued', 'cancelled'), ('queued', 'timed_out'),
        ('running', 'queued'), ('running', 'cancelling'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'timed_out'),
        ('cancelling', 'succeeded'), ('cancelling', 'cancelled'), ('cancelling', 'timed_out')
    ) THEN
        RAISE EXCEPTION 'job % may not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    -- The version is what readers compare: heartbeats and dispatching change nothing they can see.
    IF (OLD.state, OLD.generation, OLD.lease, OLD.starts, OLD.attempts_spent, OLD.waiting_for, OLD.progress)
        IS DISTINCT FROM (NEW.state, NEW.generation, NEW.lease, NEW.starts, NEW.attempts_spent, NEW.waiting_for, NEW.progress) THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER "job_guard" BEFORE UPDATE ON "job" FOR EACH ROW EXECUTE FUNCTION "job_guard"();
