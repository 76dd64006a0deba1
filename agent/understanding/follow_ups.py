"""Elliptical follow-ups: messages that only make sense after what was asked before."""

import re
from collections.abc import Sequence

from agent.understanding.entities import Entities
from agent.understanding.folding import Folded
from agent.understanding.intents import INTENTS, ORDER_INTENTS, PLEASANTRIES, Intent

_AND = re.compile(
    r"^(?:那么?|那要是|那如果|要是|如果|还有|另外|换成|然后)?(?P<topic>.{1,14}?)(?:的话?)?(?:又)?(?:呢|咧)[?。!~]*$"
)
_THEN = re.compile(r"^(?:那么?|那要是|那如果)(?P<topic>.{1,10}?)[?。!~]*$")
_ASKS_ITSELF = re.compile(r"怎么|什么|多少|几|哪|谁|吗|能不|可以|是不是|有没有|为什么|咋|啥|人呢$|呢.+")
_FILLER = re.compile(
    r"[的了吧啊呀哦呢嘛吗那这个是就我要还有款码号件,?。!~\s]|谢谢|请问|麻烦|你好|订单号?|单号|尾号|编号"
)
_CORRECTS = re.compile(
    r"(?:不好意思|抱歉|哦|啊|噢|唉|哎|诶)*(?:刚才|刚刚|上面|前面)?(?:那个|我)?(?:的)?(?:单号|号|数字)?(?:打|写|发|输|说|看|弄|搞|记|抄|复制|填)(?:错|漏|少|多|反)(?:了)?(?:一?[位个])?|"
    r"不好意思|抱歉|(?:少|多|漏)(?:打|写|输|发)?了?一?[位个](?:数|数字)?|(?:应该|其实|正确的?|重新发|更正|改|换|发给?你)(?:是|成|为|的)?|不对|错了|才对|(?:再)?(?:帮我?)?(?:再)?(?:查|看)(?:一)?(?:下|看|查)?|给你|在这里?"
)
"""Words beside an order number that set it right, or hand it over, and ask nothing of their own."""
_FREIGHT = re.compile(r"运费|邮费|快递费")
_OF_COUPON = re.compile(
    r"^(?:那|这个?|那个?|它|券|优惠券|码)*(?:[咋怎]么?样?(?:个)?|如何|[在去]?哪[里儿]?(?:能)?|[什啥]么?时候(?:能)?)(?:去)?(?:用|使)(?:它|的|呢|呀|啊|嘛|法|掉|了)*[?。!~]*$|"
    r"^(?=.*[给发来领要拿整])(?:那|还是|就|再|这|券|给|帮|发|来|领|要|拿|整|我|俺|一|下|张|个|份|过来|吧|嘛|噻|呗|啊|呀|了)+[。!~]*$"
)
"""咋用呢 or 那券给我吧, which a coupon offered before explains."""
_OF_WISH = re.compile(
    r"^(?!.*(?:码|退|单|券|优惠|活动|邮))(?:那|嗯|就|有没有?|有|还有没?有?|给我?|再|来|能|可以|帮我?|看看|推荐|我?想?要|太贵了?,?)*"
    r"(?:更|再|个)*(?:便宜|实惠|平价|贵|好|大|小|厚|薄|素|艳|新|简单|高档|别的?|其[他它]的?|换(?:一|几)?(?:个|款|种|批)|另外?的?).{0,8}[?。!~]*$"
)
"""有没有便宜点的 or 换个颜色的呢 after goods that were recommended."""
_PICKS = re.compile(
    r"^(?:就|是|要|选|那|我说的是?|应该是)*(?:第?[一二三123]|最?[前后上下]面?|中间|末尾|最后)的?那?(?:一)?(?:个|笔|单|条|款|件|项|种)?(?:的|吧|呀|啊|哦|哈|咯)*[。!~]*$"
)
"""第二个, which picks from what the agent listed."""
_ASIDE = 8
"""Longer clauses are judged by themselves."""
_ONE_OF_MINE = re.compile(
    r"^(?:我|俺)?(?:还有|另外)?(?:那|另)(?:外)?(?:一)?[个件条双套只瓶盒本把台单笔款]|(?:个|件|条|双|套|只|瓶|盒|本|单|笔)的$|(?:买|拍|订)的"
)
"""Another thing of the customer's own, after a question about one: 那件灰的呢."""
_FREIGHT_OF: tuple[tuple[frozenset[Intent], tuple[Intent, ...]], ...] = (
    (frozenset({"return_policy", "return_request"}), ("return_policy",)),
    (frozenset({"exchange"}), ("exchange",)),
    (frozenset({"warranty"}), ("warranty",)),
)
"""Whose freight 运费呢 asks for, by what was asked before."""
_OF_PLACES: frozenset[Intent] = frozenset(
    {"shipping_policy", "customs_tax", "return_policy", "logistics", "payment", "warranty", "price_promotion"}
)
_OF_VARIANTS: frozenset[Intent] = frozenset(
    {
        "stock",
        "product_info",
        "size_advice",
        "price_promotion",
        "exchange",
        "restock_notify",
        "recommend",
        "return_request",
    }
)


