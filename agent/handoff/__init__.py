"""Handover between the bot and people: when, to whom, what is told, and how a conversation comes back."""
