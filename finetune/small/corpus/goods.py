"""Goods and promotions, drawn anew, and what customers ask of them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from agent.evidence import Answer, Fact
from agent.facts.goods import attribute_fact, is_buyable, offer_fact, price_fact, product_stock_fact, sku_fact
from agent.facts.offers import promotion_fact, usage_fact, window_fact
from agent.understanding.intents import Intent
from finetune.small.corpus.scene import ZONE, Scene
from finetune.small.corpus.utterances import draw_utterance
from retrieval.catalogue import Product, Promotion, Sku

_MODS = (
    "法式 复古 加厚 轻薄 纯棉 真丝 手工 便携 儿童 宽松 修身 高腰 双面 经典 简约 "
    "碎花 羊毛 不锈钢 实木 无糖 野生 有机 迷你 大号 静音 智能 防水 陶瓷 软底 保湿"
)
_THINGS = (
    "连衣裙 半身裙 衬衫 风衣 大衣 毛衣 卫衣 牛仔裤 阔腿裤 羽绒服 短靴 运动鞋 乐福鞋 双肩包 托特包 围巾 贝雷帽 睡衣 床单 被子 枕头 台灯 保温杯 电饭煲 "
    "吹风机 豆浆机 龙井茶 普洱茶饼 紫砂壶 建盏 猫粮 狗窝 面霜 口红 洗面奶 防晒霜 项链 手镯 手表 墨镜 钢笔 笔记本 绘本 橙子 车厘子 坚果礼盒 帐篷 "
    "登山杖 鱼竿 吉他 奶瓶 纸尿裤 书包 拼图 行李箱 瑜伽垫 耳机 充电宝 键盘"
)
_COLORS = "黑色 白色 米白 雾蓝 酒红 驼色 墨绿 灰色 奶白 藏青 粉色 卡其 焦糖 浅紫 军绿 橙色 银色 原木色"
_SIZES = ("S M L", "S M L XL", "36 37 38 39", "均码", "小号 大号", "90 100 110 120", "500g 1kg", "M L XL XXL")
_ATTRIBUTES = {
    "面料": "纯棉 雪纺 真丝 羊毛混纺 聚酯纤维 亚麻 牛皮",
    "成分": "羊毛40%、腈纶60% 棉95%、氨纶5% 桑蚕丝100%",
    "洗涤": "30℃以下手洗 可机洗 建议干洗",
    "产地": "浙江 福建 云南 江苏 广东",
    "容量": "350ml 500ml 1.2L 3L",
    "重量": "约280g 约1.5kg 约600g",
    "功率": "800W 1200W 45W",
    "保质期": "12个月 18个月 36个月",
    "厚薄": "薄款 适中 加厚",
    "弹力": "微弹 无弹 高弹",
    "香气": "桂皮香 兰花香 豆香",
}
_PROMOTIONS = (
    "全店满减 新客优惠券 会员日 国庆大促 年终清仓 限时秒杀 店庆活动 换季特惠 老客回馈 周末专享 双十一 免运费活动"
)


def draw_product(rng: random.Random, now: datetime) -> Product:
    """Invent one product with its variants and attributes."""
    number = f"P{rng.randrange(10**5)}"
    base = Decimal(rng.choice((9, 19, 29, 39, 49, 59, 89, 99)) + 100 * rng.randrange(13))
    colors, sizes = rng.sample(_COLORS.split(), rng.randint(1, 3)), rng.choice(_SIZES).split()
    pairs = [(color, size) for color in colors for size in sizes][:8]
    skus = tuple(_draw_sku(rng, number, base, pair, now) for pair in pairs)
    named = rng.sample(sorted(_ATTRIBUTES), 4)
    attributes = {name: rng.choice(_ATTRIBUTES[name].split()) for name in named}
    title = "".join(rng.sample(_MODS.split(), rng.choice((1, 1, 2)))) + rng.choice(_THINGS.split())
    return Product(number, title, "goods", skus, attributes=attributes)


def _draw_sku(rng: random.Random, number: str, base: Decimal, pair: tuple[str, str], now: datetime) -> Sku:
    status = rng.choices(("on_sale", "presale", "off_shelf"), (12, 1, 1))[0]
    stock = rng.choice((0, 0, 2, 4, 12, 40, 99)) if status == "on_sale" else 0
    back = now.date() + timedelta(days=rng.randint(1, 40)) if rng.random() < 0.5 else None
    price = base + rng.choice((0, 0, 0, 10, 20))
    name = f"{number}-{pair[0]}-{pair[1]}"
    return Sku(name, number, price, stock, color=pair[0], size=pair[1], restock_date=back, status=status)  # type: ignore[arg-type]


def draw_promotion(rng: random.Random, now: datetime, *, is_on: bool = True) -> Promotion:
    """Invent a campaign or a coupon that is on, over or not begun."""
    starts = now - timedelta(days=rng.randint(1, 40)) if is_on else now + timedelta(days=rng.choice((-60, 9)))
    over = Decimal(rng.choice((0, 99, 129, 199, 200, 300, 399, 500, 599)))
    off = Decimal(rng.choice((5, 10, 15, 20, 30, 50, 80)))
    kind = rng.choice(("full_reduction", "coupon", "flash_sale", "gift", "free_shipping"))
    is_rate = kind == "flash_sale"
    cut = None if kind in ("gift", "free_shipping") or is_rate else off
    named = f"满{over}减{off}" if cut and over and rng.random() < 0.5 else ""
    return Promotion(
        f"M{rng.randrange(10**4)}",
        rng.choice(_PROMOTIONS.split()) + named,
        kind,  # type: ignore[arg-type]
        starts,
        starts + timedelta(days=rng.randint(41, 90) if is_on else 20),
        threshold=over,
        discount=cut,
        rate=Decimal(rng.randint(60, 98)) / 100 if is_rate else None,
        stackable=rng.random() < 0.5,
        code=rng.choice((None, f"{rng.choice(('NEW', 'VIP', 'HI', 'GO'))}{rng.randrange(100)}")),
    )


def draw_goods_scene(rng: random.Random, now: datetime) -> Scene:
    """A question on stock, price, attributes, offers or what to buy."""
    draws = (_stock, _stock, _gone, _price, _attribute, _attribute, _offers, _over, _recommend, _hesitates)
    return rng.choice(draws)(rng, now)


def _named(rng: random.Random, product: Product, patterns: Sequence[str], intent: Intent) -> str:
    """A question with the product's name, or one that ships with the understanding."""
    sku = rng.choice(product.skus)
    if rng.random() < 0.4:
        return draw_utterance(rng, intent)
    pattern = rng.choice(patterns)
    return pattern.format(title=product.title, color=sku.color, size=sku.size, thing=product.title[-2:])


