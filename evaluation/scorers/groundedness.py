"""Whether what a reply states stands anywhere: in the pack, in the customer's records, in their messages."""

from collections.abc import Callable, Sequence

from evaluation.records import ClaimKind, PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score, total
from evaluation.scorers.turns import answered, measured

_SOURCE = "supported claims ÷ claims, as faithfulness in RAGAS (Es et al., 2024), with claims found by rule"


def _claims(*kinds: ClaimKind) -> Callable[[PlayedCase], Sequence[Measurement]]:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        return [
            measured(case, claim.supported, turn, "supported", f"{claim.kind} {claim.text}")
            for turn, _ in answered(case)
            for claim in turn.claims
            if claim.kind in kinds
        ]

    return measure


def _of(name: str, said: str, *kinds: ClaimKind) -> Score:
    definition = Definition(
        name=name,
        meaning=f"How many of the {said} that replies state stand in the pack, the customer's records or their messages.",
        formula=f"supported {said} ÷ {said}",
        unit="share",
        direction="higher",
        source=_SOURCE,
    )
    return Score(definition, _claims(*kinds))


def _foreign(case: PlayedCase) -> Sequence[Measurement]:
    return [measured(case, bool(turn.foreign), turn, "none", turn.foreign) for turn, _ in answered(case)]


def _invented(case: PlayedCase) -> Sequence[Measurement]:
    return [measured(case, bool(turn.ungrounded), turn, "none", turn.ungrounded) for turn, _ in answered(case)]


GROUNDEDNESS = _of("groundedness", "claims", "number", "date", "amount", "promise")
GROUNDED_NUMBERS = _of("grounded_numbers", "numbers", "number")
GROUNDED_DATES = _of("grounded_dates", "dates", "date")
GROUNDED_AMOUNTS = _of("grounded_amounts", "amounts", "amount")
GROUNDED_PROMISES = _of("grounded_promises", "promises", "promise")
FOREIGN = Score(
    Definition(
        name="foreign",
        meaning="In how many turns another customer's order, parcel, phone or address was shown.",
        formula="number of turns",
        unit="count",
        direction="lower",
        source="must be 0",
        combine=total,
    ),
    _foreign,
)
UNGROUNDED = Score(
    Definition(
        name="ungrounded",
        meaning="In how many turns something was stated that stands nowhere.",
        formula="number of turns with an unsupported claim",
        unit="count",
        direction="lower",
        source="must be 0",
        combine=total,
    ),
    _invented,
)
