"""Keeping a store in order: look it over, give a customer's data out or away, back it up while it is in use."""
