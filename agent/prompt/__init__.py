"""The prompt: how a turn is put before a model, in serving and in training alike."""

from agent.prompt.encode import IGNORED, Encoded, encode, end_token_ids, write
from agent.prompt.neutral import is_neutral, neutralise
from agent.prompt.render import PROMPT_VERSION, render

__all__ = [
    "IGNORED",
    "PROMPT_VERSION",
    "Encoded",
    "encode",
    "end_token_ids",
    "is_neutral",
    "neutralise",
    "render",
    "write",
]