def inherited_intents(
    folded: Folded, entities: Entities, last_intents: Sequence[str], slot_intent: str | None, has_product: bool = False
) -> tuple[Intent, ...]:
    """The intents that a follow-up carries on, or none when the message stands by itself.

    Follow-ups are: 那黑色的呢, 那国外呢, 那运费呢; a bare order number, colour, size, measure, region, address or phone; the product
    that the agent asked for.

    Args:
        folded: the message.
        entities: what it names.
        last_intents: what the customer asked before.
        slot_intent: the intent for which the agent asked back just now.
        has_product: whether the message names a product and little else.

    Returns:
        Intents to answer, at least one for a follow-up.
    """
    before = tuple(
        INTENTS[INTENTS.index(name)] for name in last_intents if name in INTENTS and name not in PLEASANTRIES
    )
    asked_for: Intent | None = slot_intent if slot_intent in INTENTS else None
    if _names_order_only(folded, entities):
        return _first(
            (asked_for,) if asked_for else (), tuple(i for i in before if i in ORDER_INTENTS), ("order_status",)
        )
    if asked_for and _PICKS.match(folded.text):
        return (asked_for,)
    if not asked_for and _of_orders(before) and _topic(folded.text) and _ONE_OF_MINE.search(folded.text):
        return before
    if _is_bare(folded, entities) or (has_product and asked_for):
        return _first((asked_for,) if asked_for else (), _fitting(before, entities), _by_kind(entities))
    if {"coupon", "hesitation"}.intersection(before) and _OF_COUPON.match(folded.text):
        return ("coupon",)
    if "recommend" in before and not has_product and _OF_WISH.match(folded.text):
        return ("recommend",)
    topic = _topic(folded.text)
    if topic is None or not before:
        return ()
    if _FREIGHT.search(topic):
        return next((owner for intents, owner in _FREIGHT_OF if intents.intersection(before)), ())
    if entities.days or entities.quantity or has_product:
        return before
    return _fitting(before, entities) if entities.colors or entities.sizes or entities.places else ()


def _of_orders(intents: Sequence[Intent]) -> bool:
    return bool(intents) and all(intent in ORDER_INTENTS for intent in intents)


def is_aside(clause: str) -> bool:
    """Whether one clause of a message, such as m呢, only names another thing to ask the same of."""
    return len(clause) <= _ASIDE and clause.rstrip("?。!~").endswith(("呢", "咧")) and _topic(clause) is not None


def _fitting(before: tuple[Intent, ...], entities: Entities) -> tuple[Intent, ...]:
    """The earlier intents that a place, a colour, a size or a measure can carry on."""
    if entities.height_cm or entities.weight_kg or entities.foot_mm:
        return ("size_advice",)
    if entities.address or entities.phone:
        return tuple(intent for intent in before if intent == "change_address")
    if entities.places and not (entities.colors or entities.sizes):
        return tuple(intent for intent in before if intent in _OF_PLACES)
    return tuple(intent for intent in before if intent in _OF_VARIANTS)


def _first(*choices: tuple[Intent, ...]) -> tuple[Intent, ...]:
    return next((choice for choice in choices if choice), ())


def _names_order_only(folded: Folded, entities: Entities) -> bool:
    """Whether the message is an order or tracking number and nothing else."""
    rest = folded.text
    for number in (*entities.order_ids, *entities.tracking_nos, *entities.order_suffixes):
        rest = rest.replace(number.lower(), "")
    return rest != folded.text and not _FILLER.sub("", _CORRECTS.sub("", rest))


def _is_bare(folded: Folded, entities: Entities) -> bool:
    """Whether the message is nothing but colours, sizes, measures, places, or where to send."""
    rest = folded.text
    if entities.address is not None or (entities.phone and len(rest) <= 16):
        return not re.search(r"改|换|吗|多久|几天|什么|能|可以", rest)
    said = [*entities.colors, *(size.lower() for size in entities.sizes), *(place.said for place in entities.places)]
    for word in sorted(said, key=len, reverse=True):
        rest = rest.replace(word, " ")
    if entities.height_cm or entities.weight_kg or entities.foot_mm or entities.age_months:
        rest = re.sub(
            r"身高|体重|脚长|斤|公斤|kg|cm|厘米|千克|岁|个月|净|大概|左右|多|[\d./一二三四五六七八九十百半米]",
            " ",
            rest,
        )
    return rest != folded.text and not _FILLER.sub("", rest)


def _by_kind(entities: Entities) -> tuple[Intent, ...]:
    """What bare words most likely ask when nothing was asked before."""
    if entities.height_cm or entities.weight_kg or entities.foot_mm:
        return ("size_advice",)
    if entities.address or entities.phone:
        return ("change_address",)
    if entities.colors or entities.sizes:
        return ("stock",)
    return ("shipping_policy",)


def _topic(text: str) -> str | None:
    match = _AND.match(text) or _THEN.match(text)
    if match is None or _ASKS_ITSELF.search(match["topic"]):
        return None
    return match["topic"]
