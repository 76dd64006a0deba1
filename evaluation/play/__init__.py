"""Playing conversations: who speaks for the customer, who answers, and what is kept of it."""
