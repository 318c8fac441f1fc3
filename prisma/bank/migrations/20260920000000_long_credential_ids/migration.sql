-- PostgreSQL repeats a pattern at most 255 times, so the length has a condition of its own: 1023 bytes in base64url.
ALTER TABLE "passkeys" DROP CONSTRAINT "passkeys_credential_id_format";

ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_credential_id_format"
    CHECK ("credential_id" ~ '^[A-Za-z0-9_-]+$' AND length("credential_id") <= 1364);
