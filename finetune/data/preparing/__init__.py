"""Preparing: a shop's own rows made into rows that are asked as serving will ask."""
