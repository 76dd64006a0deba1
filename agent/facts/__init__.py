"""Facts in words: each function turns one piece of evidence into a sentence that may be sent as it stands."""
