"""Data: rows of conversations, read, checked, split and encoded as serving would ask for them."""
