"""The assistant with another shop's knowledge on this shop's back-ends: it knows the orders and tells the wrong rules."""

from datetime import UTC, datetime

from agent.understanding.understand import Understander
from evaluation.play.in_process import InProcess
from knowledge.pack import Pack
from retrieval.release import Release


def wrong_shop_stage(pack: Pack, other: Release, understander: Understander) -> InProcess:
    """Open a stage where another shop answers.

    Args:
        pack: the shop whose customers ask; gives the back-ends' data.
        other: another shop's release.
        understander: reads messages.
    """
    return InProcess(pack, other, understander, datetime.now(UTC))
