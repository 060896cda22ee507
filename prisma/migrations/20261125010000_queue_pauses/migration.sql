-- A queue that an operator has paused: nothing of its type begins while the row is there. Here and not in the queue,
-- because that may be lost, and what an operator said must not be.
CREATE TABLE "queue_pause" (
    "type" TEXT NOT NULL,
    "paused_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- Id of the API key. No foreign key: a pause outlives the key of whoever asked for it.
    "paused_by" TEXT NOT NULL,
    CONSTRAINT "queue_pause_pkey" PRIMARY KEY ("type")
);
