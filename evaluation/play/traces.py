"""Reading the trace that the assistant keeps with each turn."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.records import Finding, IntentSeen, PassageSeen, RejectedDraft, Trace


def read_trace(kept: Mapping[str, Any]) -> Trace:
    """Read a stored trace; what it lacks stays empty.

    Args:
        kept: the trace as JSON holds it.
    """
    mood = kept.get("mood")
    return Trace(
        intents=tuple(IntentSeen(str(one[0]), float(one[1]), str(one[2])) for one in _list(kept, "intents")),
        abstained=bool(kept.get("abstained", False)),
        passages=tuple(_passage(one) for key in ("passages", "dropped") for one in _list(kept, key)),
        mood=dict(mood) if isinstance(mood, Mapping) else {},
        failures=tuple(str(failure) for failure in _list(kept, "failures")),
        rejected=tuple(_rejected(one) for one in _list(kept, "rejected")),
    )


def _rejected(kept: Mapping[str, Any]) -> RejectedDraft:
    findings = [Finding(str(kind), str(span)) for kind, span in _list(kept, "findings")]
    if "error" in kept:
        findings.append(Finding("unfinished", str(kept["error"])))
    return RejectedDraft(str(kept.get("draft", "")), tuple(findings))


def _passage(kept: Mapping[str, Any] | Sequence[Any]) -> PassageSeen:
    if not isinstance(kept, Mapping):  # an id and a score: a store of earlier times
        return PassageSeen(str(kept[0]), float(kept[1]))
    return PassageSeen(str(kept.get("id")), float(kept.get("score", 0.0)), str(kept.get("why", "")))


def _list(kept: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = kept.get(key)
    return found if isinstance(found, list | tuple) else ()
