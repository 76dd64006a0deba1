import re

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.pack import default_pack, load_pack
from knowledge.policies import parse_policy
from knowledge.sentences import MAX_CHARS, split_sentences
from knowledge.splitting import split_policy, split_product


def sentences(body, title="规则"):
    head = f"---\nid: p\ntitle: {title}\ncategory: c\n---\n"
    return [text for passage in split_policy(parse_policy(head + body, "p.md")) for text in passage.sentences]


def test_that_prose_is_cut_after_end_marks_only():
    text = "满1,000.5元包邮（含税；不含运费！）。“好！”他说；链接https://a.cn/?b=1;c=2可看？行"
    assert split_sentences(text) == [
        "满1,000.5元包邮（含税；不含运费！）。",
        "“好！”他说；",
        "链接https://a.cn/?b=1;c=2可看？",
        "行",
    ]


def test_that_list_items_take_their_lead_in_along():
    body = "签收7天内可退。以下情况不支持退货：\n- 已剪标；\n- 定制商品\n"
    assert sentences(body) == ["签收7天内可退。", "以下情况不支持退货：已剪标。", "以下情况不支持退货：定制商品。"]


def test_that_a_denying_heading_goes_with_items_that_do_not_deny_themselves():
    body = "## 不支持退货的商品\n- 内衣拆封后影响卫生。\n- 清仓商品不退。\n"
    assert sentences(body) == ["不支持退货的商品：内衣拆封后影响卫生。", "清仓商品不退。"]


def test_that_steps_are_quoted_whole_and_in_order():
    body = "退货步骤：\n1. 打开订单\n2. 点申请退货\n3. 寄回\n"
    assert sentences(body) == ["退货步骤：1. 打开订单；2. 点申请退货；3. 寄回。"]


def test_that_lines_numbered_by_hand_are_a_list():
    body = "需要准备：\n1、订单号\n2、照片\n（3）不打结的包装\n"
    assert sentences(body) == ["需要准备：1、 订单号；2、 照片；（3） 不打结的包装。"]


def test_that_nested_items_keep_both_lead_ins():
    body = "运费：\n- 江浙沪\n  - 满99元包邮\n  - 不满收6元\n"
    assert sentences(body) == ["运费：江浙沪：满99元包邮。", "运费：江浙沪：不满收6元。"]


def test_that_table_rows_become_sentences_with_their_headers():
    body = "| 身高(cm) | 体重 | 尺码 |\n|---|---|---|\n| 155-160 | 45-50kg | S |\n| 160-165 | | **M** |\n"
    assert sentences(body) == ["身高155-160cm，体重45-50kg，尺码：S。", "身高160-165cm，尺码：M。"]


def test_that_marks_comments_and_struck_out_text_are_left_out():
    body = "**注意：**请看[说明](https://a.cn)~~旧价~~。<!-- 待确认：改成9天 -->\n\n> 引用`代码`。\n"
    assert sentences(body) == ["注意：请看说明。", "引用代码。"]


def test_that_a_question_becomes_the_heading_of_its_answer():
    head = "---\nid: p\ntitle: 常见问题\ncategory: c\n---\n"
    [one, two] = split_policy(
        parse_policy(head + "问：能退吗？\n答：7天内可以退。\n\nQ: 多久发货？\nA: 当天。\n", "p.md")
    )
    assert (one.heading, one.sentences) == ("能退吗？", ("7天内可以退。",))
    assert (two.heading, two.sentences) == ("多久发货？", ("当天。",))


def test_that_wrapped_lines_are_joined_and_short_lines_are_not():
    long = "内地现货订单每天下午四点之前付款的都会在当天从杭州仓库发出并在两天之内送到您手中的收货地址" + "由顾客签收。"
    assert sentences(long[:45] + "\n" + long[45:] + "\n热线9点开\n周日休息\n") == [long, "热线9点开。", "周日休息。"]


def test_that_sections_become_passages_with_their_headings():
    head = "---\nid: p\ntitle: 退货\ncategory: c\nquestions: [能退吗]\nregions: [CN]\n---\n"
    [one, two] = split_policy(parse_policy(head + "# 退货\n先看这里。\n## 期限\n7天。\n", "p.md"))
    assert [(passage.passage_id, passage.heading) for passage in (one, two)] == [("p#0", ""), ("p#1", "期限")]
    assert one.questions == two.questions == ("能退吗",) and two.scope.regions == ("CN",)


def test_that_an_overlong_enumeration_repeats_what_it_is_about():
    body = "以下商品不支持退货：" + "、".join(f"第{number}号定制礼盒装茶叶" for number in range(30)) + "。"
    found = sentences(body)
    assert all(len(text) <= MAX_CHARS for text in found)
    assert all(text.startswith("以下商品不支持退货：") for text in found)


def test_that_a_product_passage_tells_neither_stock_nor_price(tea):
    passage = split_product(load_pack(tea.folder).products[0])
    assert passage.sentences == ("产地：杭州。", "年份：2026。")
    assert passage.questions == ("龙井", "西湖龙井")
    assert passage.scope.products == ("longjing",)


def test_that_no_sentence_of_the_default_pack_is_too_long():
    for policy in load_pack(default_pack()).policies:
        for passage in split_policy(policy):
            assert all(0 < len(text) <= MAX_CHARS for text in passage.sentences)


WORDS = st.text("退货换运费订单茶叶元天满减0123456789kg，、。！？；（）“”%", min_size=1, max_size=160).filter(
    lambda text: re.search(r"[退货换运费订单茶叶元天满减]", text[:1])
)


def letters(text):
    return "".join(char for char in text if char.isalnum())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "- ", "1. ", "> "]), WORDS), min_size=1, max_size=8))
def test_that_no_letter_of_the_body_is_lost(lines):
    body = "\n\n".join(mark + text for mark, text in lines)
    found = letters("".join(sentences(body)))
    for _, text in lines:
        for part in re.split(r"[，、。！？；（）“”%]", text):
            assert letters(part) in found or len(part) > 60


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_that_any_text_splits_into_short_sentences_that_are_not_empty(body):
    text = "正文。\n\n" + body
    for sentence in sentences(text):
        assert sentence.strip() and len(sentence) <= MAX_CHARS + 2
