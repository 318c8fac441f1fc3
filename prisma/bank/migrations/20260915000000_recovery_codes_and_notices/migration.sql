-- A user may have no password: passkeys and recovery codes sign in without one.
ALTER TABLE "users" ALTER COLUMN "password_hash" DROP NOT NULL;

-- A login compares it: a password that was changed while it was verified creates no session.
ALTER TABLE "users" ADD COLUMN "password_changed_at" TIMESTAMPTZ(3);

CREATE TABLE "recovery_codes" (
    "code_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("code_hash")
);

CREATE INDEX "recovery_codes_user_id_idx" ON "recovery_codes"("user_id");

ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey"
    FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TYPE "notice_kind" AS ENUM (
    'password_changed', 'password_removed', 'passkey_added', 'passkey_removed', 'recovery_codes_made', 'recovery_code_used'
);

-- The service's role only inserts and deletes notices: it cannot rewrite what a user is told.
CREATE TABLE "security_notices" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "notice_kind" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "user_agent" TEXT NOT NULL,
    "address" TEXT NOT NULL,

    CONSTRAINT "security_notices_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "security_notices_user_id_at_idx" ON "security_notices"("user_id", "at");

CREATE INDEX "security_notices_at_idx" ON "security_notices"("at");

ALTER TABLE "security_notices" ADD CONSTRAINT "security_notices_user_id_fkey"
    FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "dismissed_notices" (
    "session_id" UUID NOT NULL,
    "notice_id" UUID NOT NULL,

    CONSTRAINT "dismissed_notices_pkey" PRIMARY KEY ("session_id", "notice_id")
);

CREATE INDEX "dismissed_notices_notice_id_idx" ON "dismissed_notices"("notice_id");

ALTER TABLE "dismissed_notices" ADD CONSTRAINT "dismissed_notices_session_id_fkey"
    FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "dismissed_notices" ADD CONSTRAINT "dismissed_notices_notice_id_fkey"
    FOREIGN KEY ("notice_id") REFERENCES "security_notices"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Every bank process hears of a notice when its transaction commits, and of none that is rolled back.
CREATE FUNCTION "notify_of_notices"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('signet_security_notices', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER "security_notices_notify" AFTER INSERT ON "security_notices"
    FOR EACH STATEMENT EXECUTE FUNCTION "notify_of_notices"();
