"""The card of an adapter: where it comes from, and whether this program may speak with it."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from agent.generator.digest import hash_file
from agent.generator.errors import BadAdapter
from agent.prompt import PROMPT_VERSION

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
CARD = "card.json"
_SHOWN = 12


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Base(_Part):
    """The model that an adapter was trained on."""

    name: str
    sha256: str
    """Over its configuration and weights."""
    parameters: int


class Data(_Part):
    """One file of rows."""

    name: str
    sha256: str
    rows: int


class Lora(_Part):
    """The adapter's shape."""

    rank: int
    alpha: float
    dropout: float
    targets: str


class Losses(_Part):
    """Mean loss a token; lower is better."""

    train_first: float | None = None
    train: float | None = None
    eval_before: float | None = None
    eval: float | None = None


class Card(_Part):
    """Where an adapter comes from, as ``xiaoer finetune train`` wrote it down."""

    adapter_sha256: str
    base: Base
    prompt_version: str
    data: list[Data]
    train_rows: int
    eval_rows: int
    lora: Lora
    seed: int
    precision: str
    step: int
    steps: int
    losses: Losses
    packages: Mapping[str, str] = Field(default_factory=dict)
    """Versions of what decides the numbers."""
    created_at: AwareDatetime


def check_card(folder: Path, base_sha256: str | None = None) -> Card:
    """Read an adapter's card and hold it against the weights, the prompt and the base.

    Args:
        folder: of the adapter.
        base_sha256: of the model that is to speak with it; None: not compared.

    Raises:
        BadAdapter: there is no card or no weights, or the card was written for others; both values are named.
    """
    try:
        card = Card.model_validate_json((folder / CARD).read_bytes())
        found = hash_file(folder / WEIGHTS)
    except (OSError, ValidationError) as error:
        raise BadAdapter(f"{str(folder)!r} holds no adapter with a readable {CARD}: {error}; train it again") from error
    pairs = [("weights of hash", found, card.adapter_sha256), ("prompt version", PROMPT_VERSION, card.prompt_version)]
    if base_sha256 is not None:
        pairs.append(("base model of hash", base_sha256, card.base.sha256))
    for what, here, written in pairs:
        if here != written:
            raise BadAdapter(
                f"the adapter in {str(folder)!r} is for {what} {written[:_SHOWN]!r}, here it is {here[:_SHOWN]!r}: train it "
                "for this one, or restore the other"
            )
    return card
