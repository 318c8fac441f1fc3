-- What was revoked since a reading is found by the transaction that revoked it. A clock may be set back, and a sequence is not
-- in the order of commits. Of transactions PostgreSQL tells which are still open: all before the oldest of them are visible.
ALTER TABLE "sessions" ADD COLUMN "ended_by" BIGINT;

UPDATE "sessions" SET "ended_by" = 0 WHERE "ended_at" IS NOT NULL;

CREATE OR REPLACE FUNCTION "stamp_session_end"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW."ended_at" := clock_timestamp();
    END IF;
    NEW."ended_by" := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
$$;

CREATE TRIGGER "sessions_stamp_inserted_end" BEFORE INSERT ON "sessions"
    FOR EACH ROW WHEN (NEW."ended_at" IS NOT NULL)
    EXECUTE FUNCTION "stamp_session_end"();

CREATE INDEX "sessions_ended_by_idx" ON "sessions"("ended_by") WHERE "ended_at" IS NOT NULL;

DROP INDEX "sessions_ended_at_idx";
