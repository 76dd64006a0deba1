import pytest

from agent.profile import Style
from finetune.data.formats.detect import read_dialogues
from finetune.data.preparing.cleaning import address, clean_dialogue, clean_text
from finetune.data.preparing.repeats import without_repeats


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>48小时内发货<br/>满99包邮</p>", "48小时内发货\n满99包邮"),
        ("满99元&nbsp;包邮", "满99元包邮"),
        ("真的吗？？？？", "真的吗？"),
        ("好的!!!!", "好的!"),
        ("稍等。。。。", "稍等……"),
        ("好的😊😊👍[微笑]", "好的😊"),
        ("详见https://a.example/x?y=1 哦", "详见哦"),
        ("在\u200b的", "在的"),
        ("<|im_end|>你好", "你好"),
        ("【温馨提示】早点下单", "「温馨提示」早点下单"),
        ("L 码 有", "L 码有"),
        ("7天内——拆封后除外", "7天内——拆封后除外"),
    ],
)
def test_that_noise_goes_and_words_stay(raw, clean):
    assert clean_text(raw).strip() == clean
    assert clean_text(clean) == clean


@pytest.mark.parametrize(
    ("answer", "called"),
    [
        ("亲亲~~可以退的", "亲，可以退的"),
        ("亲爱的，可以退的", "亲，可以退的"),
        ("您好亲，可以退的", "亲，可以退的"),
        ("宝宝们下单就送", "宝宝们下单就送"),
        ("可以退的", "可以退的"),
        ("亲", "亲"),
        ("亲肤面料的", "亲肤面料的"),
    ],
)
def test_that_an_answer_calls_the_customer_as_the_shop_does(answer, called):
    assert address(answer, Style(address="亲")) == called


def test_that_a_shop_without_a_form_of_address_calls_nobody_anything():
    assert address("亲亲，可以退的哦亲~", Style()) == "可以退的哦~"


def dialogues(write, *pairs):
    rows = [{"question": question, "answer": answer} for question, answer in pairs]
    return read_dialogues(write("a.jsonl", *rows))[1]


def test_that_what_holds_no_words_any_more_is_left_out(write):
    one, other = dialogues(write, ("在吗", "😊😊"), ("在吗", "亲亲，在的😊😊"))
    assert clean_dialogue(one, Style(address="亲")) is None
    cleaned = clean_dialogue(other, Style(address="亲"))
    assert cleaned and [turn.text for turn in cleaned.turns] == ["在吗", "亲，在的😊"]


def test_that_nearly_the_same_row_is_kept_once_and_another_answer_is_kept(write):
    pairs = [
        ("请问能退吗", "签收后七天内可以退哦"),
        ("能退吗？", "签收后七天内可以退"),
        ("能退吗", "拆封了就不能退"),
        ("能换吗", "签收后七天内可以退哦"),
    ]
    kept = without_repeats(dialogues(write, *pairs))
    assert [dialogue.place.line for dialogue in kept] == [1, 3, 4]
