-- A queue that is drained: paused, and what runs is asked to give its turn back as well.
ALTER TABLE "queue_pause" ADD COLUMN "is_draining" BOOLEAN NOT NULL DEFAULT false;

-- What an operator set for a queue; without a row each worker goes by its own settings.
CREATE TABLE "queue_setting" (
    "type" TEXT NOT NULL,
    -- Attempts at once in each worker process.
    "concurrency" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- Id of the API key. No foreign key: a setting outlives the key of whoever made it.
    "changed_by" TEXT NOT NULL,
    CONSTRAINT "queue_setting_pkey" PRIMARY KEY ("type"),
    CONSTRAINT "queue_setting_concurrency_check" CHECK ("concurrency" BETWEEN 1 AND 500)
);
