"""The gate of an adapter: what was measured beside the untuned base, and whether it may be served."""

from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from agent.generator.errors import BadAdapter

GATE = "gate.json"

Measure = Literal[
    "first_audit",
    "ungrounded",
    "vendor",
    "identity",
    "bleed",
    "unprompted",
    "unprompted_bleed",
    "abstention",
    "style",
    "sentences",
    "characters",
    "address",
    "closing",
    "loss",
    "forgetting",
    "chrf",
    "rouge_l",
]
"""
``first_audit``: share of drafts that pass the serving audit at first; higher is better.
``ungrounded``: share of drafts with a figure that their facts do not hold; lower is better.
``vendor``: share of drafts that name another company's assistant or pretend to be a person; lower is better.
``identity``: share of identity questions answered with the shop's own name; higher is better.
``bleed``: share of other drafts that introduce themselves unasked; lower is better.
``unprompted``: share of identity questions answered with the shop's own name where the prompt names nobody; higher is better.
``unprompted_bleed``: share of other questions in such a prompt that are answered with an introduction; lower is better.
``abstention``: share of rows without evidence whose draft says so and states no figure; higher is better.
``style``: share of drafts that deviate from the shop's style in one of the next four; lower is better.
``sentences``, ``characters``: share of drafts with more than the shop wants; lower is better.
``address``, ``closing``: share of drafts that address the customer, or end, otherwise than the shop wants; lower is better.
``loss``: mean loss a token of the held-out answers; lower is better.
``forgetting``: mean loss a token of general Chinese text that no training row holds; lower is better.
``chrf``, ``rouge_l``: likeness of drafts to the held-out answers, 0 to 100; higher is more alike, and nothing is asked.
"""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GateLine(_Part):
    """One measure."""

    measure: Measure
    adapter: float | None
    """None: nothing to measure it on."""
    base: float | None
    """The untuned base, with the same prompts."""
    limit: float | None
    """What the adapter must reach, or must not pass; None: nothing is asked."""
    count: int
    """Drafts or tokens that it was measured on."""
    passes: bool
    low: float | None = None
    """With `high`: where the adapter's true figure lies, 19 times of 20; None: too little to tell."""
    high: float | None = None
    signature: str = ""
    """The library and its settings, of a measure that comes from one."""


class Answered(_Part):
    """One question with what the adapter and the untuned base said, for people to read."""

    question: str
    """The customer's words."""
    wanted: str | None
    """The held-out answer; None: an identity question."""
    adapter: str
    """Empty: it came to no end."""
    base: str


class Gate(_Part):
    """What an evaluation found."""

    adapter_sha256: str
    """Of the weights that were measured."""
    base_sha256: str
    eval_sha256: str
    """Over the held-out rows."""
    prompt_version: str
    rows: int
    """Held-out rows."""
    at: AwareDatetime
    lines: tuple[GateLine, ...]
    verdict: Literal["ship", "do_not_ship"]
    reasons: tuple[str, ...]
    """Why not; empty where it may be shipped."""
    answers: tuple[Answered, ...] = ()
    """A few of the drafts: held-out rows first, identity questions last."""


def read_gate(folder: Path, adapter_sha256: str) -> Gate | None:
    """Read the gate beside an adapter.

    Args:
        folder: of the adapter.
        adapter_sha256: of its weights.

    Returns:
        What was found; None: it was never evaluated.

    Raises:
        BadAdapter: the report cannot be read, or is about other weights.
    """
    file = folder / GATE
    if not file.exists():
        return None
    try:
        gate = Gate.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise BadAdapter(f"{str(file)!r} is no gate report: {error}; evaluate the adapter again") from error
    if gate.adapter_sha256 != adapter_sha256:
        raise BadAdapter(
            f"{str(file)!r} is about weights {gate.adapter_sha256[:12]!r}, those beside it are {adapter_sha256[:12]!r}; "
            "evaluate the adapter again"
        )
    return gate


def objections(gate: Gate | None) -> tuple[str, ...]:
    """What stands against an adapter; empty: nothing."""
    if gate is None:
        return ("it was never evaluated: xiaoer finetune evaluate",)
    return () if gate.verdict == "ship" else gate.reasons
