"""Chatwoot: its agent bot answers customers, people take over in its inbox."""
