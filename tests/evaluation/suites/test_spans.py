from evaluation.records import PlayedTurn
from evaluation.suites.spans import split_by_ask


def turns(*said) -> list[PlayedTurn]:
    return [PlayedTurn(number, text, None) for number, text in enumerate(said, start=1)]


def numbers(spans) -> list[list[int]]:
    return [[turn.number for turn in span] for span in spans]


def test_that_answers_between_two_asks_belong_to_the_first() -> None:
    assert numbers(split_by_ask(turns("退货", "20261", "好的", "谢谢"), ["退货", "谢谢"])) == [[1, 2, 3], [4]]


def test_that_an_ask_that_was_never_put_has_no_turns() -> None:
    assert numbers(split_by_ask(turns("退货"), ["退货", "谢谢"])) == [[1], []]


def test_that_an_ask_said_again_stays_one_ask() -> None:
    assert numbers(split_by_ask(turns("退货", "退货", "谢谢"), ["退货", "谢谢"])) == [[1, 2], [3]]


def test_that_a_customer_who_speaks_freely_has_all_turns_in_each_ask() -> None:
    assert numbers(split_by_ask(turns("退货", "随便"), ["退货", "谢谢"], is_free=True)) == [[1, 2], [1, 2]]
