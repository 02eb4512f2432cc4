CREATE TABLE IF NOT EXISTS field (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    model_label TEXT NOT NULL,
    field_name TEXT NOT NULL,
    natural_key TEXT NOT NULL UNIQUE GENERATED ALWAYS AS (model || '.' || field_name) STORED,
    ttype TEXT NOT NULL,
    label_ja TEXT,
    label_en TEXT,
    help TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS view_common (
    id INTEGER PRIMARY KEY,
    action_xmlid TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    help_ja TEXT,
    help_en TEXT,
    purpose_ja TEXT,
    purpose_en TEXT
) STRICT;

-- What was asked to be translated: `source` and `translation` are JSON objects of texts by name.
CREATE TABLE IF NOT EXISTS translate (
    id INTEGER PRIMARY KEY,
    entity TEXT NOT NULL CHECK (entity IN ('field', 'view_common')),
    natural_key TEXT NOT NULL,
    source TEXT NOT NULL,
    source_hash TEXT NOT NULL,
    translation TEXT,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'translated', 'failed')),
    requested_ms INTEGER NOT NULL,
    -- The round in which a document was last made of it; 0 is never.
    package_round INTEGER NOT NULL DEFAULT 0,
    UNIQUE (entity, natural_key)
) STRICT;
CREATE INDEX IF NOT EXISTS translate_to_run ON translate (status, requested_ms, id);
CREATE INDEX IF NOT EXISTS translate_to_package ON translate (status, package_round, id);

CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY,
    doc_id TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'upserted', 'failed'))
) STRICT;
CREATE INDEX IF NOT EXISTS document_to_upsert ON document (status, id);

CREATE TABLE IF NOT EXISTS vector (
    doc_id TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    embedding TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY,
    payload TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency (created_ms);
