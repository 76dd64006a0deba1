"""Rows from stored conversations: what a person wrote or approved."""
