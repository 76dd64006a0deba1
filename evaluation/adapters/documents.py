"""Questions with documents, as RGB has them: does the agent find the right one among noise, and say so when there is none?"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from evaluation.adapters.rows import Foreign, Row, first_keys, fit_all, read_rows, refuse
from evaluation.adapters.shop_files import goods_file, policy_file, shop_file
from evaluation.play.case import Case
from evaluation.play.transcripts import transcript_case
from knowledge.findings import Place
from knowledge.pack import Pack
from knowledge.shop import Word
from knowledge.transcripts import Transcript

Family = Literal["noise", "refusal", "integration", "counterfactual"]

DOCUMENTS = 5
"""A question has at most so many."""
_NOISE = 2
"""So many of these say nothing about it."""
_REFUSED = 3
"""Every third question of noise has no right document and must be declined."""
_NOW = "2026-01-01T10:00:00+08:00"
_BLANK = re.compile(r"\s+")
_TITLE = 24


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | int | float) else value


def _grouped(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, list) else value


Words = Annotated[tuple[Word, ...], BeforeValidator(_listed), Field(min_length=1)]
Groups = Annotated[tuple[Words, ...], BeforeValidator(lambda value: _grouped(_listed(value))), Field(min_length=1)]
"""Each is met by any one of its words."""
Documents = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_grouped)]
"""Groups of documents; one of each is needed where there are several answers."""


class DocumentRow(Foreign):
    """One question with its documents."""

    id: str | int
    query: Word
    answer: Groups
    positive: Documents
    """These hold the answer."""
    negative: tuple[str, ...] = ()
    """These do not."""
    positive_wrong: tuple[str, ...] = ()
    """These hold a false answer."""
    fakeanswer: Words | None = None
    """The false answer."""


@dataclass(frozen=True)
class Question:
    """A question as it is put: which documents the shop has, and what is expected."""

    place: Place
    row: DocumentRow
    family: Family
    documents: tuple[str, ...]

    @property
    def expect(self) -> dict[str, Any]:
        """What is expected of the answer."""
        if self.family == "refusal":
            return {"outcome": ["declined", "handoff"]}
        told = {"outcome": "answered", "include": self.row.answer}
        return {**told, "exclude": self.row.fakeanswer or ()} if self.family == "counterfactual" else told


class DocumentReader:
    """Reads RGB's files: ``query``, ``answer``, ``positive`` and ``negative``, and ``positive_wrong`` with ``fakeanswer``."""

    def reads(self, file: Path) -> bool:
        """Whether the file holds such questions."""
        return file.suffix in (".json", ".jsonl") and first_keys(file) >= {"query", "answer", "positive"}

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the questions of a file; see `CaseReader.read`."""
        cases = []
        for one in _questions(file):
            turn = {"customer": one.row.query, "expect": one.expect}
            name = f"{file.stem}-{one.row.id}"
            made = Transcript.model_validate({"id": name, "tags": [one.family], "turns": [turn]})
            cases.append(transcript_case(made, file.name))
        return cases

    def left_out(self, file: Path, pack: Pack) -> Sequence[str]:
        """What is not played; see `LeavesOut.left_out`."""
        notes = []
        questions = _questions(file)
        if any(one.family == "counterfactual" for one in questions):
            notes.append(
                f"{file.name}: questions that have false documents alone: not played, for a shop's agent knows nothing beside its "
                "documents; here true and false ones stand side by side, and the false answer must not be given"
            )
        return notes

    def shop_files(self, file: Path) -> Mapping[str, str]:
        """The documents as a shop's policies; see `BringsShop.shop_files`."""
        text = file.read_text(encoding="utf-8-sig", errors="replace")
        files = {**shop_file("rgb", "资料室", text), **goods_file(()), "backend.json": json.dumps({"now": _NOW})}
        seen: set[str] = set()
        for number, one in enumerate(_questions(file)):
            for position, document in enumerate(one.documents):
                body = _BLANK.sub(" ", document).strip()
                if body and body not in seen:
                    seen.add(body)
                    files |= policy_file(f"doc-{number}-{position}", body[:_TITLE], "资料", body)
        return files


def _questions(file: Path) -> tuple[Question, ...]:
    return tuple(
        _posed(number, row, shape) for number, (row, shape) in enumerate(fit_all(DocumentRow, read_rows(file)))
    )


def _posed(number: int, row: Row, shape: DocumentRow) -> Question:
    """Which documents a question gets: RGB's mixture of five, without chance."""
    family = _family(number, shape)
    if family == "refusal":
        return Question(row.place, shape, family, shape.negative[:DOCUMENTS])
    if family == "counterfactual":
        if shape.fakeanswer is None:
            raise refuse(row.place, "key 'fakeanswer' is missing beside 'positive_wrong'.", "Add it.", "missing_key")
        right = [document for group in shape.positive for document in group]
        return Question(row.place, shape, family, (*right[:2], *shape.positive_wrong[:2], *shape.negative[:1]))
    right = list(
        _in_turn(shape.positive) if family == "integration" else (one for group in shape.positive for one in group)
    )
    needed = max(DOCUMENTS - _NOISE, len(shape.answer)) if family == "integration" else DOCUMENTS - _NOISE
    return Question(row.place, shape, family, (*right[:needed], *shape.negative[:_NOISE]))


def _family(number: int, shape: DocumentRow) -> Family:
    if shape.positive_wrong:
        return "counterfactual"
    if len(shape.answer) > 1:
        return "integration"
    return "refusal" if number % _REFUSED == _REFUSED - 1 and shape.negative else "noise"


def _in_turn(groups: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first of each group, then the second of each."""
    longest = max((len(group) for group in groups), default=0)
    return (group[position] for position in range(longest) for group in groups if position < len(group))
