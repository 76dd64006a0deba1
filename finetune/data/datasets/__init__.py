"""Datasets: rows by name, from a registry of the shop's own, and how many of them are taken."""
