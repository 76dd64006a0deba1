"""What came of customers' conversations: figures of a period, and how experiments stand."""
