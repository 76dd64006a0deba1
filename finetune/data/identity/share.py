"""How much of the rows is about the assistant itself: a model that learns nothing else answers everything with its name."""

from collections.abc import Sequence

from finetune.data.rows import Row
from finetune.problems import Problem

WARN_OVER = 0.3
REFUSE_OVER = 0.6


def check_share(rows: Sequence[Row]) -> tuple[Problem, ...]:
    """Look whether rows about the assistant itself are too many.

    Args:
        rows: all that are taken.

    Returns:
        A warning where they are more than `WARN_OVER` of all, an error where they are more than `REFUSE_OVER`.
    """
    own = sum(row.family is not None for row in rows)
    share = own / len(rows) if rows else 0.0
    if share <= WARN_OVER:
        return ()
    told = f"{own} of {len(rows)} rows ({share:.0%}) are about the assistant itself"
    if share > REFUSE_OVER:
        advice = f"such a model introduces itself whatever is asked. Add rows of the shop, or draw {_most(own, len(rows))} of these"
        return (Problem("setting", "error", None, f"{told}, at most {REFUSE_OVER:.0%} may be: {advice}"),)
    return (
        Problem("setting", "warning", None, f"{told}; more than {WARN_OVER:.0%} bleeds into other answers: draw fewer"),
    )


def _most(own: int, count: int) -> int:
    """So many rows about the assistant go with the others without a warning."""
    return max(1, int((count - own) * WARN_OVER / (1 - WARN_OVER)))
