"""Who may ask, and how much: customers' tokens, keys, and the pace of turns."""
