"""What a conversation changed in the back-ends, beside what it should have changed."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.records import Row, State


@dataclass(frozen=True)
class Seen:
    """The rows that tell something: those that are not the same before, after and as expected."""

    before: State | None
    after: State | None
    expected: State | None


def what_changed(before: State | None, after: State | None, expect: Callable[[State], State] | None) -> Seen:
    """Keep the rows that changed, or should have.

    Args:
        before: the back-ends before the first turn; None: they cannot be seen.
        after: the same after the last turn.
        expect: makes of what was before what should be after; None: nothing is expected.
    """
    if before is None or after is None:
        return Seen(None, None, None)
    expected = expect(before) if expect else None
    tables = {*before, *after, *(expected or {})}
    kept: dict[str, dict[str, list[Row]]] = {"before": {}, "after": {}, "expected": {}}
    for table in sorted(tables):
        checked = [before.get(table, ()), after.get(table, ())]
        if expected is not None and table in expected:
            checked.append(expected[table])
        same = _in_all([Counter(_told(row) for row in rows) for rows in checked])
        for name, rows in zip(kept, checked, strict=False):
            kept[name][table] = _without(rows, same)
    return Seen(kept["before"], kept["after"], kept["expected"] if expected is not None else None)


def same_rows(left: State, right: State) -> bool:
    """Whether two states hold the same rows in the tables of the second, in any order."""
    return all(_rows(left, table) == _rows(right, table) for table in right)


def _rows(state: State, table: str) -> list[str]:
    return sorted(_told(row) for row in state.get(table, ()))


def _in_all(counted: list[Counter[str]]) -> Counter[str]:
    same = counted[0]
    for other in counted[1:]:
        same = same & other
    return same


def _without(rows: Sequence[Row], same: Mapping[str, int]) -> list[Row]:
    left = Counter(same)
    kept: list[Row] = []
    for row in rows:
        told = _told(row)
        if left[told] > 0:
            left[told] -= 1
        else:
            kept.append(dict(row))
    return kept


def _told(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)
