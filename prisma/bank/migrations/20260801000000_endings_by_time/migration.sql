-- Verifiers ask what has ended since they last asked. The database's own clock says when, so that replicas whose clocks
-- differ miss nothing of one another.
CREATE FUNCTION "stamp_session_end"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."ended_at" := clock_timestamp();
    RETURN NEW;
END
$$;

CREATE TRIGGER "sessions_stamp_end" BEFORE UPDATE OF "ended_at" ON "sessions"
    FOR EACH ROW WHEN (OLD."ended_at" IS NULL AND NEW."ended_at" IS NOT NULL)
    EXECUTE FUNCTION "stamp_session_end"();

CREATE INDEX "sessions_ended_at_idx" ON "sessions"("ended_at") WHERE "ended_at" IS NOT NULL;
