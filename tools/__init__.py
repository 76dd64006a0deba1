"""Clients of the shop's back-ends, and the mocked back-ends."""
