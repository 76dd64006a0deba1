-- Accepted messages. turn_id is NULL until a turn has answered the message; its text is in the turn then.
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    text_digest TEXT NOT NULL,
    message TEXT NOT NULL,
    delivery TEXT NOT NULL,
    seen_version INTEGER NOT NULL,
    covers TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    accepted_at TEXT NOT NULL,
    turn_id TEXT,
    UNIQUE (conversation_id, message_id)
) STRICT;

CREATE INDEX inbox_waiting ON inbox (conversation_id, seq) WHERE turn_id IS NULL;

-- Messages to customers that a channel has to send. text is NULL where it is the reply of the turn of that id. Replies
-- that were told in the response to the message never stand here; the table of that kind before held nothing else.
DROP TABLE outbox;

CREATE TABLE outgoing (
    seq INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (conversation_id),
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT,
    person TEXT,
    after_turn INTEGER NOT NULL,
    replaceable INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TEXT,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE INDEX outgoing_unsent ON outgoing (seq) WHERE status IN ('waiting', 'released');
CREATE INDEX outgoing_by_conversation ON outgoing (conversation_id, seq);
