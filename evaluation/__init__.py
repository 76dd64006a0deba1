"""Replay transcripts and say, with numbers, whether a change is better."""
