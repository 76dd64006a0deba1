"""The small model that ships: a Qwen3 of some million parameters that words a turn's facts by their slots."""
