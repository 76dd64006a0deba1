"""Lint: what a model must not be taught, because its context does not hold it or the audit would stop it."""

from collections.abc import Iterator, Sequence

from agent.audit.auditor import Auditor
from agent.audit.finding import FindingKind
from agent.profile import ShopProfile
from agent.prompt import fill, is_neutral
from finetune.data.rows import Row
from finetune.problems import Problem

FIGURES: frozenset[FindingKind] = frozenset(
    {"amount", "date", "time", "duration", "percent", "discount", "id", "size", "number"}
)
_WORDING: frozenset[FindingKind] = frozenset({"language", "markup", "length", "sentences", "repetition", "leak"})
_NEVER: frozenset[FindingKind] = frozenset({"identity", "sensitive", "forbidden"})


def lint(rows: Sequence[Row], profile: ShopProfile) -> tuple[Problem, ...]:
    """Look for what must not be learned.

    Args:
        rows: all rows of a run.
        profile: the shop, whose own names and hotline need no context.

    Returns:
        Problems in the order of the rows: figures that the row's context does not hold, control tokens, foreign identities and
        the shop's forbidden words are errors; a form that the audit would stop, and a row that stands twice, are warnings.
    """
    auditor = Auditor(profile)
    seen: dict[tuple[object, ...], Row] = {}
    problems: list[Problem] = []
    for row in rows:
        problems += _check_control(row)
        problems += _check_answer(row, auditor)
        key = (*(message["content"] for message in row.messages), row.answer)
        first = seen.setdefault(key, row)
        if first is not row:
            problems.append(
                Problem("duplicate", "warning", row.place, f"the same row stands at {first.place}; delete one")
            )
    return tuple(problems)


def _check_control(row: Row) -> Iterator[Problem]:
    for text in (*(message["content"] for message in row.messages), row.answer):
        if not is_neutral(text):
            yield Problem(
                "control", "error", row.place, f"control tokens in {text[:60]!r}; expected plain words: delete them"
            )


def _check_answer(row: Row, auditor: Auditor) -> Iterator[Problem]:
    filled = fill(row.answer, row.facts, row.ask)
    if filled.unknown:
        message = (
            f"{filled.unknown[0]!r} names nothing: the row has {len(row.facts)} facts; mend the number, or add the fact"
        )
        yield Problem("slot", "error", row.place, message)
        return
    for finding in auditor.audit(filled.text, row.brief):
        if finding.kind in FIGURES:
            yield Problem(
                "figure",
                "error",
                row.place,
                f"the answer says {finding.span!r} ({finding.kind}), which its context does not hold; add the fact to the "
                "row's context, or take it out of the answer",
            )
        elif finding.kind in _NEVER:
            message = f"{finding.kind} {finding.span!r}: the audit never lets this through; reword the answer"
            yield Problem("wording", "error", row.place, message)
        elif finding.kind in _WORDING:
            message = f"{finding.kind}: the audit would stop this answer ({finding.message})"
            yield Problem("wording", "warning", row.place, message)
