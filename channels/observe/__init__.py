"""Observation: what an operator sees of a running program: metrics, log lines and spans, the same for every way in."""
