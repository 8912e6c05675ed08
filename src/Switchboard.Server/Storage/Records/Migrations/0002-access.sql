-- Who may ask for what. Deleted rows stay for a while, so that nodes that were away hear of it.
CREATE TABLE access_team (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    expires_at BIGINT,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX access_team_revision ON access_team (revision);

CREATE TABLE access_project (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    expires_at BIGINT,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    deleted_at BIGINT,
    team_id TEXT REFERENCES access_team (id)
);
CREATE INDEX access_project_revision ON access_project (revision);
CREATE INDEX access_project_team ON access_project (team_id);

CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    expires_at BIGINT,
    policy TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    deleted_at BIGINT,
    project_id TEXT REFERENCES access_project (id),
    hash TEXT NOT NULL,
    head TEXT NOT NULL,
    tail TEXT NOT NULL,
    administrator BIGINT NOT NULL,
    rotated_from TEXT,
    grace_until BIGINT,
    last_used_at BIGINT
);
CREATE UNIQUE INDEX access_key_hash ON access_key (hash);
CREATE INDEX access_key_revision ON access_key (revision);
CREATE INDEX access_key_project ON access_key (project_id);

CREATE TABLE access_secret (
    name TEXT PRIMARY KEY,
    nonce BYTEA NOT NULL,
    ciphertext BYTEA NOT NULL,
    key_version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    deleted_at BIGINT
);
CREATE INDEX access_secret_revision ON access_secret (revision);

-- What administrators did. Ids grow with time.
CREATE TABLE audit_log (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    address TEXT,
    request_id TEXT
);
CREATE INDEX audit_log_target ON audit_log (target, id);
CREATE INDEX audit_log_actor ON audit_log (actor, id);
