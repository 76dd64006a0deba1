"""Settings that go well together: for so many rows, and the field's recipes."""
