-- The list of jobs merges the newest of each state: each state lies in the order of the ids in the index that counts jobs. This
-- one was written with every move of every job, for a read that happens now and then.
DROP INDEX "job_workspace_id_id_idx";
