-- The service connects as a role that owns nothing. It reads the ledger, and changes it by the functions below alone, which run as
-- the owner. What it may do besides is listed in runtime-privileges.ts. Names are looked up in pg_catalog and public, whatever the
-- caller's search_path says.

-- What only the owner decides.
CREATE TABLE "ledger_settings" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "opening_balance_minor" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ledger_settings_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ledger_settings_one_row" CHECK ("id"),
    CONSTRAINT "ledger_settings_opening_not_negative" CHECK ("opening_balance_minor" >= 0)
);

INSERT INTO "ledger_settings" DEFAULT VALUES;

-- Opens an account without money.
CREATE FUNCTION "open_account"("account" UUID, "customer" UUID, "account_name" TEXT, "account_number" TEXT, "account_currency" TEXT)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO "accounts" ("id", "user_id", "name", "number", "currency", "balance")
    VALUES ("account", "customer", "account_name", "account_number", "account_currency", 0)
$$;

-- Gives a customer the opening balance that the owner has set, once for each customer.
CREATE FUNCTION "grant_opening_balance"("account" UUID, "opening_memo" TEXT)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    "target" "accounts"%ROWTYPE;
    "opening" BIGINT := (SELECT "opening_balance_minor" FROM "ledger_settings");
    "transfer" UUID := gen_random_uuid();
BEGIN
    SELECT * INTO STRICT "target" FROM "accounts" WHERE "id" = "account";
    PERFORM FROM "users" WHERE "id" = "target"."user_id" FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM "transfers" JOIN "accounts" ON "accounts"."id" = "to_account_id"
        WHERE "kind" = 'opening' AND "accounts"."user_id" = "target"."user_id"
    ) THEN
        RAISE EXCEPTION 'a customer has one opening balance' USING ERRCODE = 'check_violation';
    END IF;
    IF "opening" = 0 THEN
        RETURN;
    END IF;
    INSERT INTO "transfers" ("id", "kind", "to_account_id", "amount", "currency", "memo")
    VALUES ("transfer", 'opening', "account", "opening", "target"."currency", "opening_memo");
    INSERT INTO "entries" ("transfer_id", "account_id", "house_account", "amount", "memo")
    VALUES ("transfer", "account", NULL, "opening", "opening_memo"),
        ("transfer", NULL, 'opening_balances', -"opening", "opening_memo");
END
$$;

-- Locks in one order everywhere: the customer, then the accounts by id. One customer's transfers wait for each other, also those from
-- different accounts. Returns what the transfer is judged by, read after the locks; no row for an account of someone else.
CREATE FUNCTION "lock_for_transfer"("customer" UUID, "from_account" UUID, "to_account" UUID)
RETURNS TABLE ("balance" BIGINT, "sent_without_password" BIGINT, "pending_deposits" BIGINT)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM "users" WHERE "users"."id" = "customer" FOR NO KEY UPDATE;
    PERFORM FROM "accounts" WHERE "accounts"."id" IN ("from_account", "to_account") ORDER BY "accounts"."id" FOR NO KEY UPDATE;
    RETURN QUERY SELECT
        "accounts"."balance",
        (
            SELECT coalesce(sum("amount"), 0)::BIGINT FROM "transfers"
            WHERE "user_id" = "customer" AND "kind" IN ('customer', 'retirement') AND NOT "password_confirmed"
                AND "created_at" > clock_timestamp() - interval '1 hour'
        ),
        (SELECT count(*) FROM "deposit_outbox" WHERE "user_id" = "customer" AND "settled_at" IS NULL)
    FROM "accounts" WHERE "accounts"."id" = "from_account" AND "accounts"."user_id" = "customer";
END
$$;

-- Moves money from a customer's own account to another account, or to retirement where there is none: the transfer, its entries and,
-- for retirement, the row in the outbox. Returns when. What it is follows from the accounts, and not from what the caller says.
CREATE FUNCTION "post_transfer"(
    "transfer" UUID, "customer" UUID, "from_account" UUID, "to_account" UUID, "transfer_amount" BIGINT,
    "transfer_memo" TEXT, "debit_memo" TEXT, "credit_memo" TEXT, "confirmed" BOOLEAN,
    "request" TEXT, "parent" TEXT, "state" TEXT
)
RETURNS TIMESTAMPTZ(3) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    "payer" "accounts"%ROWTYPE;
    "payee" "accounts"%ROWTYPE;
    "posted_at" TIMESTAMPTZ(3);
    "transfer_kind" "transfer_kind" := 'retirement';
BEGIN
    PERFORM FROM "lock_for_transfer"("customer", "from_account", "to_account");
    SELECT * INTO STRICT "payer" FROM "accounts" WHERE "id" = "from_account" AND "user_id" = "customer";
    IF "to_account" IS NOT NULL THEN
        SELECT * INTO STRICT "payee" FROM "accounts" WHERE "id" = "to_account" AND "currency" = "payer"."currency";
        "transfer_kind" := CASE WHEN "payee"."user_id" = "customer" THEN 'own' ELSE 'customer' END;
    END IF;
    "posted_at" := clock_timestamp();
    INSERT INTO "transfers" (
        "id", "kind", "user_id", "from_account_id", "to_account_id", "amount", "currency", "memo", "created_at", "password_confirmed"
    ) VALUES (
        "transfer", "transfer_kind", "customer", "from_account", "to_account", "transfer_amount", "payer"."currency", "transfer_memo",
        "posted_at", "confirmed"
    );
    INSERT INTO "entries" ("transfer_id", "at", "account_id", "house_account", "amount", "memo")
    VALUES
        ("transfer", "posted_at", "from_account", NULL, -"transfer_amount", "debit_memo"),
        ("transfer", "posted_at", "to_account", CASE WHEN "to_account" IS NULL THEN 'retirement_in_transit'::"house_account" END,
            "transfer_amount", "credit_memo");
    IF "transfer_kind" = 'retirement' THEN
        INSERT INTO "deposit_outbox" ("transfer_id", "user_id", "request_id", "traceparent", "tracestate", "next_try_at")
        VALUES ("transfer", "customer", "request", "parent", "state", "posted_at");
    END IF;
    RETURN "posted_at";
END
$$;

-- Notes that retirement holds a deposit: its money is no longer in transit. False when that was noted before.
CREATE FUNCTION "settle_deposit"("transfer" UUID)
RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE "deposit_outbox" SET "settled_at" = clock_timestamp(), "last_problem" = NULL, "refused" = false
    WHERE "transfer_id" = "transfer" AND "settled_at" IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO "entries" ("transfer_id", "house_account", "amount", "memo")
    SELECT "transfers"."id", "side"."account"::"house_account", "side"."sign" * "transfers"."amount", "transfers"."memo"
    FROM "transfers", (VALUES ('retirement_in_transit', -1), ('retirement', 1)) AS "side" ("account", "sign")
    WHERE "transfers"."id" = "transfer";
    RETURN true;
END
$$;

-- The rules of before, which also hold for the owner, look up names in the same place.
ALTER FUNCTION "book_entry"() SET search_path = pg_catalog, public, pg_temp;

ALTER FUNCTION "check_postings"() SET search_path = pg_catalog, public, pg_temp;

ALTER FUNCTION "refuse_balance_without_entry"() SET search_path = pg_catalog, public, pg_temp;

ALTER FUNCTION "refuse_rewriting_history"() SET search_path = pg_catalog, public, pg_temp;

ALTER FUNCTION "stamp_session_end"() SET search_path = pg_catalog, public, pg_temp;
