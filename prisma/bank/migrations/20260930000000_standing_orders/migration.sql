-- A standing order pays the same amount again and again until the customer cancels it. All dates are in UTC.
CREATE TYPE "standing_order_rhythm" AS ENUM ('weekly', 'monthly');

CREATE TABLE "standing_orders" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "from_account_id" UUID NOT NULL,
    "to_account_id" UUID,
    "amount" BIGINT NOT NULL,
    "memo" TEXT NOT NULL,
    "rhythm" "standing_order_rhythm" NOT NULL,
    "first_on" DATE NOT NULL,
    "next_on" DATE NOT NULL,
    "confirmed_by" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "canceled_at" TIMESTAMPTZ(3),

    CONSTRAINT "standing_orders_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "standing_orders_amount_positive" CHECK ("amount" > 0),
    CONSTRAINT "standing_orders_two_accounts" CHECK ("from_account_id" <> "to_account_id"),
    CONSTRAINT "standing_orders_next_after_first" CHECK ("next_on" >= "first_on"),
    CONSTRAINT "standing_orders_confirmed_by_counts" CHECK ("confirmed_by" IN ('password', 'passkey', 'recovery_code'))
);

CREATE INDEX "standing_orders_user_id_idx" ON "standing_orders"("user_id");

-- The orders that are due.
CREATE INDEX "standing_orders_due_idx" ON "standing_orders"("next_on") WHERE "canceled_at" IS NULL;

ALTER TABLE "standing_orders" ADD CONSTRAINT "standing_orders_user_id_fkey"
    FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "standing_orders" ADD CONSTRAINT "standing_orders_from_account_id_fkey"
    FOREIGN KEY ("from_account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "standing_orders" ADD CONSTRAINT "standing_orders_to_account_id_fkey"
    FOREIGN KEY ("to_account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One row per order and date, written in the transaction of its transfer: no date is paid twice. Without a transfer there was not
-- enough money.
CREATE TABLE "standing_order_payments" (
    "order_id" UUID NOT NULL,
    "due_on" DATE NOT NULL,
    "transfer_id" UUID,

    CONSTRAINT "standing_order_payments_pkey" PRIMARY KEY ("order_id", "due_on")
);

CREATE UNIQUE INDEX "standing_order_payments_transfer_id_key" ON "standing_order_payments"("transfer_id");

ALTER TABLE "standing_order_payments" ADD CONSTRAINT "standing_order_payments_order_id_fkey"
    FOREIGN KEY ("order_id") REFERENCES "standing_orders"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "standing_order_payments" ADD CONSTRAINT "standing_order_payments_transfer_id_fkey"
    FOREIGN KEY ("transfer_id") REFERENCES "transfers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
