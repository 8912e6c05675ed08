-- What was asked and what it cost. A batch of rows that comes twice is known by its id; the ids are kept for a while.
CREATE TABLE ledger_batch (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL
);
CREATE INDEX ledger_batch_at ON ledger_batch (at);

-- Ids grow with the time of the requests, so that a span of time is a span of ids. SQLite reads WITHOUT ROWID: one tree
-- to write to in the place of two.
CREATE TABLE ledger_row (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    operation TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    deployment TEXT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cache_written_tokens BIGINT NOT NULL,
    prompt_audio_tokens BIGINT NOT NULL,
    prompt_image_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    completion_audio_tokens BIGINT NOT NULL,
    completion_image_tokens BIGINT NOT NULL,
    images BIGINT NOT NULL,
    sound_us BIGINT NOT NULL,
    characters BIGINT NOT NULL,
    searches BIGINT NOT NULL,
    is_estimated BIGINT NOT NULL,
    cost BIGINT,
    is_cached BIGINT NOT NULL,
    is_stream BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    outcome BIGINT NOT NULL,
    status BIGINT NOT NULL,
    error TEXT,
    duration_us BIGINT NOT NULL,
    first_byte_us BIGINT
) /* WITHOUT ROWID */;

-- The sums of a day, written in the transaction of the rows. Without users: there may be as many of them as requests.
CREATE TABLE ledger_day (
    day BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    model TEXT NOT NULL,
    provider TEXT NOT NULL,
    deployment TEXT NOT NULL,
    operation TEXT NOT NULL,
    requests BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    from_cache BIGINT NOT NULL,
    unpriced BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cache_written_tokens BIGINT NOT NULL,
    completion_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    images BIGINT NOT NULL,
    sound_us BIGINT NOT NULL,
    characters BIGINT NOT NULL,
    searches BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (day, key_id, project_id, model, provider, deployment, operation)
) /* WITHOUT ROWID */;

-- What was spent by day, for budgets: a few rows for each of them, whatever else a day is told apart by. The scope is a
-- word and an id: key:key_1, project:project_1, team:team_1, provider:openai.
CREATE TABLE ledger_spent (
    scope TEXT NOT NULL,
    day BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (scope, day)
) /* WITHOUT ROWID */;
