-- Conversations and what was said in them. An id is that of its tenant: two tenants may have the same.
CREATE TABLE conversation (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT,
    model TEXT,
    system_prompt TEXT,
    metadata BYTEA NOT NULL,
    turns BIGINT NOT NULL,
    next_position BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX conversation_created ON conversation (tenant, created_at, id);
CREATE INDEX conversation_updated ON conversation (updated_at);

-- In the order of positions. All items of a turn were written at once; the key keeps two turns from the same place.
CREATE TABLE conversation_item (
    tenant TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    id TEXT NOT NULL,
    json BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, conversation_id, position)
);

-- Responses that can be gone on from. Items are a JSON array of pairs: an id, and the item.
CREATE TABLE stored_response (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    json BYTEA NOT NULL,
    input BYTEA NOT NULL,
    output BYTEA NOT NULL,
    previous_id TEXT,
    conversation_id TEXT,
    size BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX stored_response_used ON stored_response (used_at, size);
