"""Reading the trace that the assistant keeps with each turn."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.records import Finding, IntentSeen, PassageSeen, RejectedDraft, Trace


def read_trace(kept: Mapping[str, Any], dropped: Sequence[tuple[str, str]] = ()) -> Trace:
    """Read a stored trace; what it lacks stays empty.

    Args:
        kept: the trace as JSON holds it.
        dropped: passages that matched and did not hold, with the reason, where these were watched.
    """
    left_out = dict.fromkeys((*(_pair(one) for one in _list(kept, "dropped")), *dropped))
    passages = [PassageSeen(str(passage), float(score)) for passage, score in _list(kept, "passages")]
    mood = kept.get("mood")
    return Trace(
        intents=tuple(IntentSeen(str(one[0]), float(one[1]), str(one[2])) for one in _list(kept, "intents")),
        abstained=bool(kept.get("abstained", False)),
        passages=(*passages, *(PassageSeen(passage, dropped=reason) for passage, reason in left_out)),
        mood=dict(mood) if isinstance(mood, Mapping) else {},
        failures=tuple(str(failure) for failure in _list(kept, "failures")),
        rejected=tuple(_rejected(one) for one in _list(kept, "rejected")),
    )


def _rejected(kept: Mapping[str, Any]) -> RejectedDraft:
    findings = tuple(Finding(str(kind), str(span)) for kind, span in _list(kept, "findings"))
    return RejectedDraft(str(kept.get("draft", "")), findings)


def _pair(kept: Sequence[Any]) -> tuple[str, str]:
    return str(kept[0]), str(kept[1])


def _list(kept: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = kept.get(key)
    return found if isinstance(found, list | tuple) else ()
