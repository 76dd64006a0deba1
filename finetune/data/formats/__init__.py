"""Formats: how rows are written down, each read into the same dialogue."""
