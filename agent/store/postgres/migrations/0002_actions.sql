-- Writes to back-ends: the row is there before the call is made. The turn is not committed yet at that time, hence no
-- foreign keys.
CREATE TABLE actions (
    key TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C" NOT NULL,
    turn_id TEXT COLLATE "C" NOT NULL,
    tool TEXT COLLATE "C" NOT NULL,
    args TEXT NOT NULL,
    intended_at TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C",
    receipt TEXT,
    settled_at TEXT COLLATE "C"
);

CREATE INDEX actions_unsettled ON actions (intended_at) WHERE outcome IS NULL OR outcome = 'unknown';
