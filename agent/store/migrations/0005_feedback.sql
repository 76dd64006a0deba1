-- Whether the customer of a conversation was asked how it was, and what they said: each at most once.
CREATE TABLE ratings (
    conversation_id TEXT PRIMARY KEY,
    asked_at TEXT,
    rating INTEGER CHECK (rating BETWEEN 1 AND 5),
    rated_at TEXT
) STRICT;

-- What customers did in the shop, as the shop's own systems report it.
CREATE TABLE shop_events (
    event_id TEXT PRIMARY KEY,
    shop_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount TEXT,
    at TEXT NOT NULL
) STRICT;

CREATE INDEX shop_events_by_time ON shop_events (shop_id, at);
CREATE INDEX shop_events_by_customer ON shop_events (customer_id);
CREATE INDEX turns_by_time ON turns (created_at);
