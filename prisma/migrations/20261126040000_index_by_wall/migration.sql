-- The list of a wall is asked for by `owner_id + 0`, and nothing else is. While the plain column was in this index, a
-- PostgreSQL without statistics, as in the first minutes of an installation, took it for as good as the primary key:
-- whoever looked for single comments by their key read through the whole wall for each of them.
DROP INDEX "comment_by_wall_idx";
CREATE INDEX "comment_by_wall_idx" ON "comment" ("workspace_id", ("owner_id" + 0), "date" DESC, "comment_id" DESC);
