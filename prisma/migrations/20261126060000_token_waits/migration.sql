-- Jobs that wait for a token, of one workspace, by how long they have waited: whoever changes its tokens wakes them, and the
-- reconciler those that were missed. Rows come into it and leave it with moves that write indexes of the queued rows anyway.
CREATE INDEX "job_token_wait_idx" ON "job" ("workspace_id", "queued_at")
    WHERE "state" = 'queued' AND "dispatched_at" IS NULL AND "waiting_for"->>'kind' = 'token';

-- When a token was last added, changed or deleted, or proved to work again.
ALTER TABLE "workspace" ADD COLUMN "vk_tokens_changed_at" TIMESTAMPTZ(3);
