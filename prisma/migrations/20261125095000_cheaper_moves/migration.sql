-- Every move of a job writes to every index that has its row. Most jobs carry no label, and were in this one nevertheless.
DROP INDEX "job_labels_idx";
CREATE INDEX "job_labels_idx" ON "job" USING gin ("labels") WHERE "labels" <> '{}';

-- Claims, dispatch marks and heartbeats change nothing that the guard looks at: it is not called for them.
DROP TRIGGER "job_guard" ON "job";
CREATE TRIGGER "job_guard" BEFORE UPDATE ON "job" FOR EACH ROW
    WHEN ((OLD.state, OLD.generation, OLD.lease, OLD.starts, OLD.attempts_spent, OLD.waiting_for, OLD.progress)
        IS DISTINCT FROM (NEW.state, NEW.generation, NEW.lease, NEW.starts, NEW.attempts_spent, NEW.waiting_for, NEW.progress))
    EXECUTE FUNCTION "job_guard"();
