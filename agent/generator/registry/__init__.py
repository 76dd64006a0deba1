"""The adapters that were registered, and which of them is served."""
