"""How simulated customers word what every customer says: a yes, a no, a complaint, the same again."""

import random
from collections.abc import Mapping, Sequence

from evaluation.simulator.scenario import Slot, Temper

YES = ("好的", "可以", "嗯,确认", "行,办吧", "对的,确认", "可以的,麻烦了")
NO = ("不用了", "算了,先不用", "先不要吧", "不用了谢谢")
PERSON = ("好的,转人工吧", "嗯,转人工", "可以,帮我转人工")
UNKNOWN = ("这个我不清楚", "这我也不知道呀", "我这边没有这个")
_AGAIN: Mapping[Temper, Sequence[str]] = {
    "calm": ("我是想问:{}", "不好意思,我的意思是,{}"),
    "hurried": ("就是{},快点帮我看下", "{},急"),
    "cross": ("说了多少遍了,{}", "能不能看清楚再回,{}"),
}
_COMPLAINTS: Mapping[Temper, Sequence[str]] = {
    "calm": ("你好像没回答我的问题,{}", "我问的不是这个,{}"),
    "hurried": ("赶时间呢,你还没说:{}", "答非所问了,{}"),
    "cross": ("你们怎么回事,问东答西,{}", "能不能正面回答,{}"),
}
_TOLD = ("刚才不是说了吗,{}", "上面发过了:{}")
_WRONG = ("不对,不是这个,是{}", "弄错了,应该是{}")
_ORDERS = ("{}", "订单号{}", "就{}这单", "单号是{}")


class Phrases:
    """Words of one customer; the same in every run.

    Args:
        seed: of the customer, such as the task's id.
        mood: how they complain.
    """

    def __init__(self, seed: str, mood: Temper) -> None:
        self._random = random.Random(seed)
        self._mood: Temper = mood

    def yes(self) -> str:
        """Agree."""
        return self._random.choice(YES)

    def no(self) -> str:
        """Decline."""
        return self._random.choice(NO)

    def person(self) -> str:
        """Accept to be passed to a person."""
        return self._random.choice(PERSON)

    def unknown(self) -> str:
        """Say that what was asked is not known."""
        return self._random.choice(UNKNOWN)

    def again(self, words: str) -> str:
        """Say once more what was not understood."""
        return self._random.choice(_AGAIN[self._mood]).format(words)

    def complain(self, words: str) -> str:
        """Complain of having been ignored."""
        return self._random.choice(_COMPLAINTS[self._mood]).format(words)

    def told(self, words: str) -> str:
        """Complain of having been asked twice."""
        return self._random.choice(_TOLD).format(words)

    def wrong(self, words: str) -> str:
        """Put right what the agent got wrong."""
        return self._random.choice(_WRONG).format(words)

    def answer(self, slot: Slot, fact: str) -> str:
        """Tell a fact that was asked for."""
        if slot == "order" and fact.isascii():
            return self._random.choice(_ORDERS).format(fact)
        return fact
