-- Statements are read in the order of time, by one index that no other can stand in for: with the order of ids alone the planner may
-- walk the whole table's newest rows to find those of an account that has rested for long. A month is a range of it too.
CREATE INDEX "entries_account_id_at_id_idx" ON "entries"("account_id", "at", "id");

DROP INDEX "entries_account_id_id_idx";

-- Within an account the order of time is the order of the running balance, also when the machine's clock was set back.
CREATE OR REPLACE FUNCTION "book_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."account_id" IS NULL THEN
        RETURN NEW;
    END IF;
    UPDATE "accounts" SET "balance" = "balance" + NEW."amount" WHERE "id" = NEW."account_id" RETURNING "balance" INTO NEW."balance";
    NEW."id" := nextval(pg_get_serial_sequence('entries', 'id'));
    NEW."at" := greatest(NEW."at", (SELECT max("at") FROM "entries" WHERE "account_id" = NEW."account_id"));
    RETURN NEW;
END
$$;
