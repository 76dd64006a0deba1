"""A preview: what the release built from an edited pack would answer otherwise than the one that is served."""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from agent.audit.claims import find_claims
from agent.audit.fold import fold
from agent.audit.polarity import contradicts, stance
from agent.understanding.understand import Understander
from evaluation.editing.answering import Answering, Said
from evaluation.editing.asked import Asked, Origin
from knowledge.masking import masked
from knowledge.pack import Pack
from retrieval.release import Release

ChangeKind = Literal["flip", "outcome", "source", "wording", "passages"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("flip", "outcome", "source", "wording", "passages")
"""From what an editor must see first."""

_WEIGHTY = frozenset({"amount", "duration", "percent", "discount"})
"""Claims of which another number makes another answer."""


@dataclass(frozen=True)
class Change:
    """One message that is answered otherwise."""

    kind: ChangeKind
    origin: Origin
    name: str
    """The policy's, the transcript's or the turn's id."""
    number: int
    """Of the message in its conversation, from 1."""
    text: str
    """The message; of a customer's own words numbers and addresses that may name a person are masked."""
    before: Said
    after: Said
    why: tuple[str, ...] = ()
    """What flips, in words."""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Preview:
    """What changes from one release to the other."""

    served: str
    """Id of the release that is served."""
    coming: str
    """Id of the release built from the pack."""
    messages: int
    """Answered by both."""
    changes: tuple[Change, ...]
    """Answers that flip first."""

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    def as_json(self) -> dict[str, Any]:
        """As plain JSON, for machines."""
        counts = {kind: len(self.of(kind)) for kind in CHANGE_KINDS}
        return {
            "served": self.served,
            "coming": self.coming,
            "messages": self.messages,
            "counts": counts,
            "changes": [change.as_json() for change in self.changes],
        }


async def preview(
    pack: Pack,
    releases: tuple[Release, Release],
    understander: Understander,
    asked: Sequence[Asked],
    watch: Callable[[int, int], None] = lambda done, total: None,
    known: MutableMapping[tuple[str, Asked], tuple[Said, ...]] | None = None,
) -> Preview:
    """Put questions to the release that is served and to the one that is to be.

    Args:
        pack: to be published; gives the back-ends' data.
        releases: the one that is served, and the one built from the pack.
        understander: reads messages, the same for both.
        asked: the questions.
        watch: told the conversations done and in all, of both releases together.
        known: what releases answered before, by release id; it is asked first and added to. None: everything is asked.

    Returns:
        What changes; nothing where the two are one release.
    """
    served, coming = releases
    messages = sum(len(one.texts) for one in asked)
    if served.release_id == coming.release_id:
        return Preview(served.release_id, coming.release_id, messages, ())
    known = {} if known is None else known
    missing = [[one for one in asked if (release.release_id, one) not in known] for release in releases]
    total, done = sum(map(len, missing)), 0

    def step() -> None:
        nonlocal done
        done += 1
        watch(done, total)

    watch(0, total)
    for release, these in zip(releases, missing, strict=True):
        said = await Answering(pack, release, understander).answer(these, step)
        known.update(((release.release_id, one), what) for one, what in zip(these, said, strict=True))
    before, after = ([known[release.release_id, one] for one in asked] for release in releases)
    changes = [change for one, old, new in zip(asked, before, after, strict=True) for change in _changes(one, old, new)]
    changes.sort(key=lambda change: CHANGE_KINDS.index(change.kind))
    return Preview(served.release_id, coming.release_id, messages, tuple(changes))


def _changes(asked: Asked, before: tuple[Said, ...], after: tuple[Said, ...]) -> list[Change]:
    """The messages of one conversation that are answered otherwise; one that broke off is not compared further."""
    found = []
    for number, (text, old, new) in enumerate(zip(asked.texts, before, after, strict=False), start=1):
        kind, why = compare(old, new)
        if kind is not None:
            if asked.origin == "customer":
                text, old, new = masked(text), _masked(old), _masked(new)
            found.append(Change(kind, asked.origin, asked.name, number, text, old, new, why))
    return found


def compare(before: Said, after: Said) -> tuple[ChangeKind | None, tuple[str, ...]]:
    """Say what changes from one answer to the other.

    Args:
        before: of the release that is served.
        after: of the release that is to be.

    Returns:
        The weightiest kind of change, None where nothing changes, and what flips, in words.
    """
    why = tuple(_flips(before, after)) if before.reply != after.reply else ()
    if why:
        return "flip", why
    if before.outcome != after.outcome:
        return "outcome", (f"{before.outcome or 'broken'} → {after.outcome or 'broken'}",)
    if set(before.cited) != set(after.cited):
        return "source", ()
    if before.reply != after.reply:
        return "wording", ()
    return ("passages", ()) if list(before.found.items()) != list(after.found.items()) else (None, ())


def _flips(before: Said, after: Said) -> list[str]:
    why = []
    said, says = stance(before.reply), stance(after.reply)
    if {said, says} == {True, False} or contradicts(after.reply, before.reply):
        why.append("no → yes" if says else "yes → no")
    old, new = _numbers(before.reply), _numbers(after.reply)
    for unit in sorted(old.keys() & new.keys(), key=str):
        lost, gained = old[unit].keys() - new[unit].keys(), new[unit].keys() - old[unit].keys()
        if lost and gained:
            spans = (
                "、".join(old[unit][one] for one in sorted(lost)),
                "、".join(new[unit][one] for one in sorted(gained)),
            )
            why.append(f"{spans[0]} → {spans[1]}")
    return why


def _numbers(reply: str) -> dict[str, dict[Any, str]]:
    """The amounts, spans of time and shares of a reply: words by value by unit."""
    found: dict[str, dict[Any, str]] = {}
    for claim in find_claims(fold(reply)):
        if claim.kind in _WEIGHTY and claim.accepts:
            *unit, value = claim.accepts[0]
            found.setdefault(" ".join(map(str, unit)), {})[value] = claim.span
    return found


def _masked(said: Said) -> Said:
    return Said(masked(said.reply), said.outcome, said.cited, said.found, said.crash)
