"""Two policies in force for the same customer that name different amounts, days or shares for the same thing."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from knowledge.blocks import parse_blocks
from knowledge.checks.occasion import Occasion, scopes_overlap
from knowledge.checks.quantities import Quantity, quantities
from knowledge.findings import Finding
from knowledge.pack import Pack
from knowledge.policies import Policy
from knowledge.quoting import quotes

_ALIKE = 0.35
"""Cosine of two sentences, by character pairs weighted by rarity, from which they are about the same thing."""

_SPECIAL = tuple(
    frozenset(words.split())
    for words in (
        "海外 境外 国际 港澳台 香港 澳门 台湾 跨境 美国 加拿大 日本 韩国 欧洲 偏远 新疆 西藏 江浙沪 同城 乡镇",
        "预售 定制 清仓 特价 尾货 赠品 二手 样品 大件 生鲜 易碎 内衣 礼盒",
        "银卡 金卡 黑金 钻石 VIP 新客 企业 学生",
        "质量问题 发错 少发 少件 破损 拒收 丢件 过期商品 过期食品 临期 变质",
        "纸质 专用发票 专票 电子",
        "微信 支付宝 银行卡 储蓄卡 信用卡 花呗 白条 PayPal 云闪付 货到付款",
        "顺丰 中通 圆通 申通 韵达 京东 极兔 EMS DHL 邮政 冷链",
        "棉 丝 羊毛 羊绒 羽绒 皮 牛仔 亚麻",
        "3期 6期 9期 12期 24期",
        "首次 第二次 再次 二次",
        "大促 双11 双12 618 春节 节假日 周末 周日",
        "普通商品 普通订单 普通打折",
    )
)
"""Words that single out a special case: a rule for it does not contradict the general one."""
_STAGES = frozenset(
    "审核 质检 寄回 到账 发货 送达 补偿 赔付 赔款 回复 反馈 保留 开具 重开 预约 维修 换货 退货 取消 修改 登记 清关 抽检 "
    "差价 运费险 质保 价保 配送 签收 退款 拦截 查件 保管 包邮 晒单 制作 定金 尾款 升级 合并".split()
)
"""Words for the steps and things of the trade: two sentences about the same thing share theirs."""
_THRESHOLD = re.compile(r"(?:满|超过|达到?|不足|低于|不低于|高于|门槛是?|以内)[^\d]{0,2}$")
_MASK = re.compile(r"\d+(?:\.\d+)?")
_SYNONYMS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        ("保修|三包|质保期|保修期", "质保"),
        ("收到货|收货|收到商品|到货", "签收"),
        ("次日起?|之日起?|当[天日]起?|以内|之内|内|以后|之后|后|从|自", ""),
        ("享受|享有|享", "享"),
        ("提出|提交|发起|办理", ""),
        ("均可|即可|都可以?|可以|可|能够|能|支持|需要|需|必须|应", ""),
        ("补贴|补偿|赔付|赔偿|报销|赔", "赔"),
        ("发出|寄出|发货|发走", "发货"),
        ("开具|开好|开出|开", "开"),
        ("支付|付清|付款|缴纳", "付"),
        ("全场|全店|单笔|每笔|每单|整单|任意|所有|订单|商品", ""),
        ("有效期限?|有效", "有效"),
        ("最多|最高|最晚|最迟|至少|只能|仅限?|限|以上|上限", ""),
        ("完成|进行|给予|提供|赠送|送|免费", ""),
        ("购物|下单|购买|本店|小店|我们|顾客|用户|客户|您|消费者", ""),
        ("申请|请|请在", ""),
    )
)
"""What one editor writes one way and another another way; it makes no difference to what a rule is about."""
_OTHER_THING = 2
"""Two sentences with at least this many own characters on either side are about different things."""
_SAME_BUT_ONE = 0.6
"""From this share of common characters on, two texts that differ in a name are about what the names stand for."""
_OPPOSED = frozenset("大小中初高低上下男女冷热新旧长短内外早晚春夏秋冬单双")
"""Characters of which one in place of another makes another thing: 初级 and 高级."""
_ROW = re.compile(r"[^，,。：:]{1,12}[：:]")
"""Begins a table's row, whose cells mean nothing without the first."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+-]*")
_BREAK = re.compile(r"[，,；;]")
_SIGNS = re.compile(r"[\s\W_的了请可以在为是和或者会将需要后内起从我们本店小店顾客]")


