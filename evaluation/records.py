"""What a replay keeps: runs, the cases played in them, and their turns; all of it reads back from JSON as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal

from agent.messages import Reply
from knowledge.transcripts import Expectation

Split = Literal["tuned", "untouched"]
"""Whether the agent was developed against a case; untouched cases say what a new customer would see."""
History = Literal["recorded", "own"]
"""``recorded``: each turn is judged on what was really said before it; ``own``: the agent lives with its own replies."""
Stopped = Literal[
    "finished",  # all turns were played, or the customer had what they came for
    "crashed",  # a turn raised an error
    "handed_off",  # a person took over and the customer waits for them
    "gave_up",  # the customer's patience was over
    "too_long",  # the most turns allowed were played
]
ClaimKind = Literal["number", "date", "amount", "promise"]
Row = Mapping[str, Any]
"""One row of a back-end's table, plain JSON."""
State = Mapping[str, Sequence[Row]]
"""What the back-ends hold: rows by table (orders, returns, coupons, subscriptions), as ``MockApis.snapshot`` gives them."""


@dataclass(frozen=True)
class IntentSeen:
    """One intent that the agent read in a message."""

    intent: str
    confidence: float
    """0 to 1, higher is surer."""
    clause: str = ""
    """The part of the message it was read in."""


@dataclass(frozen=True)
class PassageSeen:
    """One passage that retrieval found."""

    passage_id: str
    score: float | None = None
    """Relevance, 0 to 1, higher is better; None: not told."""
    dropped: str = ""
    """Why it was left out, such as ``expired``; empty: it was kept."""


@dataclass(frozen=True)
class Finding:
    """One thing that the agent's audit found wrong in a draft."""

    kind: str
    span: str
    """The words it is about."""


@dataclass(frozen=True)
class RejectedDraft:
    """A draft that the audit did not let through."""

    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Trace:
    """Why a turn answered as it did."""

    intents: tuple[IntentSeen, ...] = ()
    abstained: bool = False
    """The message was too unlike anything known to act on the guess."""
    passages: tuple[PassageSeen, ...] = ()
    """Best first; the dropped ones after the kept ones."""
    mood: Mapping[str, Any] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    """Why the turn stayed unresolved: understanding, retrieval, tool, audit, repeat."""
    rejected: tuple[RejectedDraft, ...] = ()
    package: Mapping[str, Any] | None = None
    """What the person reads who takes over after this turn; None: nobody does, or it cannot be seen."""


@dataclass(frozen=True)
class Claim:
    """Something checkable that a reply states."""

    kind: ClaimKind
    text: str
    supported: bool
    """Whether it stands in the pack, in the customer's own records or in their messages; looked for without the agent's own audit."""


@dataclass(frozen=True)
class PlayedTurn:
    """One message of a customer and what came back."""

    number: int
    """From 1."""
    customer: str
    """The message."""
    reply: Reply | None
    """None: the turn crashed."""
    expect: Expectation | None = None
    """What was expected; None: nothing is stated for this turn."""
    reference: str | None = None
    """A person's reply, where one is known."""
    trace: Trace = Trace()
    crash: str = ""
    """The error's name and words; empty: the turn did not crash."""
    foreign: tuple[str, ...] = ()
    """Other customers' data that the reply showed."""
    claims: tuple[Claim, ...] = ()
    """What the reply states, each with whether it is supported."""

    @property
    def ungrounded(self) -> tuple[str, ...]:
        """Claims from nowhere, in the order of the reply."""
        return tuple(claim.text for claim in self.claims if not claim.supported)


@dataclass(frozen=True)
class PlayedCase:
    """One conversation, played once."""

    case_id: str
    origin: str
    """The file it was read from, as a name that is the same on every machine."""
    turns: tuple[PlayedTurn, ...]
    stopped: Stopped
    trial: int = 1
    """From 1; the same case is played several times to see how steady the agent is."""
    family: str = ""
    """The kind of task, such as ``policy``; empty: none is stated."""
    split: Split | None = None
    tags: tuple[str, ...] = ()
    customer_id: str = ""
    now: datetime | None = None
    """When the conversation took place, aware."""
    before: State | None = None
    """The back-ends before the first turn; None: they cannot be seen, as those of a running server. Of these three, only rows that are
    not the same in all of them are kept."""
    after: State | None = None
    """The back-ends after the last turn."""
    expected_after: State | None = None
    """The back-ends as they should be after the last turn; a table that is absent is not checked. None: nothing is expected."""
    task: Mapping[str, Any] | None = None
    """The task as its suite states it, for scorers that judge the whole task; None: the case is a transcript."""

    @property
    def crashed(self) -> bool:
        """Whether a turn raised an error: such a case has no score, it is counted apart."""
        return self.stopped == "crashed"

    @property
    def key(self) -> tuple[str, int]:
        """Case and trial."""
        return self.case_id, self.trial


@dataclass(frozen=True)
class Manner:
    """How the shop wants its replies to sound, as far as that is measured."""

    assistant: str = ""
    """How the assistant calls itself."""
    maker: str = ""
    """Who built it."""
    max_sentences: int = 3
    closing: str = ""
    """Ends a cheerful answer; empty: none."""
    forbidden_claims: tuple[str, ...] = ()
    """Never in a reply."""


@dataclass(frozen=True)
class RunOptions:
    """What a run was asked to do: two runs of the same options and the same code give the same cases."""

    paths: tuple[str, ...]
    """Digest of each file played, with its name."""
    history: History = "own"
    trials: int = 1
    url: str | None = None
    """A running server; None: in process."""
    customer: str | None = None
    """The model that speaks for the customers of tasks; None: they follow their scenarios by rule."""


@dataclass(frozen=True)
class Run:
    """Everything that one replay showed."""

    run_id: str
    """Says what was played by what: a digest of options, shop, release, generator and versions."""
    options: RunOptions
    shop_id: str
    release_id: str
    generator: str
    """Who words replies: ``composer``, or the model."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of the program and of what decides its answers, by name."""
    manner: Manner = Manner()
    cases: tuple[PlayedCase, ...] = ()
    """In the order of the files and lines, trial after trial."""
    left_out: tuple[str, ...] = ()
    """What could not be played or not be judged, and why; it is in no score."""


def case_to_json(case: PlayedCase) -> str:
    """Write one case as one line of JSON."""
    return _adapter(PlayedCase).dump_json(case, exclude_defaults=True).decode()  # type: ignore[no-any-return]


def case_from_json(line: str | bytes) -> PlayedCase:
    """Read a case that `case_to_json` wrote.

    Raises:
        ValueError: it is none; the message says where.
    """
    return _adapter(PlayedCase).validate_json(line)  # type: ignore[no-any-return]


def run_to_json(run: Run) -> str:
    """Write a whole run as JSON."""
    return _adapter(Run).dump_json(run, exclude_defaults=True).decode()  # type: ignore[no-any-return]


def run_from_json(text: str | bytes) -> Run:
    """Read a run that `run_to_json` wrote.

    Raises:
        ValueError: it is none; the message says where.
    """
    return _adapter(Run).validate_json(text)  # type: ignore[no-any-return]


@cache
def _adapter(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
