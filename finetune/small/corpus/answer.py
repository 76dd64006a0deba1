"""The answer to learn: manner in words, evidence in slots, within the shop's limits."""

import random
import re
from collections.abc import Sequence

from agent.evidence import Brief, Fact
from agent.messages import Strategy
from agent.prompt import ASK_SLOT, slot
from agent.wording.composer import CHEERFUL
from finetune.small.corpus.scene import Occasion

_LEADS: dict[Strategy, tuple[str, ...]] = {
    "inform": (
        "",
        "",
        "",
        "",
        "帮您看了下，",
        "查到啦，",
        "是这样的，",
        "跟您说一下，",
        "您好，",
        "好的，",
        "为您查到了，",
        "来啦，",
        "这边看到，",
    ),
    "clarify": ("", "", "好的，", "先跟您核对一下，", "麻烦您看一下，", "需要跟您确认下，"),
    "alternative": ("", "帮您看了下，", "不好意思，", "跟您说一下，", "看了下库存，", "有点可惜，"),
    "incentive": ("理解您的考虑，", "理解的，买东西是要多比较一下，", "不着急，", "您慢慢考虑，", "懂您的，"),
    "remind": ("", "帮您看了下，", "看到啦，", "温馨提醒您，", "跟您说一下，"),
    "soothe": (
        "给您添麻烦了，",
        "您的心情我理解，",
        "实在抱歉，",
        "非常抱歉让您着急了，",
        "真的不好意思，",
        "很抱歉给您带来不便，",
        "抱歉让您久等了，",
    ),
    "decline": ("抱歉，", "不好意思，", "抱歉，这边没有办法直接办理，", "很抱歉没能帮上忙，", "抱歉，这个暂时办不了，"),
}
_NOT_KNOWN = (
    "抱歉，这个问题我这边暂时没有查到准确的信息，不敢随便答复您。",
    "不好意思，这个暂时没有查到，不敢乱说。",
    "这个我这边没有查到相关说明，怕说错误导您。",
    "抱歉，您问的这个暂时没有查到。",
    "这个问题暂时没有查到准确的说法，先不乱答您。",
    "很抱歉，这一点我没有查到。",
)
_PERSON = (
    "",
    "需要的话回复“人工”，我帮您转接同事。",
    "建议您联系人工客服确认一下。",
    "可以回复“人工”，请同事帮您看看。",
    "您可以问问人工客服。",
)
_LINKS = ("", "", "", "", "，另外", "，还有，", "，再跟您说一下，")
_STOP = re.compile(r"[。！？!?]+")
_WAITING: frozenset[Strategy] = frozenset({"clarify", "incentive", "soothe"})


def write_answer(rng: random.Random, occasion: Occasion) -> str:
    """Word an occasion with slots: what is wanted, most important first, as much as the shop's style allows."""
    brief, style = occasion.brief, occasion.profile.style
    wanted = [scene.wanted for scene in occasion.scenes]
    if not any(wanted):
        return style.addressed(_say_not_known(rng, brief))
    lead = rng.choice(_LEADS.get(brief.strategy, ("",)))
    is_cheerful = brief.outcome == "answered" and all(one.strategy in CHEERFUL for one in brief.answers)
    closing = style.closing if is_cheerful else ""
    room = style.max_chars - len(closing) - len(style.address) - 1 - len(lead)
    sentences = style.max_sentences
    ask = brief.ask
    if ask and (brief.strategy in _WAITING or brief.outcome == "clarify"):
        room, sentences = room - len(ask), sentences - 1
    chosen, room, sentences = _choose(wanted, room, sentences)
    says_ask = bool(ask) and (brief.strategy in _WAITING or (sentences > 0 and len(ask) <= room))
    body = lead + _join(rng, [brief.facts.index(fact) + 1 for fact in chosen], room)
    return style.addressed(body + (ASK_SLOT if says_ask else "")) + closing


def _say_not_known(rng: random.Random, brief: Brief) -> str:
    return rng.choice(_NOT_KNOWN) + (ASK_SLOT if brief.ask else rng.choice(_PERSON))


def _choose(wanted: Sequence[Sequence[Fact]], room: int, sentences: int) -> tuple[list[Fact], int, int]:
    """Take each thing's most important fact, then the others, while they fit; give them back in the order of saying.

    Returns:
        The facts, and the characters and sentences that are left.
    """
    firsts = [facts[0] for facts in wanted if facts]
    others = [fact for facts in wanted for fact in facts[1:]]
    taken: list[Fact] = []
    for fact in dict.fromkeys((*firsts, *others)):
        count = max(1, len(_STOP.findall(fact.text)))
        if (count <= sentences and len(fact.text) <= room) or not taken:
            taken.append(fact)
            room, sentences = room - len(fact.text), sentences - count
    return (
        [fact for fact in dict.fromkeys(fact for facts in wanted for fact in facts) if fact in taken],
        room,
        sentences,
    )


def _join(rng: random.Random, numbers: Sequence[int], room: int) -> str:
    """Write slots one after another, at times with a link before the last."""
    link = rng.choice(_LINKS) if len(numbers) > 1 and room > max(map(len, _LINKS)) else ""
    *before, last = map(slot, numbers)
    return "".join(before) + link + last