@dataclass(frozen=True)
class _Subject:
    """What a stretch of text is about."""

    core: str
    """Without numbers, signs and words that make no difference."""
    letters: frozenset[str]
    """The characters of the core."""
    grams: frozenset[str]
    """The same as pairs of characters."""
    special: tuple[frozenset[str], ...]
    """Special cases named by the text, its headings or the title, by group."""
    stages: frozenset[str]
    """Steps named by the text."""
    names: frozenset[str]
    """Words in Latin letters: sizes, brands, models."""


@dataclass(frozen=True)
class _Claim:
    """One quantity as one policy states it."""

    policy: Policy
    sentence: str
    line: int
    quantity: Quantity
    others: tuple[Quantity, ...]
    """The sentence's other quantities of this kind."""
    whole: _Subject
    """Of the sentence."""
    part: _Subject
    """Of the clause that states the quantity, with the clauses before it that state none of their own."""
    is_threshold: bool
    """Whether the quantity is a bound that must be reached, not what is given or asked."""


def conflicts(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find sentences of two policies that disagree.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    product_ids = [product.product_id for product in pack.products]
    groups: dict[tuple[str, str], list[_Claim]] = defaultdict(list)
    for policy in pack.policies:
        for claim in _claims(policy):
            groups[policy.category, claim.quantity.kind].append(claim)
    weights = _weights([claim.whole.grams for group in groups.values() for claim in group])
    told: set[tuple[str, str, str, str]] = set()
    for group in groups.values():
        for one, other in combinations(group, 2):
            key = (one.policy.policy_id, one.sentence, other.policy.policy_id, other.sentence)
            if key in told or not _disagree(one, other, weights):
                continue
            if scopes_overlap(one.policy.scope, other.policy.scope, product_ids):
                told.add(key)
                yield _finding(one, other)


def _claims(policy: Policy) -> Iterator[_Claim]:
    blocks, _ = parse_blocks(policy.body)
    for quote in quotes(blocks, policy.title):
        above = " ".join((policy.title, *quote.headings))
        found = quantities(quote.text)
        whole = _subject(quote.text, found, above)
        for quantity in found:
            start, end = _part(quote.text, quantity, found)
            is_whole = (start == 0 and not quote.text[end:].strip("。；;！!")) or _ROW.match(quote.text) is not None
            yield _Claim(
                policy=policy,
                sentence=quote.text,
                line=quote.line,
                quantity=quantity,
                others=tuple(one for one in found if one is not quantity and one.kind == quantity.kind),
                whole=whole,
                part=whole if is_whole else _subject(quote.text[start:end], quantities(quote.text[start:end]), above),
                is_threshold=bool(_THRESHOLD.search(quote.text[: quantity.start])),
            )


def _subject(text: str, found: list[Quantity], above: str) -> _Subject:
    core, context = _core(text, found), f"{above} {text}"
    return _Subject(
        core=core,
        letters=frozenset(core),
        grams=frozenset(core[at : at + 2] for at in range(len(core) - 1)),
        special=tuple(frozenset(word for word in words if word in context) for words in _SPECIAL),
        stages=frozenset(word for word in _STAGES if word in text),
        names=frozenset(_NAME.findall(core)),
    )


def _part(sentence: str, quantity: Quantity, found: list[Quantity]) -> tuple[int, int]:
    """Where the statement of a quantity begins and ends in its sentence."""
    breaks = [match.start() for match in _BREAK.finditer(sentence)]
    end = next((at for at in breaks if at >= quantity.end), len(sentence))
    own = max((at for at in breaks if at < quantity.start), default=-1)
    before = max((one.end for one in found if one.end <= own), default=0)
    start = next((at + 1 for at in breaks if at >= before), 0) if before else 0
    return start, end


def _core(sentence: str, found: list[Quantity]) -> str:
    for quantity in reversed(found):
        sentence = sentence[: quantity.start] + sentence[quantity.end :]
    for pattern, word in _SYNONYMS:
        sentence = pattern.sub(word, sentence)
    return _SIGNS.sub("", _MASK.sub("", sentence))


def _weights(all_grams: list[frozenset[str]]) -> dict[str, float]:
    seen = Counter(gram for grams in all_grams for gram in grams)
    return {gram: math.log(1 + len(all_grams) / count) for gram, count in seen.items()}


def _disagree(one: _Claim, other: _Claim, weights: dict[str, float]) -> bool:
    if one.policy is other.policy or one.is_threshold != other.is_threshold:
        return False
    if _agree(one.quantity.values, other.quantity.values) or _are_tiers(one, other):
        return False
    if _are_about_one_thing(one.whole, other.whole, weights):
        return True
    return (one.part is not one.whole or other.part is not other.whole) and _are_about_one_thing(
        one.part, other.part, weights
    )


def _agree(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two quantities fit: the same range, or a number that is in both."""
    if len(one) == len(other):
        return one == other
    return bool(set(one) & set(other))


def _are_about_one_thing(one: _Subject, other: _Subject, weights: dict[str, float]) -> bool:
    if one.special != other.special or _name_other_things(one.letters, other.letters):
        return False
    if not (one.stages <= other.stages or other.stages <= one.stages):
        return False
    if one.names and other.names and one.names != other.names:
        return False
    return _cosine(one.grams, other.grams, weights) >= _ALIKE and not _differ_in_one_name(one.core, other.core)


def _differ_in_one_name(one: str, other: str) -> bool:
    """Whether two texts are the same but for one word that has nothing of its counterpart: 外壳 and 电机."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < _SAME_BUT_ONE:
        return False
    swapped = [(one[a:b], other[c:d]) for tag, a, b, c, d in matcher.get_opcodes() if tag == "replace"]
    return any(_OPPOSED >= {a, b} or (len(a) > 1 and len(b) > 1 and not set(a) & set(b)) for a, b in swapped)


def _are_tiers(one: _Claim, other: _Claim) -> bool:
    """Whether the sentences differ in a second number too: two steps of one scale, such as 满200减20 and 满300减40."""
    first = {value for quantity in one.others for value in quantity.values}
    second = {value for quantity in other.others for value in quantity.values}
    return bool(first and second) and not first & second


def _name_other_things(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each names something that the other does not."""
    return len(one - other) >= _OTHER_THING and len(other - one) >= _OTHER_THING


def _cosine(one: frozenset[str], other: frozenset[str], weights: dict[str, float]) -> float:
    shared = sum(weights.get(gram, 0.0) ** 2 for gram in one & other)
    size = math.sqrt(sum(weights.get(g, 0.0) ** 2 for g in one) * sum(weights.get(g, 0.0) ** 2 for g in other))
    return shared / size if size else 0.0


def _finding(one: _Claim, other: _Claim) -> Finding:
    message = (
        f"{one.policy.policy_id!r} says {one.sentence!r}, {other.policy.policy_id!r} says {other.sentence!r}: "
        f"{one.quantity.text} against {other.quantity.text}."
    )
    advice = "Correct one of the two, or set their dates, regions or products apart."
    place = other.policy.body_place(other.line)
    return Finding("conflict", "error", place, message, advice, (one.policy.body_place(one.line),))
