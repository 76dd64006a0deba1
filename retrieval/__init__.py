"""Passages in force, found by meaning and by words, and the release they are published in."""
