-- Where each conversation stands between the bot and people; checked by each move and by each release of a message.
ALTER TABLE conversations ADD COLUMN stage TEXT NOT NULL DEFAULT 'bot';
UPDATE conversations SET stage = 'queued' WHERE json_extract(state, '$.owner') = 'human';

-- Every move between the bot and people, and the private notes of people; never changed.
CREATE TABLE handoff_log (
    seq INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (conversation_id),
    ticket_id TEXT,
    from_stage TEXT NOT NULL,
    to_stage TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE INDEX handoff_log_by_conversation ON handoff_log (conversation_id, seq);

ALTER TABLE tickets ADD COLUMN kind TEXT NOT NULL DEFAULT 'live';
ALTER TABLE tickets ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN person TEXT;
ALTER TABLE tickets ADD COLUMN due_at TEXT;
ALTER TABLE tickets ADD COLUMN notices INTEGER NOT NULL DEFAULT 0;

CREATE INDEX tickets_due ON tickets (due_at) WHERE status = 'open' AND due_at IS NOT NULL;
