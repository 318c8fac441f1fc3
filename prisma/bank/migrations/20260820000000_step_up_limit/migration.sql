-- Whether the customer had typed the password in the five minutes before the transfer. What was sent without it counts towards the
-- step-up limit for an hour.
ALTER TABLE "transfers" ADD COLUMN "password_confirmed" BOOLEAN NOT NULL DEFAULT false;

CREATE INDEX "transfers_without_password_idx" ON "transfers"("user_id", "created_at")
    WHERE "kind" IN ('customer', 'retirement') AND NOT "password_confirmed";

-- Whose deposit it is: one customer's deposits are limited, and deliveries take turns by customer.
ALTER TABLE "deposit_outbox" ADD COLUMN "user_id" UUID;

UPDATE "deposit_outbox" SET "user_id" = "transfers"."user_id" FROM "transfers" WHERE "transfers"."id" = "transfer_id";

ALTER TABLE "deposit_outbox" ALTER COLUMN "user_id" SET NOT NULL;

CREATE INDEX "deposit_outbox_pending_idx" ON "deposit_outbox"("user_id") WHERE "settled_at" IS NULL;
