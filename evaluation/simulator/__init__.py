"""Customers for a replay: they follow a written scenario to its end, by rule or spoken by a model."""
