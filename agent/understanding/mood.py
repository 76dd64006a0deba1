"""The mood of a customer: hesitation, anger, confusion, thanks, haste."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from agent.understanding.folding import Folded, fold

AngerLevel = Literal[0, 1, 2, 3]
"""0 calm; 1 displeased; 2 angry; 3 furious: insults, or threats of a report together with anger."""

_DISPLEASED = re.compile(
    r"太慢|好慢|怎么还不|还没有?(?:发|到|处理|解决|退)|等了?(?:这么|那么|很|好|太)久|到底|都(?:几|多少|[两三四五六七八九十\d]+)天了|又(?:是|来|不)|一直(?:不|没)|"
    r"失望|不满意?|无语|离谱|过分|敷衍|不靠谱|差劲|太差|没人(?:理|管|回)|什么(?:质量|服务|态度|情况)|搞什么|怎么回事|坑"
)
_ANGRY = re.compile(
    r"垃圾|黑店|坑货|坑钱|流氓|强盗|无耻|丧良心|不像话|气炸|气人|寒心|心寒|糊弄|踢皮球|还好意思|敷衍我|欺客|没素质|吃相|骗子|骗人|骗钱|欺骗|诈骗|黑心|坑人|坑爹|太坑|奸商|无良|恶心|气死|火大|烦死|受够|忍无可忍|再也不|差评|曝光|拉黑|避雷|"
    r"太(?:过分|离谱|恶劣|黑)|态度(?:恶劣|极差|太差|差)|什么(?:破|烂|垃圾)|破(?:店|玩意|东西)|烂(?:店|货|东西)|当我(?:傻|好欺负|冤大头)|耍(?:我|人)|"
    r"不要脸|没良心|假货|假一赔|赔偿|赔钱|欺负人|推(?:来推去|卸责任)|说话不算|忽悠"
)
_THREAT = re.compile(r"投诉|举报|12315|消协|工商|市监局|市场监管|起诉|告你们|律师|法院|报警|媒体|315")
_INSULT = re.compile(
    r"傻[逼比叉bx]|煞笔|沙比|sb(?![a-z0-9])|nmsl|尼玛|你妈|他妈|tm的|(?<![我你您他她咱俺爸给])妈的|卧槽|我靠|我操|操你|去死|滚蛋|滚(?:开|远点|吧)?(?:$|[,!。])|"
    r"混蛋|王八|畜生|贱人|脑残|智障|白痴|狗屎|屁话|放屁|废物|蠢货|神经病|有病吧|不是人|缺德|不得好死|fuck|shit|bitch|asshole",
    re.IGNORECASE,
)
_ASKS_OF_RULE = re.compile(
    r"(?:怎么|如何|哪里|电话|渠道).{0,4}(?:投诉|举报)|假一赔|是(?:不是)?假货|(?:会|是)不(?:会|是)(?:假|骗)"
)
_HESITATES = re.compile(
    r"太贵|好贵|有点贵|贵了|偏贵|小贵|再(?:想想|看看|考虑|说|对比|比较)|考虑(?:一下|下|看看|考虑)|犹豫|纠结|要不要(?:买|入)|值不值|别家|别人家|"
    r"便宜(?:点|些|一点)|少(?:点|一点)|抹(?:个)?零|超(?:出)?预算|先不买|不(?:太)?确定|拿不定|下不了决心|划(?:不|得)?[来算]吗|回头再"
)
_LOST = re.compile(
    r"什么意思|没(?:看|听)?(?:懂|明白)|不(?:明白|懂|理解)|看不懂|听不懂|啥意思|哪个意思|你说的是什么|答非所问|不是(?:问|说)(?:这|那)个|我问的(?:是|不是)|重复"
)
_ONLY_MARKS = re.compile(r"^[?。.,!~…\s]*\?[?。.,!~…\s]*$")
_THANKS = re.compile(r"谢|辛苦|感恩|thank|thx|3q|多亏|么么哒|麻烦(?:你|您)?了")
_POLITE = re.compile(r"请|麻烦|您|劳驾|拜托|谢|辛苦|不好意思|打扰")
_HASTE = re.compile(r"急|尽快|赶紧|快点|马上|立刻|立马|加急|来不及|等着用|赶时间")
_ANGRY_FACES = frozenset("😡🤬😠👎💢🖕") | {"[发怒]", "[抓狂]", "[咒骂]"}
_TAIL = re.compile(r"[,.。!?~…\s啊呀哦呢吧嘛吗哈的了]+$")
_SAME_QUESTION = 85.0
"""Of 100: messages at least this alike are one question asked again."""
_MEMORY = 5
"""So many earlier messages are compared."""


@dataclass(frozen=True)
class Mood:
    """How the customer feels, as far as the words show."""

    anger: AngerLevel = 0
    hesitation: bool = False
    """Wavers before buying."""
    confusion: bool = False
    """Does not follow, or had to ask again."""
    thanks: bool = False
    polite: bool = False
    haste: bool = False
    """Presses for time."""
    repeats: int = 0
    """How many of the last messages asked the same."""


def read_mood(folded: Folded, previous: Sequence[str] = ()) -> Mood:
    """Read the mood of a message.

    Args:
        folded: the message.
        previous: the customer's earlier messages, raw, oldest first.

    Returns:
        The mood; a calm message gives the default.
    """
    text = folded.text
    repeats = _count_repeats(text, previous)
    asks_twice = folded.questions >= 3 or _ONLY_MARKS.match(text) is not None
    return Mood(
        anger=_anger(folded),
        hesitation=_HESITATES.search(text) is not None,
        confusion=asks_twice or repeats > 0 or _LOST.search(text) is not None,
        thanks=_THANKS.search(text) is not None,
        polite=_POLITE.search(text) is not None,
        haste=_HASTE.search(text) is not None,
        repeats=repeats,
    )


def _anger(folded: Folded) -> AngerLevel:
    text = folded.text
    if _INSULT.search(text):
        return 3
    angry = len(_ANGRY.findall(text)) + (_THREAT.search(text) is not None)
    calm = _ASKS_OF_RULE.search(text) is not None
    faces = sum(face in _ANGRY_FACES for face in folded.emoji)
    loud = folded.exclamations >= 3 or faces > 0
    if calm and angry <= 2 and not loud:
        return 0
    if angry >= 3 or (angry >= 2 and (loud or _THREAT.search(text))):
        return 3
    if angry or faces >= 2 or (loud and _DISPLEASED.search(text)):
        return 2
    return 1 if _DISPLEASED.search(text) or faces else 0


def _count_repeats(text: str, previous: Sequence[str]) -> int:
    core = _TAIL.sub("", text)
    if len(core) < 3:
        return 0
    earlier = [_TAIL.sub("", fold(message).text) for message in previous[-_MEMORY:]]
    return sum(len(other) >= 3 and fuzz.ratio(core, other) >= _SAME_QUESTION for other in earlier)
