"""Lists of questions and answers in CSV as cases of one turn."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from evaluation.adapters.rows import Row, fit_all, refuse
from evaluation.play.case import Case
from evaluation.play.transcripts import transcript_case
from knowledge.findings import Place
from knowledge.pack import Pack
from knowledge.schema import Record, unknown_key
from knowledge.shop import Word
from knowledge.source import read_source
from knowledge.transcripts import Outcome, Transcript

_NAMES = {
    **dict.fromkeys(("问题", "提问", "问"), "question"),
    **dict.fromkeys(("答案", "回答", "回复", "答"), "answer"),
    **dict.fromkeys(("来源", "出处", "依据"), "source"),
    **dict.fromkeys(("编号", "序号"), "id"),
    "分类": "category",
}
"""Chinese column names, and what they stand for."""


def _listed(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(";") if part.strip()) if isinstance(value, str) else value


def _groups(value: Any) -> Any:
    return tuple(tuple(_alternatives(group)) for group in _listed(value)) if isinstance(value, str) else value


def _alternatives(group: str) -> Iterator[str]:
    return (part.strip() for part in group.split("|") if part.strip())


class QuestionRow(Record):
    """One row of the list."""

    question: Word
    answer: Word
    """A person's; compared by overlap alone."""
    source: Annotated[tuple[Word, ...], BeforeValidator(_listed)] = ()
    """Ids of policies, goods or offers that must be cited, joined by ``;``."""
    include: Annotated[tuple[tuple[Word, ...], ...], BeforeValidator(_groups)] = ()
    """What must be said: groups joined by ``;``, alternatives in a group by ``|``."""
    exclude: Annotated[tuple[Word, ...], BeforeValidator(_listed)] = ()
    """What must not be said, joined by ``;``."""
    outcome: Outcome = "answered"
    id: Word | None = None
    category: Word | None = None
    """The family of the case."""


class QuestionReader:
    """Reads CSV files with the columns ``question`` and ``answer``."""

    def reads(self, file: Path) -> bool:
        """Whether the file is such a list."""
        if file.suffix.lower() != ".csv":
            return False
        try:
            with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
                header = next(csv.reader(opened), [])
        except (OSError, csv.Error):
            return False
        return {"question", "answer"} <= {_name(cell) for cell in header}

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the questions of a file; see `CaseReader.read`."""
        known = _ids(pack)
        cases = []
        for row, asked in _questions(file):
            sources = tuple(one for one in asked.source if one in known)
            stated = {"sources": sources, "include": asked.include, "exclude": asked.exclude}
            expect = {"outcome": asked.outcome, **{key: value for key, value in stated.items() if value}}
            turn = {"customer": asked.question, "expect": expect, "reference": asked.answer}
            name = asked.id or f"{file.stem}-{row.place.line}"
            tags = [asked.category] if asked.category else []
            cases.append(
                transcript_case(Transcript.model_validate({"id": name, "tags": tags, "turns": [turn]}), file.name)
            )
        return cases

    def left_out(self, file: Path, pack: Pack) -> Sequence[str]:
        """Sources that this shop does not have; see `LeavesOut.left_out`."""
        known = _ids(pack)
        return [
            f"{row.place}: source {one!r} is none of this shop's policies, goods and offers: not judged"
            for row, asked in _questions(file)
            for one in asked.source
            if one not in known
        ]


def _name(cell: str) -> str:
    return _NAMES.get(cell.strip(), cell.strip().lower())


def _ids(pack: Pack) -> frozenset[str]:
    named = [policy.policy_id for policy in pack.policies] + [product.product_id for product in pack.products]
    return frozenset([*named, *(promotion.promotion_id for promotion in pack.promotions)])


def _questions(file: Path) -> tuple[tuple[Row, QuestionRow], ...]:
    reader = csv.reader(io.StringIO(read_source(file.parent, file.name), newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = _header(file, next(reader))
        begins = reader.line_num + 1
        for cells in reader:
            place, begins = Place(file.name, begins), reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} cells for {len(header)} columns."
                raise refuse(place, message, "Put texts with commas in quotes.", "csv")
            rows.append(Row(place, {key: cell for key, cell in zip(header, cells, strict=True) if cell.strip()}))
    except csv.Error as cause:
        place = Place(file.name, reader.line_num)
        raise refuse(place, f"this is no CSV: {cause}.", "Correct the quotes.", "csv") from cause
    if not rows:
        raise refuse(Place(file.name, 1), "the list holds no questions.", "Add some, or leave the file out.")
    return fit_all(QuestionRow, tuple(rows))


def _header(file: Path, cells: Sequence[str]) -> list[str]:
    header = [_name(cell) for cell in cells]
    for name in header:
        if name not in QuestionRow.model_fields:
            raise _failing(file, name)
        if header.count(name) > 1:
            raise refuse(Place(file.name, 1), f"two columns mean {name!r}.", "Keep one.", "csv")
    return header


def _failing(file: Path, name: str) -> Exception:
    found = unknown_key(Place(file.name, 1), name, list(QuestionRow.model_fields))
    return refuse(found.place, found.message, found.advice, found.kind)
