"""Whether a turn ended as it should: answered, asked back, declined or handed over."""

from evaluation.scorers.definition import Definition, Score
from evaluation.scorers.turns import check_of

OUTCOME = Score(
    Definition(
        name="outcome",
        meaning="How often a turn was answered, asked back, declined or handed over as expected.",
        formula="turns with an expected outcome ÷ turns that expect one",
        unit="share",
        direction="higher",
        source="shop-pack format, key `outcome`",
    ),
    check_of("outcome"),
)
