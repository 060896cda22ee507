-- A foreign key looks for the row that it leads to with every insert, and locks it: a fifth of what the start of an attempt
-- costs, and of an insert of a job a quarter. Rows beside a job are only made by the statement that moves it, and jobs by
-- holders of a key of their workspace. What the keys did when something is deleted is done once per statement, and now for
-- events and log lines as well.
ALTER TABLE "job_attempt" DROP CONSTRAINT "job_attempt_job_id_fkey";
ALTER TABLE "job" DROP CONSTRAINT "job_workspace_id_fkey";

-- The ids as one array: each table is asked by its key, whatever the plan was made for.
CREATE FUNCTION "forget_beside_jobs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM job_attempt WHERE job_id = ANY (ARRAY(SELECT id FROM old_rows));
    DELETE FROM job_event WHERE job_id = ANY (ARRAY(SELECT id FROM old_rows));
    DELETE FROM job_log WHERE job_id = ANY (ARRAY(SELECT id FROM old_rows));
    RETURN NULL;
END
$$;
CREATE TRIGGER "job_removed" AFTER DELETE ON "job" REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "forget_beside_jobs"();

CREATE FUNCTION "forget_jobs_of_workspaces"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM job WHERE workspace_id = ANY (ARRAY(SELECT id FROM old_rows));
    RETURN NULL;
END
$$;
CREATE TRIGGER "workspace_removed" AFTER DELETE ON "workspace" REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "forget_jobs_of_workspaces"();
