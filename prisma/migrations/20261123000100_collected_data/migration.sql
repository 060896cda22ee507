-- Collected data: what VK holds, what analysis found in it, what was exported.
--
-- No table refers to a workspace by foreign key: a cascade over ten million comments would be one transaction of hours,
-- so a workspace is emptied in batches. Times have milliseconds, as JavaScript does: a cursor that has passed through a
-- client compares equal to the row it came from.

CREATE TYPE "comment_kind" AS ENUM ('wall', 'photo', 'video', 'board', 'market');
CREATE TYPE "wall_kind" AS ENUM ('user', 'group', 'page', 'event');

CREATE TABLE "wall" (
    "workspace_id" UUID NOT NULL,
    -- negative for communities
    "owner_id" BIGINT NOT NULL,
    "kind" "wall_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "screen_name" TEXT,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "wall_pkey" PRIMARY KEY ("workspace_id", "owner_id")
);

CREATE TABLE "post" (
    "workspace_id" UUID NOT NULL,
    "owner_id" BIGINT NOT NULL,
    "post_id" BIGINT NOT NULL,
    "author_key" TEXT,
    "date" TIMESTAMPTZ(3) NOT NULL,
    "text" TEXT NOT NULL,
    -- VK's own count, replies included: a hint, not a truth
    "comments_claimed" INTEGER NOT NULL,
    "can_read_comments" BOOLEAN NOT NULL,
    "is_pinned" BOOLEAN NOT NULL,
    "likes" INTEGER NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- The key serves the posts of a wall and their coverage; nothing reads posts by time yet.
    CONSTRAINT "post_pkey" PRIMARY KEY ("workspace_id", "owner_id", "post_id")
);

CREATE TABLE "author" (
    "workspace_id" UUID NOT NULL,
    -- id123 or club45; C order, because nobody reads authors by alphabet and comparing bytes is cheaper
    "author_key" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "screen_name" TEXT,
    "deactivated" TEXT,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "author_pkey" PRIMARY KEY ("workspace_id", "author_key")
);

-- The fixed columns come first, the wide ones last: no padding inside the row.
-- No foreign keys: authors may be unknown, and each key costs a look-up per row.
CREATE TABLE "comment" (
    "workspace_id" UUID NOT NULL,
    "owner_id" BIGINT NOT NULL,
    -- the post, photo, video, topic or item that is commented
    "object_id" BIGINT NOT NULL,
    "comment_id" BIGINT NOT NULL,
    -- null at the top level
    "parent_id" BIGINT,
    -- the root of the thread: itself at the top level
    "thread_id" BIGINT NOT NULL,
    "reply_to_id" BIGINT,
    "date" TIMESTAMPTZ(3) NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- when another text or other attachments were last noticed: VK gives no time of its own
    "edited_at" TIMESTAMPTZ(3),
    -- when a deleted stub was first noticed; text and author of before are kept
    "deleted_at" TIMESTAMPTZ(3),
    "likes" INTEGER NOT NULL,
    "kind" "comment_kind" NOT NULL DEFAULT 'wall',
    -- null in a stub whose author was never seen
    "author_key" TEXT COLLATE "C",
    -- null in a stub whose text was never seen
    "text" TEXT,
    -- [{type, id}]; null when there are none, which is nearly always
    "attachments" JSONB,
    -- Also the comments of one post, newest first (VK numbers them in the order of time), and the order of exports and
    -- analysis: one post after the other.
    CONSTRAINT "comment_pkey" PRIMARY KEY ("workspace_id", "kind", "owner_id", "object_id", "comment_id")
) WITH (
    -- A collection that comes again changes likes; with room in the page that touches none of the indexes.
    fillfactor = 95,
    -- The defaults wait for a fifth of ten million rows.
    autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02
);

-- Each index below costs every insert about as much as the heap does, so there is one per read of GET /v1/comments and
-- no more. They stop at the comment's number: rows that agree in time and number (of two walls) are few, and PostgreSQL
-- sorts those few by the rest of the key.

-- GET /v1/comments, and with since or until: newest first over the workspace.
CREATE INDEX "comment_by_time_idx" ON "comment" ("workspace_id", "date" DESC, "comment_id" DESC);
-- GET /v1/comments?wall=: by time it would read past all other walls of the workspace.
CREATE INDEX "comment_by_wall_idx" ON "comment" ("workspace_id", "owner_id", "date" DESC, "comment_id" DESC);
-- GET /v1/comments?author=, and the export of an author.
CREATE INDEX "comment_by_author_idx" ON "comment" ("workspace_id", "author_key", "date" DESC, "comment_id" DESC);

CREATE TABLE "comment_analysis" (
    "workspace_id" UUID NOT NULL,
    "kind" "comment_kind" NOT NULL DEFAULT 'wall',
    "owner_id" BIGINT NOT NULL,
    "object_id" BIGINT NOT NULL,
    "comment_id" BIGINT NOT NULL,
    -- ISO 639-1, 'und' when the letters don't tell, null without text
    "language" TEXT,
    -- {mentions, links, hashtags, emoji}: lists of strings; null when all are empty
    "entities" JSONB,
    -- each stem once
    "stems" TEXT[] NOT NULL,
    "analyzed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- Read together with its comment only, so the comment's key is enough.
    CONSTRAINT "comment_analysis_pkey" PRIMARY KEY ("workspace_id", "kind", "owner_id", "object_id", "comment_id")
);

CREATE TABLE "keyword" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    -- as the user wrote it
    "phrase" TEXT NOT NULL,
    -- what is compared and what is unique
    "normalized" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "keyword_pkey" PRIMARY KEY ("id")
);
-- Also the list of a workspace, by alphabet.
CREATE UNIQUE INDEX "keyword_workspace_id_normalized_key" ON "keyword" ("workspace_id", "normalized");

CREATE TABLE "keyword_match" (
    "workspace_id" UUID NOT NULL,
    "kind" "comment_kind" NOT NULL DEFAULT 'wall',
    "owner_id" BIGINT NOT NULL,
    "object_id" BIGINT NOT NULL,
    "comment_id" BIGINT NOT NULL,
    "keyword_id" UUID NOT NULL,
    CONSTRAINT "keyword_match_pkey" PRIMARY KEY ("workspace_id", "kind", "owner_id", "object_id", "comment_id", "keyword_id"),
    CONSTRAINT "keyword_match_keyword_id_fkey" FOREIGN KEY ("keyword_id") REFERENCES "keyword" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- Without it, removing a keyword would read every match there is.
CREATE INDEX "keyword_match_keyword_id_idx" ON "keyword_match" ("keyword_id");

-- One row per export job: an attempt that repeats the work replaces the file of the one before.
CREATE TABLE "export_file" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    -- no foreign key: the file outlives the job's record
    "job_id" UUID NOT NULL,
    -- the attempt that wrote it
    "lease" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    -- where the file store keeps it
    "file_key" TEXT NOT NULL,
    -- what a browser shall call it
    "file_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "export_file_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "export_file_job_id_key" ON "export_file" ("job_id");
-- The list, newest first: ids sort by time.
CREATE INDEX "export_file_workspace_id_id_idx" ON "export_file" ("workspace_id", "id" DESC);
