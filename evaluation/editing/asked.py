"""Questions to put to two releases: the policies' own, the pack's transcripts, and what customers asked lately."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from agent.store.port import TurnRecord
from knowledge.pack import Pack
from knowledge.splitting import split_policy
from retrieval.passages import Passage, Scope

Origin = Literal["question", "transcript", "customer"]


@dataclass(frozen=True)
class Asked:
    """One conversation to put to a release: the customer's side of it."""

    origin: Origin
    name: str
    """The policy's or the transcript's id; of a customer's question the turn's."""
    texts: tuple[str, ...]
    """The customer's messages, in order; one, but for a transcript."""
    now: datetime
    """When it takes place, aware."""
    customer_id: str = "preview-guest"
    product_id: str | None = None
    region: str | None = None


def policy_questions(pack: Pack, served: Iterable[Passage], now: datetime) -> list[Asked]:
    """The questions that editors attached to policies: to those of the pack and to those that are served now.

    Args:
        pack: to be published.
        served: passages of the release that is served: a policy taken out still has customers who ask for it.
        now: today; a policy not in force is asked on its nearest day in force.
    """
    coming = [passage for policy in pack.policies for passage in split_policy(policy)[:1]]
    asked: dict[tuple[str, datetime, str | None, str | None], Asked] = {}
    for passage in (*coming, *served):
        for text in passage.questions if passage.kind == "policy" else ():
            about = Asked(
                origin="question",
                name=passage.source_id,
                texts=(text,),
                now=_in_force(passage.scope, now, pack.shop.zone),
                product_id=_covered(pack, passage.scope),
                region=passage.scope.regions[0] if passage.scope.regions else None,
            )
            asked.setdefault((text, about.now, about.product_id, about.region), about)
    return list(asked.values())


def transcript_talks(pack: Pack, now: datetime) -> list[Asked]:
    """The pack's own conversations, each with its own history.

    Args:
        pack: to be published.
        now: of those that state no time.
    """
    return [
        Asked(
            origin="transcript",
            name=one.id,
            texts=tuple(turn.customer for turn in one.turns),
            now=one.now or now,
            customer_id=one.customer_id or "preview-guest",
            product_id=one.product_id,
            region=one.region,
        )
        for one in pack.transcripts
    ]


def customer_questions(turns: Sequence[TurnRecord], now: datetime) -> list[Asked]:
    """What customers asked, each question once, as the first message of a guest.

    Args:
        turns: the latest first.
        now: when they are asked again.
    """
    asked: dict[str, Asked] = {}
    for turn in turns:
        text = str(turn.request.get("text") or "").strip()
        if text and turn.reply.worded_by != "human":
            page, region = turn.request.get("product_id"), turn.request.get("region")
            product_id, where = str(page) if page else None, str(region) if region else None
            asked.setdefault(text, Asked("customer", turn.turn_id, (text,), now, product_id=product_id, region=where))
    return list(asked.values())


def _in_force(scope: Scope, now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    day = max(min(today, scope.effective_to or today), scope.effective_from or date.min)
    return now if day == today else datetime.combine(day, time(12), zone)


def _covered(pack: Pack, scope: Scope) -> str | None:
    if not scope.products:
        return None
    return next(
        (one.product_id for one in pack.products if scope.excludes(date.min, None, one.product_id) != "product"), None
    )
