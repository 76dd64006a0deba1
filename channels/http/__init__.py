"""The HTTP surface: the shop's own API and an OpenAI-compatible one."""
