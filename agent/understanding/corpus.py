"""The labelled utterances that ship with the code, from which the intent classifier is trained."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from agent.understanding.classifier import LABELS, STATEMENT
from agent.understanding.errors import UtteranceError
from agent.understanding.folding import fold
from agent.understanding.intents import INTENTS, Intent

UTTERANCES = Path(__file__).with_name("utterances")
"""One file an intent, one message a line; ``multi.jsonl`` holds messages of several intents."""
STATEMENTS = Path(__file__).with_name("statements.txt")
"""Clauses that ask nothing, one a line."""


@dataclass(frozen=True)
class Labelled:
    """One training example."""

    text: str
    """Folded."""
    label: int
    """Place in ``LABELS``."""


@dataclass(frozen=True)
class LabelledSet:
    """A message with all its intents, for choosing the cuts of the clause decision."""

    text: str
    """Folded."""
    intents: frozenset[Intent]


def to_classify(message: str) -> str:
    """What the classifier is shown of a raw message: the folded text, or the emoji where there is nothing else."""
    folded = fold(message)
    return folded.text or "".join(folded.emoji) or message.strip()


def read_utterances(folder: Path = UTTERANCES, statements: Path = STATEMENTS) -> tuple[Labelled, ...]:
    """Read all single-intent utterances and the statements.

    Args:
        folder: holds ``<intent>.txt`` for every intent.
        statements: clauses that ask nothing.

    Returns:
        Each folded text once per label, in the order of ``LABELS``.

    Raises:
        UtteranceError: when a file is missing, empty or not UTF-8.
    """
    sources = [(folder / f"{intent}.txt", intent) for intent in INTENTS] + [(statements, STATEMENT)]
    found: dict[Labelled, None] = {}
    for path, name in sources:
        lines = [line.strip() for line in _read(path).splitlines() if line.strip()]
        if not lines:
            raise UtteranceError(path, "it holds no utterance; write one a line")
        found.update(dict.fromkeys(Labelled(to_classify(line), LABELS.index(name)) for line in lines))
    return tuple(found)


def read_sets(folder: Path = UTTERANCES) -> tuple[LabelledSet, ...]:
    """Read the messages that carry several intents.

    Raises:
        UtteranceError: when the file is missing, or a line is not JSON with ``text`` and known ``intents``.
    """
    path = folder / "multi.jsonl"
    found = []
    for number, line in enumerate(_read(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            text, intents = str(entry["text"]), frozenset(INTENTS[INTENTS.index(name)] for name in entry["intents"])
        except (ValueError, KeyError, TypeError) as error:
            raise UtteranceError(path, f"line {number} needs `text` and a list of known `intents` ({error})") from error
        found.append(LabelledSet(to_classify(text), intents))
    return tuple(found)


def hash_corpus(folder: Path = UTTERANCES, statements: Path = STATEMENTS) -> str:
    """SHA-256 over names and contents of every file that training reads; line ends do not count."""
    digest = hashlib.sha256()
    for path in (*sorted([*folder.glob("*.txt"), folder / "multi.jsonl"]), statements):
        digest.update(path.name.encode())
        digest.update("\n".join(_read(path).splitlines()).encode())
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UtteranceError(path, "there is no such file; every intent needs one") from error
    except UnicodeDecodeError as error:
        raise UtteranceError(path, f"it is not UTF-8 at byte {error.start}") from error
