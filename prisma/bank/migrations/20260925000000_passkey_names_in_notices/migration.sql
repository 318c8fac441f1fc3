-- The name of the passkey that a notice is about, as it was then: the user may rename or remove it later.
ALTER TABLE "security_notices" ADD COLUMN "passkey_name" TEXT;

ALTER TABLE "security_notices" ADD CONSTRAINT "security_notices_passkey_name_length" CHECK (char_length("passkey_name") <= 64);
