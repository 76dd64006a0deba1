"""How well a run of a message fits the name of a product."""

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from agent.understanding.product_index import Name, is_generic, pairs

MatchKind = Literal["exact", "partial", "fuzzy"]

_POINTS_AT = re.compile(r"^的?(?:那|这)(?:款|条|件|双|个|只|本|瓶|台|顶|盒|把|套)")
_MAY_FOLLOW = frozenset(
    "的了吗呢啊吧嘛呀么哈哦子有没还会能可要是在到发退换降打优价贵便好比和跟与或及也都就不太很偏显买卖给让我你您他她它请帮麻想问收寄送补缺断现库这那哪"
    "上下里外什怎咋啥多几双坏破漏掉起缩变脱褪质尺颜码大小厚薄透长短宽紧松重轻硬软适合洗穿用戴吃喝装放保支需为因所但如对从被把再又才只最更真挺蛮超确查看说"
    "订下拍付改催取今明昨前后何能应该该否无非黑白红灰蓝绿粉紫黄棕米杏卡藏雾深浅一两三四五六七八九十,、"
)
_WORDS_AFTER = frozenset(
    (
        "包邮 包装 容易 喜欢 属于 具体 搭配 配送 清洗 快递 物流 参加 搞活 安装 预售 预定 预订 肩带 领口 领子 袖口 袖子 袖长 腰围 腰身 裙摆 裤腿 "
        "裤脚 面料 材质 成分 料子 里衬 内衬 里料 拉链 口袋 扣子 鞋底 鞋跟 盖子 把手 手柄 容量 重量 净重 保质 配料 产地 功率 电池 插头 线长 屏幕 封面"
    ).split()
)
"""Words that a question goes on with after a name: what is done with it, or a part or property of it."""
_LEAST_FUZZY = 75.0
"""Of 100. Source: one wrong sign in a name of four gives 75."""
_LEAST_FUZZY_LATIN = 85.0
_TELLING_WITHOUT_HEAD = 4
"""So long a run names a product even without the noun at the end of its name."""


@dataclass(frozen=True)
class Match:
    """A run of a message that fits a name."""

    product_id: str
    kind: MatchKind
    start: int
    end: int
    """The run in the segment, as a half-open interval."""
    score: float
    """0 to 1, higher is better."""

    @property
    def length(self) -> int:
        """Characters of the message that speak for the product."""
        return self.end - self.start


def match_name(segment: str, name: Name) -> Match | None:
    """Compare a segment of a message with a name.

    A run counts when it is the whole name, or parts of it in order that end in the noun the name ends in (碎花裙 for
    法式碎花茶歇裙), or a long part of it; a name of four signs or more also with one wrong sign that is not the noun.

    Args:
        segment: folded text without separators.
        name: a name from the index.

    Returns:
        The best fit, or None.
    """
    place = segment.find(name.text) if len(name.text) > 1 else -1
    if place >= 0:
        if name.text.isascii() and not _stands_alone(segment, place, place + len(name.text)):
            return None
        return Match(name.product_id, "exact", place, place + len(name.text), 1.0)
    return _match_parts(segment, name) or _match_fuzzy(segment, name)


def _match_parts(segment: str, name: Name) -> Match | None:
    shared = pairs(name.text)
    best: Match | None = None
    for start in range(len(segment) - 1):
        if segment[start : start + 2] not in shared:
            continue
        end, has_head = _follow(segment, start, name)
        match = _weigh(segment, start, end, has_head, name)
        if match is not None and (best is None or (match.length, match.score) > (best.length, best.score)):
            best = match
    return best


def _follow(segment: str, start: int, named: Name) -> tuple[int, bool]:
    """Follow a name from a place in the segment: runs of two signs or more in order, the last sign of the name also alone.

    Returns:
        Where the run ends, and whether it ends in the name's last sign.
    """
    name, core = named.text, len(named.core)
    end, at = start, 0
    while end < len(segment):
        place = name.find(segment[end : end + 2], at) if end + 1 < len(segment) else -1
        if place >= 0:
            length = 2
            while end + length < len(segment) and name[place + length : place + length + 1] == segment[end + length]:
                length += 1
            end, at = end + length, place + length
            continue
        if end > start and segment[end] == name[core - 1] and at < core:
            return end + 1, True
        break
    return end, at >= core


def _weigh(segment: str, start: int, end: int, has_head: bool, name: Name) -> Match | None:
    run = segment[start:end]
    if is_generic(run) or _goes_on(segment, end) or (run.isascii() and not _stands_alone(segment, start, end)):
        return None
    coverage = len(run) / len(name.text)
    if has_head:
        if len(run) == 2 and run[0] in "黑白红灰蓝绿粉紫黄棕":
            return None
        return Match(name.product_id, "partial", start, end, 0.5 + 0.5 * coverage)
    points_at = _POINTS_AT.match(segment, end) is not None
    if len(run) >= _TELLING_WITHOUT_HEAD or points_at or (coverage >= 0.6 and len(run) >= 3):
        return Match(name.product_id, "partial", start, end, 0.4 + 0.5 * coverage)
    return None


def _match_fuzzy(segment: str, name: Name) -> Match | None:
    if len(name.text) < 4:
        return None
    least = _LEAST_FUZZY_LATIN if name.text.isascii() else _LEAST_FUZZY
    found = fuzz.partial_ratio_alignment(name.text, segment, score_cutoff=least)
    if found is None or found.score < least or found.dest_end - found.dest_start < len(name.text) - 1:
        return None
    run = segment[found.dest_start : found.dest_end]
    if run[-1] != name.text[-1] and not name.text.isascii() and len(name.text) < 6:
        return None
    return Match(name.product_id, "fuzzy", found.dest_start, found.dest_end, 0.9 * found.score / 100)


def _goes_on(segment: str, end: int) -> bool:
    """Whether the noun goes on after the run: 羊毛被套 is no 羊毛被."""
    after = segment[end : end + 1]
    return (
        after != "" and not after.isascii() and after not in _MAY_FOLLOW and segment[end : end + 2] not in _WORDS_AFTER
    )


def _stands_alone(segment: str, start: int, end: int) -> bool:
    """Whether a run in Latin letters or digits is not a part of a longer word."""
    around = (segment[start - 1 : start], segment[end : end + 1])
    return not any(sign.isascii() and sign.isalnum() for sign in around if sign)
