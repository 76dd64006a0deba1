"""Whether the reply rests on the right sources."""

from collections.abc import Sequence

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import check_of, expecting, measured

_OWN = ("order", "shipment")
"""Kinds of evidence that a transcript never lists: the customer's own records."""


def _precise(case: PlayedCase) -> Sequence[Measurement]:
    return [
        measured(case, source.id in expect.sources, turn, expect.sources, source.id)
        for turn, reply, expect in expecting(case)
        if expect.sources is not None
        for source in reply.sources
        if source.kind not in _OWN
    ]


SOURCES = Score(
    Definition(
        name="sources",
        meaning="How many of the sources that a reply should rest on it cites.",
        formula="mean over turns of expected sources cited ÷ expected sources (recall)",
        unit="share",
        direction="higher",
        source="shop-pack format, key `sources`; context recall",
    ),
    check_of("sources"),
)
SOURCES_PRECISION = Score(
    Definition(
        name="sources_precision",
        meaning="How many of the sources that replies cite are expected.",
        formula="cited policies, goods and offers that are expected ÷ cited ones, in turns that state their sources",
        unit="share",
        direction="higher",
        source="precision; transcripts list what is needed, so a second fitting source counts against it",
    ),
    _precise,
)
