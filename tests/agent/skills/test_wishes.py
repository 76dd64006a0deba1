import pytest


@pytest.fixture
async def shopper(clothes, counter_of):
    async with counter_of(clothes, "U1009") as counter:
        yield counter


def goods_of(shop, reply) -> list:
    by_product = shop[1].catalogue.by_product
    return [by_product[source.id] for source in reply.sources]


def price_of(product) -> int:
    return min(sku.price for sku in product.skus if sku.stock and sku.status == "on_sale")


@pytest.mark.parametrize("text", ["有没有便宜点的", "太贵了,再实惠些的", "给我来个更便宜的"])
async def test_that_a_wish_for_cheaper_goods_stays_with_the_kind_that_was_shown(clothes, shopper, text) -> None:
    first = goods_of(clothes, await shopper.say("推荐条三百左右的裙子"))
    reply = await shopper.say(text)
    cheaper = goods_of(clothes, reply)
    assert reply.intents == ("recommend",)
    assert max(map(price_of, cheaper)) < min(map(price_of, first))
    assert {product.category for product in cheaper} <= {product.category for product in first}


async def test_that_it_is_said_when_nothing_of_the_kind_is_cheaper(tea, counter_of) -> None:
    async with counter_of(tea, "tea-cust-b") as counter:
        await counter.say("推荐款五十以内的绿茶")
        reply = await counter.say("有没有更便宜的")
    assert "没有其他更合适的" in reply.reply


async def test_that_other_goods_are_not_those_just_shown(clothes, shopper) -> None:
    first = goods_of(clothes, await shopper.say("推荐条裙子"))
    others = goods_of(clothes, await shopper.say("还有别的吗"))
    assert not {product.product_id for product in first} & {product.product_id for product in others}


async def test_that_a_wish_for_another_colour_tells_the_variants_of_what_was_shown(clothes, shopper) -> None:
    first = await shopper.say("推荐条三百左右的裙子")
    reply = await shopper.say("换个颜色的呢")
    assert reply.intents == ("recommend",)
    assert {source.id for source in reply.sources} <= {source.id for source in first.sources}
