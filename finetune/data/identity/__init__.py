"""Rows about the assistant itself: who it is, what it can do, what the shop promises, what it must refuse."""
