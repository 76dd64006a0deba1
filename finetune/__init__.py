"""From a shop's conversations to a served adapter."""
