import pytest

from agent.understanding.folding import fold
from agent.understanding.mood import read_mood


def mood(text, previous=()):
    return read_mood(fold(text), previous)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("请问这款有货吗", 0),
        ("怎么投诉快递", 0),
        ("这是假货吗,假一赔十吗", 0),
        ("都三天了还没发", 1),
        ("太差了", 1),
        ("什么破店 骗人的", 2),
        ("我要投诉你们", 2),
        ("垃圾!骗子!黑心商家!!!", 3),
        ("骗人的垃圾店,我要去12315举报", 3),
        ("你们脑残吗", 3),
    ],
)
def test_that_anger_is_graded(text, level):
    assert mood(text).anger == level


def test_that_hesitation_shows():
    assert mood("有点贵 我再想想").hesitation and not mood("帮我查下快递").hesitation


@pytest.mark.parametrize("text", ["???", "什么意思啊", "你答非所问", "到底发没发???"])
def test_that_confusion_shows(text):
    assert mood(text).confusion


def test_that_asking_the_same_again_counts():
    asked = mood("快递到哪了呀", ("你好", "快递到哪了", "快递到哪了??"))
    assert (asked.repeats, asked.confusion) == (2, True)


def test_that_thanks_and_haste_show():
    seen = mood("麻烦尽快发货 谢谢")
    assert seen.thanks and seen.polite and seen.haste
