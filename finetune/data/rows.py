"""Rows: one prompt and the one answer that is learned from it, as serving would ask for it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.evidence import Answer, Brief, Fact
from agent.messages import Strategy
from agent.profile import ShopProfile
from agent.prompt import fill, render
from finetune.data.formats.detect import Format, read_dialogues
from finetune.data.formats.dialogue import Dialogue, Family, RowKind, Turn
from finetune.data.identity.placeholders import fill_placeholders
from finetune.errors import DataError
from finetune.problems import Place, Problem

Reading = Callable[[Path], tuple[Format, tuple[Dialogue, ...]]]
"""Gives the format and the dialogues of a file."""
_ASKED = "【顾客】"
_NUMBERED = re.compile(r"^\d{1,2}\. ")


@dataclass(frozen=True)
class Row:
    """One thing to learn."""

    messages: tuple[dict[str, str], ...]
    """The prompt, beginning with a system message, ending with the customer's turn."""
    answer: str
    """As it is learned: words, and slots that name facts (〔1〕)."""
    kind: RowKind
    strategy: Strategy
    question: str
    """The customer's own words of this turn, by which rows are clustered."""
    brief: Brief
    """What the answer may state: the facts of the prompt, and what the customer said."""
    place: Place
    facts: tuple[str, ...] = ()
    """What the prompt numbers, and slots of the answer may name."""
    ask: str = ""
    """The question that the answer is to end with; empty: none."""
    family: Family | None = None
    """None: it is not about the assistant itself."""
    group: str | None = None
    """Rows of one group stand on one side of the split; None: the row's place is its group."""

    @property
    def said(self) -> str:
        """The answer as a customer would read it: with the facts in place of their slots."""
        return fill(self.answer, self.facts, self.ask).text


@dataclass(frozen=True)
class DataFile:
    """One file of rows."""

    path: Path
    form: Format
    rows: tuple[Row, ...]
    """Those that are taken."""
    pool: tuple[Row, ...] = ()
    """Those that they were drawn from: all of the file."""
    dialogues: tuple[Dialogue, ...] = ()
    """What the pool was made of, in the order of the file."""
    notes: tuple[Problem, ...] = ()
    """What was left out, and what is short."""


def load_files(paths: Sequence[Path], profile: ShopProfile) -> tuple[DataFile, ...]:
    """Read data files.

    Args:
        paths: the files, each in any of the known formats.
        profile: the shop whose prompt heads rows that bring no system message.

    Raises:
        DataError: every broken row of every file is in it.
    """
    files: list[DataFile] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files.append(file_of(path, read_dialogues, profile))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return tuple(files)


def file_of(path: Path, read: Reading, profile: ShopProfile) -> DataFile:
    """Read one data file, its placeholders filled.

    Args:
        path: the file.
        read: gives its format and its dialogues.
        profile: the shop.

    Raises:
        DataError: every broken row is in it.
    """
    form, dialogues = read(path)
    filled = [fill_placeholders(dialogue, profile) for dialogue in dialogues]
    kept = tuple(dialogue for dialogue in filled if dialogue)
    rows = tuple(row for dialogue in kept for row in rows_of(dialogue, profile))
    left_out = filled.count(None)
    if not left_out:
        return DataFile(path, form, rows, rows, kept)
    told = f"{path}: {left_out} rows are left out: the shop's profile does not say what their placeholders ask for"
    return DataFile(path, form, rows, rows, kept, (Problem("setting", "warning", None, told),))


def rows_of(dialogue: Dialogue, profile: ShopProfile) -> Iterator[Row]:
    """Make a row of each answer that is to be learned.

    A dialogue without a system message is put into the prompt that serving writes: the shop's rules, the conversation, the
    context as facts, the manner, the customer's words. One with a system message is taken as it stands.

    Args:
        dialogue: as a data file gives it.
        profile: the shop.
    """
    for index, turn in enumerate(dialogue.turns):
        if turn.speaker != "assistant" or not turn.is_learned:
            continue
        before = dialogue.turns[:index]
        is_last = index == len(dialogue.turns) - 1
        strategy = turn.strategy or (dialogue.strategy if is_last else None) or "inform"
        ask = dialogue.ask if is_last else ""
        also = dialogue.also if is_last else ()
        given = dialogue.facts_at(index)
        brief = _brief(dialogue, before, given, (strategy, *also), ask)
        yield Row(
            messages=_prompt(dialogue, before, brief, profile),
            answer=turn.text.strip(),
            kind=dialogue.kind or ("dialogue" if len(before) > 1 else "knowledge"),
            strategy=strategy,
            question=_said(before[-1]),
            brief=_with_echoes(brief, before),
            place=dialogue.place,
            facts=_numbered(dialogue, before, given),
            ask=ask,
            family=dialogue.family,
            group=dialogue.group,
        )


def _prompt(
    dialogue: Dialogue, before: Sequence[Turn], brief: Brief, profile: ShopProfile
) -> tuple[dict[str, str], ...]:
    if dialogue.system is None:
        history = [
            (turn.speaker, fill(turn.text, dialogue.facts_at(place)).text) for place, turn in enumerate(before[:-1])
        ]
        return tuple(render(brief, profile, history, before[-1].text))
    roles = {"customer": "user", "assistant": "assistant"}
    said = ({"role": roles[turn.speaker], "content": turn.text} for turn in before)
    return ({"role": "system", "content": dialogue.system}, *said)


def _brief(
    dialogue: Dialogue, before: Sequence[Turn], given: Sequence[str], strategies: Sequence[Strategy], ask: str
) -> Brief:
    """The facts of a row: its context, or what its own prompt says before the customer's words."""
    texts = list(given)
    if dialogue.system is not None:
        asked = [turn.text for turn in before if turn.speaker == "customer"]
        given = [dialogue.system, *(text.rpartition(_ASKED)[0] or text for text in asked)]
        texts = [_NUMBERED.sub("", line) for text in given for line in text.splitlines() if line.strip()]
    facts = tuple(Fact("policy", text) for text in texts)
    first = Answer("out_of_scope", "answered", strategies[0], facts, ask=ask)
    return Brief((first, *(Answer("out_of_scope", "answered", also) for also in strategies[1:])))


def _numbered(dialogue: Dialogue, before: Sequence[Turn], given: Sequence[str]) -> tuple[str, ...]:
    """The facts that slots may name: a row's context, or what its own prompt numbers before the customer's words."""
    if dialogue.system is None:
        return tuple(given)
    told = before[-1].text.rpartition(_ASKED)[0]
    return tuple(_NUMBERED.sub("", line) for line in told.splitlines() if _NUMBERED.match(line))


def _with_echoes(brief: Brief, before: Sequence[Turn]) -> Brief:
    answer = brief.answers[0]
    echoes = tuple(Fact("echo", _said(turn)) for turn in before if turn.speaker == "customer")
    return Brief((replace(answer, facts=answer.facts + echoes), *brief.answers[1:]))


def _said(turn: Turn) -> str:
    """The customer's own words, without the facts that a prompt puts before them."""
    return turn.text.rpartition(_ASKED)[2].strip()
