-- Every sign-in gets a place in a status list. A sequence, so that no two sign-ins ever share one; which list and which
-- bit follow from the number.
CREATE SEQUENCE "sessions_status_number_seq" AS BIGINT MINVALUE 0 START 0;

ALTER TABLE "sessions"
    ADD COLUMN "auth_time" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "generation" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "rotated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ADD COLUMN "status_number" BIGINT NOT NULL DEFAULT nextval('"sessions_status_number_seq"');

ALTER SEQUENCE "sessions_status_number_seq" OWNED BY "sessions"."status_number";

CREATE UNIQUE INDEX "sessions_status_number_key" ON "sessions"("status_number");

-- What a status list is made from: the sign-ins of a range of numbers that have been ended.
CREATE INDEX "sessions_ended_idx" ON "sessions"("status_number") WHERE "ended_at" IS NOT NULL;

-- What is swept up: sign-ins that are over.
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");
