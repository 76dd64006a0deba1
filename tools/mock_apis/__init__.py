"""The mocked back-ends: a shop's orders and logistics services over SQLite, with faults on demand."""
