"""Proposals: a write is put to the customer in plain words and waits for a yes in a later turn."""

import hashlib
import json
from collections.abc import Mapping

from agent.messages import PendingAction
from agent.turn.context import Turn


def hash_action(tool: str, args: Mapping[str, object]) -> str:
    """Bind a yes to exactly these arguments.

    Returns:
        SHA-256 in hex over the tool's name and its arguments in canonical JSON.
    """
    plain = json.dumps([tool, args], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def propose(turn: Turn, tool: str, args: Mapping[str, object], summary: str) -> None:
    """Remember a write that waits for the customer's yes; a turn holds one proposal at most, the first."""
    if turn.notes.pending is None:
        turn.notes.pending = PendingAction(tool, dict(args), hash_action(tool, args), summary, turn.turn_id)
