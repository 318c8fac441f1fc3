-- The service connects as a role that owns nothing. It reads the history of plans, and adds what the bank has sent by the function
-- below alone, which runs as the owner. What it may do besides is listed in runtime-privileges.ts.

-- Credits a deposit of the bank's once: its key is the bank's transfer. False under a key that is taken.
CREATE FUNCTION "credit_deposit"("transfer" UUID, "customer" UUID, "deposit_amount" BIGINT, "deposit_memo" TEXT)
RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO "plan_entries" ("id", "user_id", "kind", "origin", "amount", "memo")
    VALUES ("transfer", "customer", 'contribution', 'bank', "deposit_amount", "deposit_memo")
    ON CONFLICT ("id") DO NOTHING;
    RETURN FOUND;
END
$$;

-- What has happened has happened: a mistake is put right by another entry.
CREATE FUNCTION "refuse_rewriting_history"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% are never changed and never removed', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER "plan_entries_immutable" BEFORE UPDATE OR DELETE ON "plan_entries" FOR EACH ROW EXECUTE FUNCTION "refuse_rewriting_history"();

CREATE TRIGGER "plan_entries_not_emptied" BEFORE TRUNCATE ON "plan_entries" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_rewriting_history"();
