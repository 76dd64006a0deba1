-- Whether the customer of a conversation was asked how it was, and what they said: each at most once.
CREATE TABLE ratings (
    conversation_id TEXT COLLATE "C" PRIMARY KEY,
    asked_at TEXT COLLATE "C",
    rating INTEGER CHECK (rating BETWEEN 1 AND 5),
    rated_at TEXT COLLATE "C"
);

-- What customers did in the shop, as the shop's own systems report it.
CREATE TABLE shop_events (
    event_id TEXT COLLATE "C" PRIMARY KEY,
    shop_id TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    amount TEXT,
    at TEXT COLLATE "C" NOT NULL
);

CREATE INDEX shop_events_by_time ON shop_events (shop_id, at);
CREATE INDEX shop_events_by_customer ON shop_events (customer_id);
CREATE INDEX turns_by_time ON turns (created_at);
