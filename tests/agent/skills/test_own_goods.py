import pytest


def ids(reply) -> set[str]:
    return {source.id for source in reply.sources}


@pytest.mark.parametrize("text", ["明前龙井多少钱", "白瓷盖碗多少钱", "手工建盏兔毫的什么价"])
async def test_that_a_price_cites_the_goods(fang, text) -> None:
    assert {"tea-longjing", "ware-gaiwan", "ware-zhan"} & ids(await fang.say(text))


@pytest.mark.parametrize("text", ["紫砂壶泥料是啥", "西施壶容量多大", "西施壶是啥工艺的"])
async def test_that_an_attribute_is_told_by_what_is_asked_not_by_the_name(fang, text) -> None:
    reply = await fang.say(text)
    assert ids(reply) == {"ware-hu"}
    assert any(told in reply.reply for told in ("朱泥", "200ml", "半手工"))


async def test_that_a_question_when_an_order_leaves_gets_its_state_and_the_rule(fang) -> None:
    reply = await fang.say("TEA-88240啥时候出库")
    assert {"TEA-88240", "dispatch-48h"} <= ids(reply)


@pytest.mark.parametrize("text", ["盖碗材质是什么", "盖碗容量多少"])
async def test_that_a_property_after_a_name_leaves_the_name_whole(fang, text) -> None:
    assert ids(await fang.say(text)) == {"ware-gaiwan"}
