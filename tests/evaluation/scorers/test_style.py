import pytest

from evaluation.records import Manner
from evaluation.scorers.identity import identity_score
from evaluation.scorers.repeated import REPEATED_QUESTIONS
from evaluation.scorers.style import count_sentences, style_scores

MANNER = Manner("小汀", "兰汀客服技术部", 2, "祝您购物愉快!😊", ("最低价", "百分百"))
SENTENCES, CLOSING, FORBIDDEN = style_scores(MANNER)


@pytest.mark.parametrize(
    ("text", "count"), [("好的。", 1), ("好的", 1), ("好。行！在吗？", 3), ("到了!!!", 1), ("……", 0), ("1.5元。", 1)]
)
def test_that_sentences_are_counted_by_their_marks(text, count) -> None:
    assert count_sentences(text) == count


def test_that_the_closing_is_no_sentence_of_the_reply(turn, case, values) -> None:
    played = case(turn("好的。已发货。祝您购物愉快!😊"), turn("一。二。三。"), turn(""))
    assert values(SENTENCES, played) == ([1, 0], 0.5)


def test_that_a_grave_reply_must_not_end_cheerfully(turn, case, values) -> None:
    sorry = [turn(f"非常抱歉。{end}", strategy="soothe") for end in ("", MANNER.closing)]
    assert values(CLOSING, case(*sorry, turn(f"有货。{MANNER.closing}"))) == ([1, 0], 0.5)


def test_that_a_forbidden_claim_is_found_in_any_form(turn, case, values) -> None:
    assert values(FORBIDDEN, case(turn("全场最 低价"), turn("现价99元"))) == ([0, 1], 0.5)


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("我是小汀，兰汀女装的客服。", 1),
        ("我由兰汀客服技术部维护。", 1),
        ("我是小汀，基于通义千问。", 0),
        ("我是客服。", 0),
        ("I am Qwen.", 0),
    ],
)
def test_that_the_agent_names_itself_and_no_maker_of_models(turn, case, values, reply, right) -> None:
    asked = case(turn(reply, expect={"intent": ["identity"]}), turn(reply))
    assert values(identity_score(MANNER), asked)[0] == [right]


def test_that_a_question_asked_again_is_counted(turn, case, values) -> None:
    asks = [turn(text, outcome="clarify") for text in ("请问订单号是多少？", "请问您要什么尺码？", "请问订单号是多少?")]
    assert values(REPEATED_QUESTIONS, case(*asks, turn("请问订单号是多少？")))[0] == [0, 0, 1]
