-- What happens with every job needs no function any more: start and success are let through by the condition of the guard, and
-- the moves that end and begin attempts count the version themselves. The conditions are short on purpose: they are read
-- from their stored form by every statement. A trigger of columns is not looked at by claims.
DROP TRIGGER "job_guard" ON "job";

CREATE OR REPLACE FUNCTION "job_guard"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The closed table of moves as pairs of states. PostgreSQL refuses what no move makes, whoever asks.
    IF (OLD.state, NEW.state) NOT IN (
        ('blocked', 'queued'), ('blocked', 'cancelled'), ('blocked', 'timed_out'),
        ('queued', 'running'), ('queued', 'cancelled'), ('queued', 'timed_out'),
        ('running', 'queued'), ('running', 'cancelling'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'timed_out'),
        ('cancelling', 'succeeded'), ('cancelling', 'cancelled'), ('cancelling', 'timed_out')
    ) THEN
        RAISE EXCEPTION 'job % may not go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER "job_guard" BEFORE UPDATE OF "state" ON "job" FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND (OLD.state <> 'queued' OR NEW.state <> 'running') AND (OLD.state <> 'running' OR NEW.state <> 'succeeded'))
    EXECUTE FUNCTION "job_guard"();

CREATE FUNCTION "job_version"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The version is what readers compare: heartbeats and dispatching change nothing they can see.
    IF (OLD.state, OLD.generation, OLD.lease, OLD.starts, OLD.attempts_spent, OLD.waiting_for, OLD.progress)
        IS DISTINCT FROM (NEW.state, NEW.generation, NEW.lease, NEW.starts, NEW.attempts_spent, NEW.waiting_for, NEW.progress) THEN
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END
$$;
-- For statements that do not count by themselves.
CREATE TRIGGER "job_version" BEFORE UPDATE OF "state", "generation", "lease", "starts", "attempts_spent", "waiting_for", "progress" ON "job"
    FOR EACH ROW WHEN (OLD.version = NEW.version) EXECUTE FUNCTION "job_version"();

-- Counted by type and never walked in the order of the ids.
DROP INDEX "job_dispatched_idx";
CREATE INDEX "job_dispatched_idx" ON "job" ("type") WHERE "state" = 'queued' AND "dispatched_at" IS NOT NULL;
