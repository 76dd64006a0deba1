"""What makes a turn hard for a small model, so that a larger one words it where the shop has one."""

from agent.evidence import Brief
from agent.understanding.mood import AngerLevel
from agent.wording.draft import Draft, Hardness

_ANGRY: AngerLevel = 2


def hardness_of(brief: Brief, draft: Draft, anger: AngerLevel) -> Hardness | None:
    """Why a turn is hard to word; None: it is not.

    Args:
        brief: what the turn may say.
        draft: the one before, with what the audit found in it.
        anger: of the customer.
    """
    if draft.tries and draft.findings:
        return "refused"
    if len({answer.intent for answer in brief.answers}) > 1:
        return "several"
    return "angry" if anger >= _ANGRY else None
