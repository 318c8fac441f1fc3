-- A superseded refresh token is accepted for a time that is counted from its own rotation, also when its successor was used.
ALTER TABLE "sessions" ADD COLUMN "previously_rotated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- Of what was rotated before, only the last time is known. A password that was typed again no longer changes the time of the
-- login, which renewals go back to.
UPDATE "sessions" SET "previously_rotated_at" = "rotated_at", "auth_time" = least("auth_time", "created_at");
