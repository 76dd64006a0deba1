"""Groups that a shop names and lists."""

import pytest

from retrieval.groups import group_defined, groups_of


@pytest.mark.parametrize(
    ("sentence", "name", "members"),
    [
        ("偏远地区指新疆、西藏和青海。", "偏远地区", {"新疆", "西藏", "青海"}),
        ("偏远地区包括新疆、西藏等，运费另算。", "偏远地区", {"新疆", "西藏"}),
        ("江浙沪是指江苏、浙江及上海。", "江浙沪", {"江苏", "浙江", "上海"}),
    ],
)
def test_that_a_sentence_that_lists_what_a_name_stands_for_defines_a_group(sentence, name, members):
    group = group_defined(sentence)
    assert group is not None
    assert (group.name, group.members) == (name, members)


@pytest.mark.parametrize(
    "sentence",
    ["礼盒包括茶叶、茶杯。", "包税的意思是关税由小店承担。", "清仓商品指标题带清仓字样的断码尾货、样衣。", "运费8元。"],
)
def test_that_a_description_or_the_contents_of_a_box_define_none(sentence):
    assert groups_of([sentence]) == ()
