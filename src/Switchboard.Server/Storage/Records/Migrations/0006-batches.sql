-- The batches that gateways run. One has a batch at a time: who took it up last, which its epoch tells; others take it up
-- from due_at on. Those with nothing left to do have none.
CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    key_id TEXT,
    address TEXT,
    endpoint TEXT NOT NULL,
    input_file_id TEXT NOT NULL,
    metadata TEXT,
    output_kept_us BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    cancelling_at BIGINT,
    state BIGINT NOT NULL,
    outcome BIGINT,
    in_progress_at BIGINT,
    finalizing_at BIGINT,
    ended_at BIGINT,
    total BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    errors TEXT,
    output_file_id TEXT,
    error_file_id TEXT,
    due_at BIGINT,
    epoch BIGINT NOT NULL,
    journal BIGINT NOT NULL,
    notices BIGINT NOT NULL
);
CREATE INDEX batch_tenant ON batch (tenant, id);
CREATE INDEX batch_due ON batch (due_at);
