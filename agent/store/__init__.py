"""The conversation store: what must survive a crash, written once a turn."""
