-- Double entry. Every movement of money is a transfer, and every transfer is written down as entries that sum to zero:
-- what a customer's account gains or loses, something else loses or gains. That something is another customer's account or
-- one of the house's own, which are only names: nothing is locked for them, so customers never wait for each other there.
CREATE TYPE "transfer_kind" AS ENUM ('opening', 'outside', 'own', 'customer', 'retirement');

CREATE TYPE "house_account" AS ENUM ('opening_balances', 'outside_world', 'retirement_in_transit', 'retirement');

CREATE TABLE "transfers" (
    "id" UUID NOT NULL,
    "kind" "transfer_kind" NOT NULL,
    "user_id" UUID,
    "from_account_id" UUID,
    "to_account_id" UUID,
    "amount" BIGINT NOT NULL,
    "currency" CHAR(3) NOT NULL DEFAULT 'USD',
    "memo" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "transfers_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "transfers_amount_positive" CHECK ("amount" > 0),
    CONSTRAINT "transfers_parties" CHECK (
        CASE "kind"
            WHEN 'opening' THEN "user_id" IS NULL AND "from_account_id" IS NULL AND "to_account_id" IS NOT NULL
            WHEN 'outside' THEN "user_id" IS NULL AND ("from_account_id" IS NULL) <> ("to_account_id" IS NULL)
            WHEN 'retirement' THEN "user_id" IS NOT NULL AND "from_account_id" IS NOT NULL AND "to_account_id" IS NULL
            ELSE "user_id" IS NOT NULL AND "from_account_id" IS NOT NULL AND "to_account_id" IS NOT NULL
                AND "from_account_id" <> "to_account_id"
        END
    )
);