def _stock(rng: random.Random, now: datetime) -> Scene:
    product = draw_product(rng, now)
    skus = rng.sample(product.skus, min(len(product.skus), rng.choice((1, 1, 2, 8))))
    facts = (product_stock_fact(product, skus, now.date()),)
    asks = ("{title}有货吗", "{color}{size}还有没有", "{title}{size}码有吗", "{title} {color} 还有不", "那{color}的呢")
    return Scene(_named(rng, product, asks, "stock"), Answer("stock", "answered", "inform", facts), facts)


def _gone(rng: random.Random, now: datetime) -> Scene:
    product = draw_product(rng, now)
    sku = rng.choice(product.skus)
    others = [one for one in (draw_product(rng, now) for _ in range(3)) if any(map(is_buyable, one.skus))]
    left = [one for one in product.skus if is_buyable(one) and one is not sku]
    more = (product_stock_fact(product, left, now.date()),) if left else ()
    offers = tuple(offer_fact(one, "CNY") for one in others[: rng.randint(1, 2)])
    facts = (sku_fact(product, sku, now.date()), *more, *offers)
    asks = ("{title}{color}{size}码还有么", "{title}什么时候补货", "{color}{size}还会上吗", "还有{thing}吗 {color}的")
    ask = rng.choice(("", "需要到货通知的话告诉我一声。"))
    answer = Answer("stock", "answered", "alternative", facts, ask=ask)
    return Scene(_named(rng, product, asks, "stock"), answer, facts)


