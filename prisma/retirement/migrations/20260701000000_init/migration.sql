CREATE TYPE "plan_entry_kind" AS ENUM ('contribution', 'growth');

CREATE TABLE "plans" (
    "user_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'USD',
    "allocation" TEXT NOT NULL DEFAULT 'balanced',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plans_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "plans_currency_format" CHECK ("currency" ~ '^[A-Z]{3}$')
);

CREATE TABLE "plan_entries" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" "plan_entry_kind" NOT NULL,
    "amount" BIGINT NOT NULL,
    "memo" TEXT NOT NULL,

    CONSTRAINT "plan_entries_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "plan_entries_amount_not_zero" CHECK ("amount" <> 0),
    -- A market may fall; a contribution only ever adds.
    CONSTRAINT "plan_entries_contribution_positive" CHECK ("kind" <> 'contribution' OR "amount" > 0)
);

CREATE INDEX "plan_entries_user_id_at_idx" ON "plan_entries"("user_id", "at");

ALTER TABLE "plan_entries" ADD CONSTRAINT "plan_entries_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "plans"("user_id") ON DELETE RESTRICT ON UPDATE CASCADE;
