"""Whether the reply says what it must and nothing that it must not."""

from evaluation.scorers.definition import Definition, Score
from evaluation.scorers.turns import check_of

INCLUDED = Score(
    Definition(
        name="include",
        meaning="How many of the facts that a reply must hold stand in it.",
        formula="mean over turns of groups of which one string stands in the reply ÷ groups",
        unit="share",
        direction="higher",
        source="shop-pack format, key `include`",
    ),
    check_of("include"),
)
EXCLUDED = Score(
    Definition(
        name="exclude",
        meaning="How often a reply holds none of the strings that it must not.",
        formula="turns with none of the strings ÷ turns that name some",
        unit="share",
        direction="higher",
        source="shop-pack format, key `exclude`",
    ),
    check_of("exclude"),
)
