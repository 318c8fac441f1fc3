-- Attempts are counted in the bank's own database: a service that can write to the session store must not reset them. Unlogged:
-- each login writes here twice and need not wait for the disk, and a database that has crashed counts anew.
DROP TABLE IF EXISTS "rate_limits";

CREATE UNLOGGED TABLE "rate_limits" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT NOT NULL,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("key")
);

-- What is swept: counters whose window is over.
CREATE INDEX "rate_limits_expire_idx" ON "rate_limits"("expire");
