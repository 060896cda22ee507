-- What became of a comment: edited, deleted, restored. VK tells none of it, so each change is noticed by reading again.

-- The replies of a thread, by number. The primary key has them among all others of their post, which may be a million.
-- A comment's number is unique on its wall, so the owner is enough; workspaces that share a wall are few.
CREATE INDEX "comment_by_thread_idx" ON "comment" ("owner_id", "thread_id", "comment_id") WHERE "parent_id" IS NOT NULL;

CREATE TYPE "revision_kind" AS ENUM ('edited', 'deleted', 'restored');

CREATE TABLE "comment_revision" (
    "workspace_id" UUID NOT NULL,
    "kind" "comment_kind" NOT NULL DEFAULT 'wall',
    "owner_id" BIGINT NOT NULL,
    "object_id" BIGINT NOT NULL,
    "comment_id" BIGINT NOT NULL,
    -- two changes may be noticed in the same moment
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "change" "revision_kind" NOT NULL,
    -- when it was noticed: it happened between the reading before and this one
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- what the comment was before
    "text" TEXT,
    "attachments" JSONB,
    -- Read together with its comment only.
    CONSTRAINT "comment_revision_pkey" PRIMARY KEY ("workspace_id", "kind", "owner_id", "object_id", "comment_id", "id")
);

-- Kept by PostgreSQL, as the totals are: whoever writes, by whatever path, and where text is erased, whoever erases has
-- to delete these rows too. For a row and not for a statement: new comments, and likes that changed, cost nothing.
CREATE FUNCTION "keep_revision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO comment_revision (workspace_id, kind, owner_id, object_id, comment_id, change, text, attachments)
    VALUES (OLD.workspace_id, OLD.kind, OLD.owner_id, OLD.object_id, OLD.comment_id,
        CASE WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN 'deleted'::revision_kind
            WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN 'restored' ELSE 'edited' END,
        OLD.text, OLD.attachments);
    RETURN NULL;
END
$$;
CREATE FUNCTION "remove_revisions"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM comment_revision AS r USING old_rows AS o
    WHERE r.workspace_id = o.workspace_id AND r.kind = o.kind AND r.owner_id = o.owner_id AND r.object_id = o.object_id
        AND r.comment_id = o.comment_id;
    RETURN NULL;
END
$$;

-- Last, as readers wait from here on: building the index above, which takes the time, lets them read.
ALTER TABLE "comment"
    -- VK lists it no more, where it lists everything else: neither it nor a stub of it. null: it does.
    ADD COLUMN "is_gone" BOOLEAN;

CREATE TRIGGER "comment_revised" AFTER UPDATE ON "comment" FOR EACH ROW
    WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)
        OR OLD.text IS DISTINCT FROM NEW.text OR OLD.attachments IS DISTINCT FROM NEW.attachments)
    EXECUTE FUNCTION "keep_revision"();
CREATE TRIGGER "comment_revisions_removed" AFTER DELETE ON "comment" REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "remove_revisions"();
