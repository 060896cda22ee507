-- GET /v1/stats/overview: totals of a workspace without reading what they are the totals of.
--
-- PostgreSQL keeps them itself, in the transaction that changes the rows: whoever writes, by whatever path, keeps them
-- right, and what rolls back was never counted. Triggers for a statement and not for a row: a page costs one update.

CREATE TABLE "collected_total" (
    "workspace_id" UUID NOT NULL,
    -- One of 64 rows that are summed: connections that store pages of one workspace at the same time seldom meet in one.
    -- A slot alone says nothing, and may be negative.
    "slot" SMALLINT NOT NULL,
    "posts" BIGINT NOT NULL DEFAULT 0,
    -- what VK claims of the posts
    "comments_claimed" BIGINT NOT NULL DEFAULT 0,
    "authors" BIGINT NOT NULL DEFAULT 0,
    "comments" BIGINT NOT NULL DEFAULT 0,
    -- of the comments, those that are deleted
    "comments_deleted" BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT "collected_total_pkey" PRIMARY KEY ("workspace_id", "slot")
) WITH (
    -- Every page of comments changes a row: with room beside it that touches no index and leaves no hole behind.
    fillfactor = 20
);

CREATE FUNCTION "total_slot"() RETURNS smallint LANGUAGE sql STABLE AS $$ SELECT (pg_backend_pid() % 64)::smallint $$;

CREATE FUNCTION "count_posts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO collected_total AS t (workspace_id, slot, posts, comments_claimed)
        SELECT workspace_id, total_slot(), count(*), sum(comments_claimed) FROM new_rows GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET
            posts = t.posts + excluded.posts, comments_claimed = t.comments_claimed + excluded.comments_claimed;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO collected_total AS t (workspace_id, slot, posts, comments_claimed)
        SELECT workspace_id, total_slot(), -count(*), -sum(comments_claimed) FROM old_rows GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET
            posts = t.posts + excluded.posts, comments_claimed = t.comments_claimed + excluded.comments_claimed;
    ELSE
        INSERT INTO collected_total AS t (workspace_id, slot, comments_claimed)
        SELECT workspace_id, total_slot(), sum(claimed) FROM (
            SELECT workspace_id, comments_claimed AS claimed FROM new_rows
            UNION ALL SELECT workspace_id, -comments_claimed FROM old_rows
        ) AS change GROUP BY workspace_id HAVING sum(claimed) <> 0 ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET comments_claimed = t.comments_claimed + excluded.comments_claimed;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "post_added" AFTER INSERT ON "post" REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_posts"();
CREATE TRIGGER "post_changed" AFTER UPDATE ON "post" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_posts"();
CREATE TRIGGER "post_removed" AFTER DELETE ON "post" REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_posts"();

CREATE FUNCTION "count_authors"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO collected_total AS t (workspace_id, slot, authors)
        SELECT workspace_id, total_slot(), count(*) FROM new_rows GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET authors = t.authors + excluded.authors;
    ELSE
        INSERT INTO collected_total AS t (workspace_id, slot, authors)
        SELECT workspace_id, total_slot(), -count(*) FROM old_rows GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET authors = t.authors + excluded.authors;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "author_added" AFTER INSERT ON "author" REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_authors"();
CREATE TRIGGER "author_removed" AFTER DELETE ON "author" REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_authors"();

CREATE FUNCTION "count_comments"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO collected_total AS t (workspace_id, slot, comments, comments_deleted)
        SELECT workspace_id, total_slot(), count(*), count(deleted_at) FROM new_rows GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET
            comments = t.comments + excluded.comments, comments_deleted = t.comments_deleted + excluded.comments_deleted;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO collected_total AS t (workspace_id, slot, comments, comments_deleted)
        SELECT workspace_id, total_slot(), -count(*), -count(deleted_at) FROM old_rows GROUP BY workspace_id ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET
            comments = t.comments + excluded.comments, comments_deleted = t.comments_deleted + excluded.comments_deleted;
    ELSE
        INSERT INTO collected_total AS t (workspace_id, slot, comments_deleted)
        SELECT workspace_id, total_slot(), sum(deleted) FROM (
            SELECT workspace_id, 1 AS deleted FROM new_rows WHERE deleted_at IS NOT NULL
            UNION ALL SELECT workspace_id, -1 FROM old_rows WHERE deleted_at IS NOT NULL
        ) AS change GROUP BY workspace_id HAVING sum(deleted) <> 0 ORDER BY workspace_id
        ON CONFLICT (workspace_id, slot) DO UPDATE SET comments_deleted = t.comments_deleted + excluded.comments_deleted;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "comment_added" AFTER INSERT ON "comment" REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_comments"();
CREATE TRIGGER "comment_changed" AFTER UPDATE ON "comment" REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_comments"();
CREATE TRIGGER "comment_removed" AFTER DELETE ON "comment" REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION "count_comments"();

-- What is there already. The triggers above hold writers back until this is committed, so nothing is missed.
INSERT INTO "collected_total" ("workspace_id", "slot", "posts", "comments_claimed")
    SELECT workspace_id, 0, count(*), sum(comments_claimed) FROM post GROUP BY workspace_id;
INSERT INTO "collected_total" ("workspace_id", "slot", "authors")
    SELECT workspace_id, 1, count(*) FROM author GROUP BY workspace_id;
INSERT INTO "collected_total" ("workspace_id", "slot", "comments", "comments_deleted")
    SELECT workspace_id, 2, count(*), count(deleted_at) FROM comment GROUP BY workspace_id;

-- Jobs are counted in the index, which has to hold their type for that: a counter would be one more write with each of
-- their many moves. The list of jobs by state reads it as before.
DROP INDEX "job_workspace_id_state_id_idx";
CREATE INDEX "job_workspace_id_state_id_type_idx" ON "job" ("workspace_id", "state", "id" DESC, "type");
