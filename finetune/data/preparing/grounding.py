"""Grounding: each example with the context that serving's prompt would hold, or the reason why it cannot be learned."""

from dataclasses import replace

from agent.audit.auditor import Auditor
from agent.audit.finding import FindingKind
from agent.audit.fold import squeeze
from agent.evidence import Fact
from agent.messages import Strategy
from agent.profile import ShopProfile
from agent.prompt import ASK_SLOT
from finetune.data.abstention import says_not_known
from finetune.data.formats.dialogue import RowKind
from finetune.data.lint import lint
from finetune.data.preparing.example import Example
from finetune.data.preparing.reader import Read
from finetune.data.preparing.repeats import overlap
from finetune.data.preparing.slots import as_slots
from finetune.data.rows import rows_of
from finetune.data.split import pieces_of
from finetune.problems import Problem, errors_of

MOST_BESIDE = 3
"""So many facts of the shop are put beside those that a row brings itself."""
_SAME = 0.5
_UNPROVEN: frozenset[FindingKind] = frozenset({"stock", "state", "action", "promise", "contradiction", "language"})
_NEEDS_FACTS: frozenset[Strategy] = frozenset({"inform", "alternative", "incentive", "remind", "confirm", "done"})
_MANNER_OF_EXCEPTIONS: frozenset[Strategy] = frozenset({"decline", "soothe", "handoff"})
_STOPS = tuple("。！!～~，,；;：:…😊〕")
_ASKS = ("？", "?", "吗", "呢")


def ground(example: Example, read: Read) -> Example:
    """Give an example the context that serving's prompt would hold.

    A row's own facts stay first, with some of the shop's beside them; without own facts it gets the shop's, their strategy and their
    question. Facts that the answer says word for word become slots.

    Args:
        example: cleaned.
        read: what the shop answers its question from.
    """
    if example.family is not None and not example.own_facts:
        return finished(replace(example, strategy=example.strategy or "inform"))
    if example.own_facts:
        beside = _beside(example.facts, read.brief.facts) if read.is_asked else ()
        return finished(replace(example, facts=(*example.facts, *beside), strategy=example.strategy or "inform"))
    if not read.is_asked:
        return finished(replace(example, strategy=example.strategy or read.brief.strategy))
    given = replace(example, facts=read.brief.facts, strategy=read.brief.strategy, also=read.also)
    return finished(_asking(given, read.brief.ask))


def check(example: Example, profile: ShopProfile) -> Problem | None:
    """Say why an example must not be learned; None: it may.

    Args:
        example: grounded.
        profile: the shop.
    """
    if not example.facts and example.family is None and not _says_nothing(example):
        return _refused(
            example, "the shop knows nothing of this: add it to the shop's policies, or a context to the row"
        )
    (row,) = rows_of(example.as_dialogue(), profile)
    wrong = errors_of(lint((row,), profile))
    if wrong:
        return wrong[0]
    if example.own_facts:
        return None
    said = (finding for finding in Auditor(profile).audit(example.said, example.brief) if finding.kind in _UNPROVEN)
    finding = next(said, None)
    if finding is None:
        return None
    return _refused(
        example,
        f"the answer says {finding.span!r} ({finding.kind}), for which there is no evidence; reword it, or add the fact to the row's context",
    )


def _says_nothing(example: Example) -> bool:
    """Whether an answer without facts needs none: it asks back, says that it does not know, or is manner alone."""
    if example.strategy == "clarify":
        return _asks(example.answer)
    if example.strategy == "abstain":
        return says_not_known(example.answer)
    return example.strategy not in _NEEDS_FACTS


def _asks(answer: str) -> bool:
    return answer.rstrip("~～。😊").endswith(_ASKS)


def _refused(example: Example, why: str) -> Problem:
    return Problem("figure", "error", example.place, f"{example.question[:30]!r}: {why}")


def finished(example: Example) -> Example:
    """Give an example slots for what its answer quotes, and a kind."""
    kind = example.kind or _kind_of(example)
    return replace(example, answer=as_slots(example.answer, example.texts, example.ask), kind=kind)


def _kind_of(example: Example) -> RowKind:
    if example.strategy in _MANNER_OF_EXCEPTIONS:
        return "exception"
    return "dialogue" if example.history else "knowledge"


def _asking(example: Example, ask: str) -> Example:
    """The prompt's question, where the answer does not ask one itself: then it ends with it, as the prompt wants."""
    if not ask or _asks(example.answer):
        return example
    stop = "" if example.answer.endswith(_STOPS) else "。"
    return replace(example, ask=ask, answer=f"{example.answer}{stop}{ASK_SLOT}")


def _beside(own: tuple[Fact, ...], found: tuple[Fact, ...]) -> tuple[Fact, ...]:
    known = [pieces_of(squeeze(fact.text)) for fact in own]
    other = (fact for fact in found if all(overlap(pieces_of(squeeze(fact.text)), one) < _SAME for one in known))
    return tuple(other)[:MOST_BESIDE]
