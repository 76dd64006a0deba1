-- One row a conversation, rewritten by each turn under a compare-and-set on its version.
CREATE TABLE conversations (
    conversation_id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- One row a turn, never changed. seq is the order of commits.
CREATE TABLE turns (
    seq INTEGER PRIMARY KEY,
    turn_id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (conversation_id),
    message_id TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    request TEXT NOT NULL,
    reply TEXT NOT NULL,
    trace TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (conversation_id, message_id)
) STRICT;

-- The reply of a turn on its way to a channel; its text is in the turn.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY REFERENCES turns (seq),
    sent_at TEXT
) STRICT;

CREATE INDEX outbox_unsent ON outbox (seq) WHERE sent_at IS NULL;

CREATE TABLE tickets (
    ticket_id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (conversation_id),
    reason TEXT NOT NULL,
    package TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX tickets_by_status ON tickets (status, created_at);
