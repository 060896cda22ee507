-- A claim marks its rows as dispatched: one version of each row instead of two. What was claimed and not yet marked at this
-- moment is claimed again, and the queue ignores what it has already.
ALTER TABLE "job" DROP COLUMN "dispatch_claim_until";
