-- The files that callers gave to the gateway. Their bytes lie in a folder, under their ids.
CREATE TABLE stored_file (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX stored_file_tenant ON stored_file (tenant, id);
CREATE INDEX stored_file_expires ON stored_file (expires_at);
