"""Settings: what can be set from outside, and where it is set."""

from agent.settings.layers import load_settings, read_layers
from agent.settings.settings import Generator, Settings

__all__ = ["Generator", "Settings", "load_settings", "read_layers"]
