-- Where a contribution came from. One from the bank has the id of the bank's transfer.
CREATE TYPE "contribution_origin" AS ENUM ('bank', 'employer');

ALTER TABLE "plan_entries" ADD COLUMN "origin" "contribution_origin";

UPDATE "plan_entries" SET "origin" = 'employer' WHERE "kind" = 'contribution';

ALTER TABLE "plan_entries"
    ADD CONSTRAINT "plan_entries_origin_of_contributions" CHECK (("kind" = 'contribution') = ("origin" IS NOT NULL));
