"""The web chat: a window on a shop's pages, and the stream by which what is said reaches it."""
