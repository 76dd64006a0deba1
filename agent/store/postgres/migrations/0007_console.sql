-- What people look at: the latest conversations of a shop, those that people have or are awaited in, the turns of one in order, its tickets.
CREATE INDEX conversations_by_change ON conversations (shop_id, updated_at, conversation_id);
CREATE INDEX conversations_with_people ON conversations (shop_id, updated_at, conversation_id) WHERE stage IN ('queued', 'human');
CREATE INDEX turns_by_conversation ON turns (conversation_id, seq);
CREATE INDEX tickets_by_conversation ON tickets (conversation_id, created_at);
