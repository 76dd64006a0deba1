import pytest

from agent.skills.attributes import care_asked, count_asked, is_on_such_goods
from retrieval.catalogue import Product


@pytest.fixture
def coat():
    attributes = {"填充": "白鹅绒90%", "充绒量": "210g(M码)", "洗涤": "30℃以下手洗、不可干洗"}
    return Product("down-9", "长款羽绒服", "羽绒服", (), attributes=attributes)


@pytest.fixture
def masks():
    return Product("mask-1", "补水面膜", "面膜", (), attributes={"规格": "25毫升×10片", "功效": "补水"})


def test_that_a_number_is_read_from_the_attribute_that_names_the_thing_or_has_it_as_its_unit(coat, masks):
    assert count_asked(coat, "里头多少绒") == ["充绒量"]
    assert [count_asked(masks, text) for text in ("一盒几片", "一片多少毫升")] == [["规格"], ["规格"]]


@pytest.mark.parametrize("text", ["多少钱", "几天到", "几号发", "多少补", "有面膜吗"])
def test_that_what_is_counted_in_orders_or_is_no_figure_is_no_attribute(masks, text):
    assert count_asked(masks, text) == []


@pytest.mark.parametrize("text", ["能送干洗店不", "可以甩干吗", "用洗衣机行不行", "能熨吗"])
def test_that_a_question_on_care_is_for_the_goods_own_attribute(coat, masks, text):
    assert care_asked(coat, text) == ["洗涤"]
    assert care_asked(masks, text) == []


def test_that_a_rule_for_other_goods_is_not_told_beside_it(coat):
    assert is_on_such_goods(coat, "羽绒服局部脏污可以用湿毛巾擦拭。")
    assert not is_on_such_goods(coat, "羊毛大衣和羊绒大衣建议干洗。")


async def test_that_goods_in_view_tell_their_own_care_and_figures(clothes, counter_of):
    async with counter_of(clothes, "U1001", product_id="down-002") as counter:
        reply = (await counter.say("里头充了多少绒 能不能送去干洗")).reply
        spun = (await counter.say("那可以脱水甩干么")).reply
    assert "210g" in reply and "不可干洗" in reply
    assert "羊毛" not in reply + spun
