"""Looking up policies for what a message asks, read in the light of what was asked before."""

from dataclasses import replace

from agent.turn import Turn
from retrieval.retriever import Hit, Query

SURE = 0.6
"""From this score on a question stands by itself."""
SHORT = 12
"""A message of at most so many characters may lean on the one before."""


def look_up(turn: Turn, clause: str) -> tuple[Hit, ...]:
    """Find the policies in force that answer one clause of the message.

    A message with one ask is looked up whole as well, for its context; a short one that finds nothing sure is looked up again
    together with the message before it, and the sentences are then ranked by the new question alone.

    Args:
        turn: the turn, understood.
        clause: the words of one ask.

    Returns:
        Hits, best first; empty when nothing in force is likely enough to answer.
    """
    alone = _search(turn, clause)
    if len(turn.understood.intents) <= 1 and clause != turn.understood.folded:
        alone = max(_search(turn, turn.understood.folded), alone, key=_likelihood)
    before = turn.state.customer_texts
    leans = turn.understood.is_follow_up or len(turn.understood.folded) <= SHORT
    if not before or not leans or (alone and alone[0].score >= SURE):
        return alone
    together = _search(turn, f"{before[-1]} {clause}")
    if not together or (alone and alone[0].score > together[0].score):
        return alone
    return tuple(replace(hit, sentences=_ranked(turn, hit, clause)) for hit in together)


def _likelihood(hits: tuple[Hit, ...]) -> float:
    """How likely the best hit is the one meant."""
    return hits[0].score * hits[0].share if hits else 0.0


def _search(turn: Turn, text: str) -> tuple[Hit, ...]:
    mention = turn.understood.products
    product_id = mention.product_ids[0] if mention.product_ids and not mention.ambiguous else None
    query = Query(text=text, day=turn.today, region=turn.region, product_id=product_id)
    return turn.release.retriever.search(query).hits


def _ranked(turn: Turn, hit: Hit, question: str) -> tuple[tuple[str, float], ...]:
    """The sentences of a hit that hold here, ranked by another question."""
    holding = {sentence for sentence, _ in hit.sentences}
    ranked = turn.release.retriever.sentences_of(hit.passage.source_id, question)
    return tuple((sentence, score) for sentence, score in ranked if sentence in holding)
