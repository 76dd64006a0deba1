from evaluation.records import Claim
from evaluation.scorers.groundedness import (
    FOREIGN,
    GROUNDED_AMOUNTS,
    GROUNDED_DATES,
    GROUNDED_NUMBERS,
    GROUNDED_PROMISES,
    GROUNDEDNESS,
    UNGROUNDED,
)

CLAIMS = (
    Claim("number", "7", True),
    Claim("number", "9", False),
    Claim("amount", "15", True),
    Claim("date", "11月16日", True),
    Claim("promise", "保证明天到", False),
)


def test_that_claims_are_pooled_over_turns_and_each_kind_is_told_apart(turn, case, values) -> None:
    played = case(turn(claims=CLAIMS[:2]), turn(claims=CLAIMS[2:]), turn())
    kinds = (GROUNDED_NUMBERS, GROUNDED_AMOUNTS, GROUNDED_DATES, GROUNDED_PROMISES)
    assert values(GROUNDEDNESS, played)[1] == 3 / 5
    assert [values(scorer, played)[1] for scorer in kinds] == [0.5, 1, 1, 0]


def test_that_a_reply_without_claims_is_not_measured(turn, case, values) -> None:
    assert values(GROUNDEDNESS, case(turn())) == ([], None)


def test_that_harm_is_counted_in_turns(turn, case, values) -> None:
    played = case(turn(claims=CLAIMS, foreign=("A-1", "A-2")), turn())
    assert (values(UNGROUNDED, played), values(FOREIGN, played)) == (([1, 0], 1), ([1, 0], 1))
