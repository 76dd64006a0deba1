-- What a channel keeps between its steps: cursors, marks of what was told. conversation_id where it is about one conversation.
CREATE TABLE channel_memory (
    name TEXT COLLATE "C" PRIMARY KEY,
    conversation_id TEXT COLLATE "C",
    value TEXT NOT NULL,
    changed_at TEXT COLLATE "C" NOT NULL
);

CREATE INDEX channel_memory_by_conversation ON channel_memory (conversation_id) WHERE conversation_id IS NOT NULL;
