-- Whichever process delivers a deposit, and whenever, goes on with the trace of the request that ordered it. Processes of the version
-- before name no trace: theirs may be missing.
ALTER TABLE "deposit_outbox" ADD COLUMN "traceparent" TEXT, ADD COLUMN "tracestate" TEXT;
