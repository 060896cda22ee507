-- A lease is the millisecond in which it was given. The table is written anew by this, once: seconds with a million jobs, in
-- which nobody else reads or writes it. A column that a trigger names can not be changed under it.
DROP TRIGGER "job_version" ON "job";
ALTER TABLE "job" ALTER COLUMN "lease" TYPE BIGINT;
ALTER TABLE "export_file" ALTER COLUMN "lease" TYPE BIGINT;
CREATE TRIGGER "job_version" BEFORE UPDATE OF "state", "generation", "lease", "starts", "attempts_spent", "waiting_for", "progress" ON "job"
    FOR EACH ROW WHEN (OLD.version = NEW.version) EXECUTE FUNCTION "job_version"();
