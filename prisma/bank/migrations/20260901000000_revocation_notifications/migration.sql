-- The transaction that revokes also notifies: every bank process hears of it at commit, and of nothing that is rolled back.
-- The payload is empty, so that PostgreSQL sends one notification for a transaction, however many sessions it ends.
CREATE OR REPLACE FUNCTION "stamp_session_end"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        NEW."ended_at" := clock_timestamp();
    END IF;
    NEW."ended_by" := pg_current_xact_id()::text::bigint;
    PERFORM pg_notify('signet_sessions_ended', '');
    RETURN NEW;
END
$$;
