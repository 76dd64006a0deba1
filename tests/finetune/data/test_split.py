from dataclasses import replace
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.evidence import Brief
from finetune.data.rows import Row
from finetune.data.split import ALIKE, alike_pairs, normalise_question, split_rows
from finetune.problems import Place


def row(question, line, answer="好"):
    return Row((), answer, "knowledge", "inform", question, Brief(()), Place("a.csv", line))


def questions(rows):
    return [row.question for row in rows]


def test_that_questions_that_ask_the_same_are_written_the_same():
    asked = ["亲，请问能退货吗？", "能退货吗", "您好 能退貨嗎!!", "能退货呢"]
    assert len(set(map(normalise_question, asked))) == 1
    assert normalise_question("订单A1001到哪了") == normalise_question("订单B2002到哪了?")
    assert normalise_question("在吗") and normalise_question("吗")


def test_that_near_duplicates_never_stand_on_both_sides():
    groups = [
        ["能开发票吗", "可以开发票吗", "能开电子发票吗"],
        ["多久发货", "多久能发货呀"],
        ["有礼盒吗", "有没有礼盒"],
        ["怎么保存"],
        ["货到付款行吗"],
    ]
    rows = [row(question, line) for line, question in enumerate(chain.from_iterable(groups), 1)]
    for seed in range(20):
        split = split_rows(rows, 0.3, seed)
        kept = set(questions(split.evaluation))
        assert kept, seed
        assert all(kept.issuperset(group) or kept.isdisjoint(group) for group in groups)


def test_that_a_conversation_stays_together():
    rows = [row("在吗", 1), row("几点发货", 1), row("用什么快递", 1), row("保质期多久", 2)]
    split = split_rows(rows, 0.25, 0)
    assert questions(split.evaluation) == ["保质期多久"]


def test_that_a_group_stays_together_wherever_its_rows_stand():
    asked = ["保质期多久", "能开发票吗", "用什么快递", "有礼盒装吗"]
    rows = [replace(row(text, line), group="a.csv:9" if line < 3 else None) for line, text in enumerate(asked, 1)]
    for seed in range(10):
        kept = set(questions(split_rows(rows, 0.5, seed).evaluation))
        assert len(kept & set(asked[:2])) != 1


def test_that_the_same_seed_keeps_the_same_rows_and_another_seed_others():
    rows = [
        row(f"{first}{second}怎么办", line) for line, (first, second) in enumerate(combinations("茶壶盖碗杯垫罐", 2), 1)
    ]
    rows = [replace(one, question=one.question[:2] * 3) for one in rows]
    first, again, other = (split_rows(rows, 0.3, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert split_rows(rows[::-1], 0.3, 1).evaluation == first.evaluation[::-1]
    assert 0 < len(first.evaluation) <= 0.3 * len(rows)


def test_that_one_question_alone_is_not_evaluated_on():
    assert split_rows([row("能退吗", 1), row("能退吗?", 2)], 0.5, 0).evaluation == ()
    assert split_rows([row("能退吗", 1), row("几点发货", 2)], 0, 0).evaluation == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("退货换多久能开", min_size=1, max_size=8), unique=True, max_size=12))
def test_that_no_alike_pair_is_missed(texts):
    def pieces(text):
        return {*text, *(text[at : at + 2] for at in range(len(text) - 1))}

    def overlap(one, other):
        return len(pieces(one) & pieces(other)) / len(pieces(one) | pieces(other))

    expected = {(b, a) for a, b in combinations(range(len(texts)), 2) if overlap(texts[a], texts[b]) >= ALIKE}
    assert set(alike_pairs(texts)) == expected
