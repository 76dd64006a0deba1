"""Wording: the draft of a turn, and the composer that words it from facts alone."""