def _price(rng: random.Random, now: datetime) -> Scene:
    product = draw_product(rng, now)
    promotion = promotion_fact(draw_promotion(rng, now), now, ZONE, "CNY")
    facts = (price_fact(product, product.skus, "CNY"), *((promotion,) if rng.random() < 0.6 else ()))
    asks = ("{title}多少钱", "{thing}啥价", "{title}现在卖多少 有优惠吗", "{title}几钱")
    return Scene(
        _named(rng, product, asks, "price_promotion"), Answer("price_promotion", "answered", "inform", facts), facts
    )


def _attribute(rng: random.Random, now: datetime) -> Scene:
    """One attribute is asked for; the others may stand beside it."""
    product = draw_product(rng, now)
    named = list(product.attributes.items())[: rng.randint(1, 4)]
    facts = tuple(attribute_fact(product, f"{name}：{value}") for name, value in named)
    place = rng.randrange(len(facts))
    asks = ("{title}{name}怎么样", "{name}是啥", "这款{name}呢", "{title}的{name}", "{thing} {name}说一下")
    text = rng.choice(asks).format(title=product.title, name=named[place][0], thing=product.title[-2:])
    return Scene(text, Answer("product_info", "answered", "inform", facts), (facts[place],))


def _offers(rng: random.Random, now: datetime) -> Scene:
    say = usage_fact if rng.random() < 0.2 else promotion_fact
    facts = tuple(say(draw_promotion(rng, now), now, ZONE, "CNY") for _ in range(rng.randint(1, 3)))
    intent: Intent = rng.choice(("price_promotion", "coupon"))
    asks = ("现在有啥活动", "有优惠券吗", "店里有什么优惠", "怎么便宜点", "满减怎么算", "优惠券咋用")
    text = rng.choice((rng.choice(asks), draw_utterance(rng, intent)))
    return Scene(text, Answer(intent, "answered", "inform", facts), facts)


def _over(rng: random.Random, now: datetime) -> Scene:
    past = draw_promotion(rng, now, is_on=False)
    more = (promotion_fact(draw_promotion(rng, now), now, ZONE, "CNY"),) if rng.random() < 0.6 else ()
    facts: tuple[Fact, ...] = (window_fact(past, now, ZONE), *more)
    asks = ("{name}还能用吗", "{name}结束了没", "{name}现在还有不", "我记得有个{name}")
    text = rng.choice(asks).format(name=past.name)
    return Scene(text, Answer("price_promotion", "answered", "inform", facts), facts)


def _recommend(rng: random.Random, now: datetime) -> Scene:
    there = [one for one in (draw_product(rng, now) for _ in range(5)) if any(map(is_buyable, one.skus))]
    facts = tuple(offer_fact(one, "CNY") for one in there[: rng.randint(1, 3)])
    asks = ("您可以说说想要什么款式、什么场合用、预算多少，我来帮您挑。", "")
    answer = Answer("recommend", "answered", "inform", facts, ask=rng.choice(asks))
    return Scene(draw_utterance(rng, "recommend"), answer, facts)


def _hesitates(rng: random.Random, now: datetime) -> Scene:
    facts = (promotion_fact(draw_promotion(rng, now), now, ZONE, "CNY"),)
    ask = rng.choice(("需要我现在帮您领取吗？", "需要办理的话，回复“领取”就可以。", ""))
    answer = Answer("hesitation", "answered", "incentive", facts, ask=ask)
    return Scene(draw_utterance(rng, "hesitation"), answer, facts)
