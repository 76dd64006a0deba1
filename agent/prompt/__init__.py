"""The prompt: how a turn is put before a model, in serving and in training alike."""

from agent.prompt.encode import IGNORED, Encoded, encode, end_token_ids, write
from agent.prompt.neutral import is_neutral, neutralise
from agent.prompt.render import PROMPT_VERSION, render
from agent.prompt.slots import ASK_SLOT, Filled, fill, slot

__all__ = [
    "ASK_SLOT",
    "IGNORED",
    "PROMPT_VERSION",
    "Encoded",
    "Filled",
    "encode",
    "end_token_ids",
    "fill",
    "is_neutral",
    "neutralise",
    "render",
    "slot",
    "write",
]
