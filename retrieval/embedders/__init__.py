"""Encoders that turn a text into a unit vector, behind one port."""
