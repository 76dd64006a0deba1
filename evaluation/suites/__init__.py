"""Suites of tasks: what a customer comes with, what must and must not happen, and whether it did."""
