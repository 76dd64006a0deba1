"""Widgets that speak the REST channel of Rasa."""
