import pytest

from agent.understanding.entities import KnownNames, extract_entities
from agent.understanding.folding import fold
from agent.understanding.products import ProductMatcher
from retrieval.catalogue import Catalogue, Product, Sku


def find(catalogue, text, page=None, focus=None):
    matcher = ProductMatcher(catalogue)
    folded = fold(text)
    known = KnownNames((), matcher.index.known_ids, matcher.index.colors, matcher.index.sizes)
    return matcher.find(folded, extract_entities(folded, known), page, focus)


@pytest.mark.parametrize(
    ("text", "product_id", "source"),
    [
        ("法式碎花茶歇裙还有货吗", "d-1", "name"),
        ("茶歇裙显胖吗", "d-1", "name"),
        ("羊绒大衣起球吗", "c-1", "part"),
        ("双面羊绒大依多少钱", "c-1", "fuzzy"),
        ("乐福鞋偏大吗", "s-1", "part"),
        ("D-2 有M吗", "d-2", "id"),
        ("真丝襯衫裙能機洗嗎", "d-3", "name"),
    ],
)
def test_that_a_product_is_found_by_id_title_alias_part_or_with_a_slip(clothes, text, product_id, source):
    mention = find(clothes, text)
    assert (mention.product_ids, mention.ambiguous, mention.is_explicit, mention.source) == (
        (product_id,),
        False,
        True,
        source,
    )


@pytest.mark.parametrize(
    "text", ["衣服质量怎么样", "包邮吗", "有没有裙子", "你好", "黑色的有吗", "保暖的有没有", "大一点的"]
)
def test_that_a_generic_word_names_no_single_product(clothes, text):
    mention = find(clothes, text)
    assert not mention.product_ids or mention.ambiguous


def test_that_a_name_of_two_products_is_ambiguous(clothes):
    mention = find(clothes, "碎花裙好看吗")
    assert (set(mention.product_ids), mention.ambiguous) == ({"d-1", "d-2"}, True)


def test_that_a_colour_tells_like_named_products_apart(clothes):
    mention = find(clothes, "黑色的碎花裙有L吗")
    assert (mention.product_ids, mention.sku_ids) == (("d-2",), ("d-2-黑色-L",))


def test_that_the_product_at_hand_settles_an_ambiguous_name(clothes):
    assert find(clothes, "碎花裙有M吗", focus="d-2").product_ids == ("d-2",)


def test_that_two_named_products_are_both_meant(clothes):
    mention = find(clothes, "茶歇裙和羊绒大衣哪个好")
    assert (set(mention.product_ids), mention.ambiguous) == ({"d-1", "c-1"}, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("这款有货吗", "d-3"), ("它起球吗", "d-3"), ("刚才那个多少钱", "d-1"), ("那件M码呢", "d-1"), ("有货吗", "d-3")],
)
def test_that_pronouns_point_at_the_page_or_the_talk(clothes, text, expected):
    assert find(clothes, text, page="d-3", focus="d-1").product_ids == (expected,)


def test_that_a_page_alone_is_no_explicit_mention(clothes):
    mention = find(clothes, "有货吗", page="d-3")
    assert (mention.source, mention.is_explicit) == ("page", False)


def test_that_a_variant_the_product_lacks_is_told(clothes):
    mention = find(clothes, "茶歇裙有红色吗")
    assert (mention.sku_ids, mention.unknown_variant) == ((), True)


@pytest.mark.parametrize(
    ("text", "product_id"),
    [
        ("平底锅能放洗碗机吗", "pan-24"),
        ("麦饭石锅 28cm有货吗", "pan-24"),
        ("airbeat续航多久", "ear-x"),
        ("AirBaet X3降噪耳机防水吗", "ear-x"),
        ("棉被多重", "quilt-1"),
        ("成猫粮10kg的多少钱", "cat-1"),
    ],
)
def test_that_other_trades_work_untouched(household, text, product_id):
    assert find(household, text).product_ids[:1] == (product_id,)


@pytest.mark.parametrize("text", ["棉被套有吗", "猫砂有货吗", "耳机套", "锅铲多少钱"])
def test_that_goods_the_shop_lacks_are_not_taken_for_others(household, text):
    assert find(household, text).product_ids == ()


def test_that_a_large_catalogue_is_searched_by_what_is_rare_in_a_name():
    goods = tuple(
        Product(f"p{n}", f"纯棉四件套款式{n:04}", "床品", (Sku(f"s{n}", f"p{n}", 1, 1),)) for n in range(3000)
    )
    odd = Product("odd", "手工竹编提篮", "杂货", (Sku("odd-1", "odd", 1, 1),))
    assert find(Catalogue((*goods, odd)), "那个竹编提篮多少钱").product_ids == ("odd",)
