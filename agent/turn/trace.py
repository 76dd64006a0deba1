"""The trace of a turn: its path through the graph, what it read and found, and the drafts that were not sent; for people who look into it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from agent.evidence import Brief
from agent.privacy.found import LABELS
from agent.privacy.masking import mask_tree
from agent.turn.context import Turn
from agent.turn.graph import Work
from agent.understanding.entities import DayMention, Entities, Place
from agent.wording.draft import Draft, Rejected
from retrieval.passages import Passage
from retrieval.retriever import Hit

_CLAUSE = 60
"""Characters of a clause, and of the words of a finding, that are kept."""
_DRAFT = 200
"""Characters of a draft that are kept."""
_MOST = 6
"""Of entities of one kind, of findings of one draft, and of passages dropped, so many are kept."""
_PERSONAL = {"address": LABELS["address"], "phone": LABELS["phone"], "receiver": LABELS["name"]}


def trace_of(work: Work) -> Mapping[str, Any]:
    """What is kept of a turn that went through the graph, beside its reply; without personal data, which the conversation holds.

    Tool calls, the author of the wording, release and adapter stand in the reply. See ``docs/turn.md`` for the shape.

    Args:
        work: done.
    """
    turn, draft = work["turn"], work["draft"]
    kept, dropped = _passages(turn, work["brief"], draft)
    told = {
        "nodes": [[name, round(took_ms, 2)] for name, took_ms in work.get("nodes", ())],
        "intents": [[one.intent, round(one.confidence, 3), one.clause[:_CLAUSE]] for one in turn.understood.intents],
        "abstained": turn.understood.abstained,
        "mood": {name: felt for name, felt in asdict(turn.understood.mood).items() if felt},
        "entities": _entities(turn),
        "passages": kept,
        "dropped": dropped,
        "failures": list(turn.notes.failures),
        "rejected": [_rejected(one) for one in draft.rejected],
        "hard": draft.hard,
        "recall": draft.recall,
    }
    told = {key: value for key, value in told.items() if value}
    masked: Mapping[str, Any] = mask_tree(
        told, leave={"nodes", "mood", "passages", "dropped", "failures", "hard", "recall"}
    )
    return masked


def _rejected(one: Rejected) -> Mapping[str, Any]:
    told = {
        "worded_by": one.worded_by,
        "draft": one.text[:_DRAFT],
        "findings": [[finding.kind, finding.span[:_CLAUSE]] for finding in one.findings[:_MOST]],
    }
    return {**told, "error": one.error} if one.error else told


def _entities(turn: Turn) -> Mapping[str, Any]:
    """What the message names; of personal data only that it is there."""
    found, nothing = turn.understood.entities, Entities()
    told: dict[str, Any] = {}
    for field in fields(Entities):
        value = getattr(found, field.name)
        if value != getattr(nothing, field.name):
            told[field.name] = _PERSONAL.get(field.name) or _plain(value)
    if turn.understood.products.product_ids:
        told["product_ids"] = list(turn.understood.products.product_ids[:_MOST])
    return told


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value[:_MOST]]
    if isinstance(value, Place):
        return value.name
    if isinstance(value, DayMention):
        return value.text
    return value if isinstance(value, int | str) else str(value)


def _passages(turn: Turn, brief: Brief, draft: Draft) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The best passage of each source found, and of those left out, in the order in which they were found."""
    said = {fact.source.id for fact in draft.facts if fact.source is not None}
    known = {source.id for source in brief.sources}
    looked_up = {id(hit) for hits in turn.hits.values() for hit in hits}
    kept: dict[str, Mapping[str, Any]] = {}
    dropped: dict[str, Mapping[str, Any]] = {}
    for hit in _hits(turn):
        source = hit.passage.source_id
        if id(hit) in looked_up or source in known:
            use = "said" if source in said else "no_room" if source in known else "not_quoted"
            kept.setdefault(source, {**_told(hit.passage, hit.score), "use": use})
        else:
            dropped.setdefault(source, {**_told(hit.passage, hit.score), "why": "outvoted"})
    for found in turn.notes.searches:
        for one in found.dropped:
            dropped.setdefault(one.passage.source_id, {**_told(one.passage, one.score), "why": one.why})
    return list(kept.values()), [one for source, one in dropped.items() if source not in kept][:_MOST]


def _hits(turn: Turn) -> Iterator[Hit]:
    """All hits of the turn: of what was asked first, then of what was looked up beside it."""
    for hits in turn.hits.values():
        yield from hits
    for found in turn.notes.searches:
        yield from found.hits


def _told(passage: Passage, score: float) -> Mapping[str, Any]:
    return {"id": passage.passage_id, "kind": passage.kind, "title": passage.title, "score": round(score, 3)}
