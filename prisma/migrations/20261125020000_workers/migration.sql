-- Worker processes as they report themselves every few seconds. Nothing depends on these rows but what people are shown.
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    -- [{type, concurrency, active, idleMs}]; idleMs counts back from last_seen_at, so that clocks of machines do not matter
    "queues" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "is_draining" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "worker_last_seen_at_idx" ON "worker" ("last_seen_at");
