-- Uploaded lists of walls and posts, and what was made of each of their lines. Jobs name a list in their payload: no foreign key
-- leads there, so a list may go before its jobs do; one that is used is kept (last_used_at).
CREATE TABLE "target_list" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "name" TEXT,
    "format" TEXT NOT NULL,
    "lines" INTEGER NOT NULL DEFAULT 0,
    "valid" INTEGER NOT NULL DEFAULT 0,
    "invalid" INTEGER NOT NULL DEFAULT 0,
    "duplicates" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- null while it comes in: nobody finds it then
    "finished_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "target_list_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "target_list_workspace_id_id_idx" ON "target_list" ("workspace_id", "id" DESC);

CREATE TABLE "target_list_line" (
    "list_id" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "ref" TEXT,
    "reason" TEXT,
    "duplicate_of" INTEGER,
    CONSTRAINT "target_list_line_pkey" PRIMARY KEY ("list_id", "index")
);

ALTER TABLE "target_list_line" ADD CONSTRAINT "target_list_line_list_id_fkey"
    FOREIGN KEY ("list_id") REFERENCES "target_list" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
