"""The guard: words that a shop never wants to take or say, and how much a message may be."""
