-- How reading a wall and its posts ended: what a second collection need not read again, and why comments are missing.

CREATE TYPE "read_state" AS ENUM ('complete', 'cut', 'closed', 'private', 'deleted', 'donut', 'error');

ALTER TABLE "wall"
    ADD COLUMN "read_at" TIMESTAMPTZ(3),
    ADD COLUMN "read_state" "read_state",
    -- VK's code, where an error ended it
    ADD COLUMN "read_code" INTEGER;

ALTER TABLE "post"
    -- null: its comments were never read, or VK counts none
    ADD COLUMN "read_at" TIMESTAMPTZ(3),
    ADD COLUMN "read_state" "read_state",
    ADD COLUMN "read_code" INTEGER,
    -- VK's count of comments at that time
    ADD COLUMN "read_claimed" INTEGER,
    -- whether replies were read, too
    ADD COLUMN "read_threads" BOOLEAN,
    -- comments stored at that time, those left out that are gone: counting a large wall anew takes seconds
    ADD COLUMN "read_collected" INTEGER;
