"""Looking up policies for what a message asks, read in the light of what was asked before."""

from agent.turn.context import Turn
from retrieval.retriever import Hit

LEANS = 12
"""A message of at most so many characters may lean on the one before."""
_SURE = 0.5
"""A longer message leans on the one before only where by itself it finds nothing as likely as this."""


def look_up(turn: Turn, clause: str) -> tuple[Hit, ...]:
    """Find the policies in force that answer one clause of the message, in the light of the message before.

    A message with one ask is looked up whole as well, for its context.

    Args:
        turn: the turn, understood.
        clause: the words of one ask.

    Returns:
        Hits, best first; empty when nothing in force is likely enough to answer.
    """
    several = len(turn.understood.intents) > 1 and clause in turn.understood.folded
    told = turn.understood.folded.partition(clause)[0].strip(" ,;。.") if several else ""
    before = told or message_before(turn)
    alone = look_up_after(turn, clause, before)
    if not before and turn.state.customer_texts and (not alone or alone[0].score < _SURE):
        before = turn.state.customer_texts[-1]
        alone = look_up_after(turn, clause, before)
    if len(turn.understood.intents) <= 1 and clause != turn.understood.folded:
        return max(look_up_after(turn, turn.understood.folded, before), alone, key=_likelihood)
    return alone


def message_before(turn: Turn) -> str:
    """What the customer said before, where this may lean on it: in the same message, else in the last; empty: it stands by itself."""
    texts = turn.state.customer_texts
    if turn.understood.said_before:
        return turn.understood.said_before if len(turn.understood.folded) <= LEANS else ""
    leans = turn.understood.is_follow_up or len(turn.understood.folded) <= LEANS
    return texts[-1] if texts and leans else ""


def _is_about_goods(turn: Turn) -> bool:
    """Whether the message asks what a thing is like; its category then helps to find the rule for such things."""
    return any(score.intent == "product_info" for score in turn.understood.intents)


def _likelihood(hits: tuple[Hit, ...]) -> float:
    """How likely the best hit is the one meant."""
    return hits[0].score * hits[0].share if hits else 0.0


def look_up_after(turn: Turn, text: str, before: str) -> tuple[Hit, ...]:
    """Find the policies in force that answer a question which came after other words.

    Args:
        turn: the turn, understood.
        text: the question.
        before: what was said before it, by the customer; empty: nothing that it leans on.

    Returns:
        Hits, best first; empty when nothing in force is likely enough to answer.
    """
    product = turn.product
    if product is not None and turn.understood.products.is_explicit and _is_about_goods(turn):
        text = f"{text} {product.category}"
    return turn.lookup(_with_wider_places(turn, text), product.product_id if product else None, before=before)


def _with_wider_places(turn: Turn, text: str) -> str:
    """A question with the provinces and countries of the cities it names, and the groups the shop counts what it names among.

    Rules speak of 新疆 or 偏远地区, customers of 乌鲁木齐.
    """
    places = [place for place in turn.understood.entities.places if place.said in text]
    named = {place.name for place in places}
    wider = [place.name for place in places if place.name not in text]
    groups = [group.name for group in turn.groups if not group.members.isdisjoint(named)]
    return " ".join((text, *dict.fromkeys(name for name in (*wider, *groups) if name not in text)))