ALTER TABLE "transfers" ADD CONSTRAINT "transfers_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "transfers" ADD CONSTRAINT "transfers_from_account_id_fkey" FOREIGN KEY ("from_account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "transfers" ADD CONSTRAINT "transfers_to_account_id_fkey" FOREIGN KEY ("to_account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "entries"
    ADD COLUMN "house_account" "house_account",
    ALTER COLUMN "account_id" DROP NOT NULL,
    ALTER COLUMN "balance" DROP NOT NULL;

-- What was written down on one side only gets its other side.
UPDATE "entries" SET "transfer_id" = gen_random_uuid() WHERE "transfer_id" IS NULL;

INSERT INTO "transfers" ("id", "kind", "from_account_id", "to_account_id", "amount", "currency", "memo", "created_at")
SELECT
    "entries"."transfer_id",
    CASE WHEN "memo" = 'Opening balance' AND "amount" > 0 THEN 'opening' ELSE 'outside' END::"transfer_kind",
    CASE WHEN "amount" < 0 THEN "account_id" END,
    CASE WHEN "amount" > 0 THEN "account_id" END,
    abs("amount"),
    "accounts"."currency",
    "memo",
    "at"
FROM "entries" JOIN "accounts" ON "accounts"."id" = "account_id";

INSERT INTO "entries" ("transfer_id", "house_account", "at", "amount", "memo")
SELECT
    "entries"."transfer_id",
    CASE "kind" WHEN 'opening' THEN 'opening_balances' ELSE 'outside_world' END::"house_account",
    "at",
    -"entries"."amount",
    "entries"."memo"
FROM "entries" JOIN "transfers" ON "transfers"."id" = "entries"."transfer_id"
ORDER BY "entries"."id";

ALTER TABLE "entries"
    ALTER COLUMN "transfer_id" SET NOT NULL,
    ADD CONSTRAINT "entries_one_account" CHECK (("account_id" IS NULL) <> ("house_account" IS NULL)),
    -- A balance is kept for customers. The house's are sums, taken when somebody asks.
    ADD CONSTRAINT "entries_customers_have_balances" CHECK (("account_id" IS NULL) = ("balance" IS NULL)),
    ADD CONSTRAINT "entries_transfer_id_fkey" FOREIGN KEY ("transfer_id") REFERENCES "transfers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX "entries_transfer_id_idx" ON "entries"("transfer_id");

-- An entry is the only way to change a balance: it is added up here, under the account's row lock, and nowhere else. So
-- the entries of an account always sum to its balance, and their ids are in the order of their running balance.
CREATE FUNCTION "book_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."account_id" IS NULL THEN
        RETURN NEW;
    END IF;
    UPDATE "accounts" SET "balance" = "balance" + NEW."amount" WHERE "id" = NEW."account_id" RETURNING "balance" INTO NEW."balance";
    NEW."id" := nextval(pg_get_serial_sequence('entries', 'id'));
    RETURN NEW;
END
$$;

CREATE TRIGGER "entries_book" BEFORE INSERT ON "entries" FOR EACH ROW EXECUTE FUNCTION "book_entry"();

CREATE FUNCTION "refuse_balance_without_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'INSERT' AND NEW."balance" <> 0) OR (TG_OP = 'UPDATE' AND NEW."balance" <> OLD."balance" AND pg_trigger_depth() < 2) THEN
        RAISE EXCEPTION 'a balance changes by an entry alone';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER "accounts_balance_by_entries" BEFORE INSERT OR UPDATE OF "balance" ON "accounts" FOR EACH ROW EXECUTE FUNCTION "refuse_balance_without_entry"();

-- At the end of a transaction the entries of each transfer in it sum to zero and are those that the transfer says.
CREATE FUNCTION "check_postings"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "posted" UUID;
    "good" BOOLEAN;
BEGIN
    IF TG_TABLE_NAME = 'transfers' THEN "posted" := NEW."id"; ELSE "posted" := NEW."transfer_id"; END IF;
    SELECT
        sum("entry"."amount") = 0
        AND coalesce(sum("entry"."amount") FILTER (WHERE "entry"."account_id" = "transfer"."from_account_id"), 0)
            = CASE WHEN "transfer"."from_account_id" IS NULL THEN 0 ELSE -"transfer"."amount" END
        AND coalesce(sum("entry"."amount") FILTER (WHERE "entry"."account_id" = "transfer"."to_account_id"), 0)
            = CASE WHEN "transfer"."to_account_id" IS NULL THEN 0 ELSE "transfer"."amount" END
        AND bool_and(
            "entry"."account_id" IS NULL
            OR "entry"."account_id" IS NOT DISTINCT FROM "transfer"."from_account_id"
            OR "entry"."account_id" IS NOT DISTINCT FROM "transfer"."to_account_id"
        )
    INTO "good"
    FROM "transfers" "transfer" JOIN "entries" "entry" ON "entry"."transfer_id" = "transfer"."id"
    WHERE "transfer"."id" = "posted"
    GROUP BY "transfer"."id";
    IF "good" IS NOT TRUE THEN
        RAISE EXCEPTION 'the entries of transfer % are not its postings', "posted" USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balance_transfer';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER "transfers_posted" AFTER INSERT ON "transfers" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "check_postings"();

CREATE CONSTRAINT TRIGGER "entries_posted" AFTER INSERT ON "entries" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "check_postings"();

-- What has happened has happened: a mistake is put right by another transfer.
CREATE FUNCTION "refuse_rewriting_history"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are never changed and never removed', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER "transfers_immutable" BEFORE UPDATE OR DELETE ON "transfers" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting_history"();

CREATE TRIGGER "transfers_not_emptied" BEFORE TRUNCATE ON "transfers" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_rewriting_history"();

CREATE TRIGGER "entries_immutable" BEFORE UPDATE OR DELETE ON "entries" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting_history"();

CREATE TRIGGER "entries_not_emptied" BEFORE TRUNCATE ON "entries" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_rewriting_history"();

-- Which order a customer has given already. A row is written in the transaction of its transfer, or not at all.
CREATE TABLE "idempotency_keys" (
    "user_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "order_hash" TEXT NOT NULL,
    "transfer_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("user_id", "key"),
    CONSTRAINT "idempotency_keys_key_format" CHECK ("key" ~ '^[ -~]{1,200}$')
);

CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Checked at the end: the key is taken before there is a transfer, so that of two orders with one key the second waits.
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_transfer_id_fkey" FOREIGN KEY ("transfer_id") REFERENCES "transfers"("id") ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- Deposits that retirement has to be told of, written in the transaction of the debit. A row stays when it is settled: it says
-- when, and how many tries that took.
CREATE TABLE "deposit_outbox" (
    "transfer_id" UUID NOT NULL,
    "request_id" TEXT NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_problem" TEXT,
    "refused" BOOLEAN NOT NULL DEFAULT false,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "deposit_outbox_pkey" PRIMARY KEY ("transfer_id")
);

ALTER TABLE "deposit_outbox" ADD CONSTRAINT "deposit_outbox_transfer_id_fkey" FOREIGN KEY ("transfer_id") REFERENCES "transfers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is due, and what is stuck: as long as everything arrives, this index is all but empty.
CREATE INDEX "deposit_outbox_due_idx" ON "deposit_outbox"("next_try_at") WHERE "settled_at" IS NULL;
