import pytest

from agent.understanding.follow_ups import is_aside


@pytest.mark.parametrize("clause", ["m呢", "黑色的呢", "那100g的呢", "大号咧"])
def test_that_a_short_clause_naming_another_thing_is_an_aside(clause) -> None:
    assert is_aside(clause)


@pytest.mark.parametrize("clause", ["产地是哪里呢", "怎么洗呢", "m", "到底什么时候才能把我那单发出来呢"])
def test_that_a_question_of_its_own_is_no_aside(clause) -> None:
    assert not is_aside(clause)
