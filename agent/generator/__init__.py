"""Generators: what turns a prompt into a draft reply. Each is one file; ``port.py`` says what they have in common."""
