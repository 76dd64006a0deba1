-- Writes to back-ends: the row is there before the call is made. The turn is not committed yet at that time, hence no
-- foreign keys.
CREATE TABLE actions (
    key TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    tool TEXT NOT NULL,
    args TEXT NOT NULL,
    intended_at TEXT NOT NULL,
    outcome TEXT,
    receipt TEXT,
    settled_at TEXT
) STRICT;

CREATE INDEX actions_unsettled ON actions (intended_at) WHERE outcome IS NULL OR outcome = 'unknown';
