-- When VK last showed the comments of a post. read_at is of the last attempt, also of one that VK refused.
ALTER TABLE "post" ADD COLUMN "comments_read_at" TIMESTAMPTZ(3);
-- Of those that VK refuses by now nobody knows any more.
UPDATE "post" SET "comments_read_at" = "read_at" WHERE "read_state" IN ('complete', 'cut');
