-- How the user signed in (RFC 8176), which renewals keep. Sessions of before, and those of a replica with the previous version, began
-- with a password.
ALTER TABLE "sessions" ADD COLUMN "amr" TEXT[] NOT NULL DEFAULT ARRAY['pwd']::TEXT[];

CREATE TABLE "passkeys" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "credential_id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL,
    "transports" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "backed_up" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkeys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "passkeys_credential_id_format" CHECK ("credential_id" ~ '^[A-Za-z0-9_-]+$' AND length("credential_id") <= 1364),
    CONSTRAINT "passkeys_counter_32_bits" CHECK ("counter" BETWEEN 0 AND 4294967295)
);

CREATE UNIQUE INDEX "passkeys_credential_id_key" ON "passkeys"("credential_id");

CREATE INDEX "passkeys_user_id_idx" ON "passkeys"("user_id");

ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Unlogged: every open sign-in page writes here, and a database that has crashed loses nothing but five minutes of ceremonies.
CREATE UNLOGGED TABLE "passkey_challenges" (
    "challenge" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "user_id" UUID,
    "browser_hash" TEXT NOT NULL,
    "commitment" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passkey_challenges_pkey" PRIMARY KEY ("challenge")
);

-- What is swept.
CREATE INDEX "passkey_challenges_expires_at_idx" ON "passkey_challenges"("expires_at");

-- Which transfers a passkey has confirmed that were not sent yet. The commitment is a hash of user, key and request.
CREATE UNLOGGED TABLE "transfer_confirmations" (
    "commitment" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "transfer_confirmations_pkey" PRIMARY KEY ("commitment")
);

CREATE INDEX "transfer_confirmations_expires_at_idx" ON "transfer_confirmations"("expires_at");

-- By what the customer confirmed the transfer. Null for a transfer that was not confirmed, and for those of before.
ALTER TABLE "transfers" ADD COLUMN "confirmed_by" TEXT;

ALTER TABLE "transfers" ADD CONSTRAINT "transfers_confirmed_by_counts"
    CHECK ("confirmed_by" IS NULL OR ("password_confirmed" AND "confirmed_by" IN ('password', 'passkey', 'recovery_code')));

-- The function of before with what confirmed the transfer, under a name of its own: processes of the previous version call the other.
CREATE FUNCTION "post_confirmed_transfer"(
    "transfer" UUID, "customer" UUID, "from_account" UUID, "to_account" UUID, "transfer_amount" BIGINT,
    "transfer_memo" TEXT, "debit_memo" TEXT, "credit_memo" TEXT, "confirmation" TEXT,
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
        "id", "kind", "user_id", "from_account_id", "to_account_id", "amount", "currency", "memo", "created_at", "password_confirmed",
        "confirmed_by"
    ) VALUES (
        "transfer", "transfer_kind", "customer", "from_account", "to_account", "transfer_amount", "payer"."currency", "transfer_memo",
        "posted_at", "confirmation" IS NOT NULL, "confirmation"
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

CREATE OR REPLACE FUNCTION "post_transfer"(
    "transfer" UUID, "customer" UUID, "from_account" UUID, "to_account" UUID, "transfer_amount" BIGINT,
    "transfer_memo" TEXT, "debit_memo" TEXT, "credit_memo" TEXT, "confirmed" BOOLEAN,
    "request" TEXT, "parent" TEXT, "state" TEXT
)
RETURNS TIMESTAMPTZ(3) LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT "post_confirmed_transfer"(
        "transfer", "customer", "from_account", "to_account", "transfer_amount", "transfer_memo", "debit_memo", "credit_memo",
        CASE WHEN "confirmed" THEN 'password' END, "request", "parent", "state"
    )
$$;
