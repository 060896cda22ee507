-- Tokens of VK. The secret is sealed (AES-256-GCM) with a key of its own, and that one with a key of the keyring, which is
-- not in the database: rotating the keyring writes wrapped_key and key_id alone.
CREATE TABLE "vk_token" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    -- service or user
    "kind" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    -- the first 64 bits of its SHA-256: what it is known by without being known
    "fingerprint" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "wrapped_key" BYTEA NOT NULL,
    "sealed" BYTEA NOT NULL,
    "requests_per_second" DOUBLE PRECISION NOT NULL,
    -- null: nobody has tried yet
    "may_execute" BOOLEAN,
    "expires_at" TIMESTAMPTZ(3),
    "parked_until" TIMESTAMPTZ(3),
    "invalid_at" TIMESTAMPTZ(3),
    -- why it is parked or invalid: VK's error code, and a sentence of ours
    "vk_code" INTEGER,
    "reason" TEXT,
    "probed_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "vk_token_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "vk_token_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- One token once in a workspace; also the list of a workspace.
CREATE UNIQUE INDEX "vk_token_workspace_id_fingerprint_key" ON "vk_token" ("workspace_id", "fingerprint");
-- Which keys of the ring are in use, and what is left to wrap again.
CREATE INDEX "vk_token_key_id_id_idx" ON "vk_token" ("key_id", "id");

-- What is known of a token and one method: until when it rests, and the calls a day that VK was seen to grant.
CREATE TABLE "vk_token_method" (
    "token_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "workspace_id" UUID NOT NULL,
    "parked_until" TIMESTAMPTZ(3),
    "vk_code" INTEGER,
    "reason" TEXT,
    "daily_cap" INTEGER,
    CONSTRAINT "vk_token_method_pkey" PRIMARY KEY ("token_id", "method"),
    CONSTRAINT "vk_token_method_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "vk_token" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- The ledger: calls of a day (UTC). Calls inside of execute count for their own method, as VK's quotas do.
CREATE TABLE "vk_token_quota" (
    "token_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "workspace_id" UUID NOT NULL,
    "calls" INTEGER NOT NULL,
    "first_call_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "vk_token_quota_pkey" PRIMARY KEY ("token_id", "day", "method"),
    CONSTRAINT "vk_token_quota_token_id_fkey" FOREIGN KEY ("token_id") REFERENCES "vk_token" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
