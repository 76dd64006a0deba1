"""Base models on this machine: brought from a hub, checked, and found by their names."""
