"""Questions and answers: a CSV with the columns ``question`` and ``answer``, or objects with these keys."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from finetune.data.formats.dialogue import Dialogue, Extras, Turn, fail, fit, make_dialogue
from finetune.data.formats.records import Record

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "问题": "question",
        "提问": "question",
        "问": "question",
        "答案": "answer",
        "回答": "answer",
        "回复": "answer",
        "答": "answer",
        "资料": "context",
        "依据": "context",
        "类型": "kind",
        "策略": "strategy",
        "最后问": "ask",
    }
)
"""Chinese column names, and what they stand for."""


class QuestionRow(Extras):
    """One line of the file."""

    question: str
    answer: str


def rename(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give columns their English names; a cell that is empty and may be is left out."""
    named: dict[str, Any] = {}
    for key, value in values.items():
        name = NAMES.get(key.strip(), key)
        if value != "" or name in ("question", "answer"):
            named[name] = value
    return named


def read_question(record: Record) -> Dialogue:
    """Read one row.

    Raises:
        DataError: it does not fit.
    """
    values = rename(record.values)
    names = [NAMES.get(key.strip(), key) for key in record.values]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise fail(record.place, f"two columns mean {twice[0]!r}; keep one")
    row = fit(QuestionRow, Record(record.place, values))
    return make_dialogue(record.place, [Turn("customer", row.question), Turn("assistant", row.answer)], None, row)
