from agent.evidence import Fact
from agent.messages import Source
from agent.profile import Style
from finetune.data.preparing.example import Example
from finetune.data.preparing.unanswerable import resting, unanswerable
from finetune.problems import Place

TOPICS = {
    "发货": ("付款后48小时内发货。", "周日不发货。"),
    "发票": ("发票在签收后申请。", "小店开电子发票。"),
    "保存": ("绿茶密封后冷藏保存。", "红茶常温避光保存。"),
    "退货": ("未拆封的茶叶30天内可以退货。", "退货运费由顾客承担。"),
    "包装": ("礼盒包装另收5元。", "贺卡可以代写。"),
}


def examples():
    made = []
    for line, (topic, (first, second)) in enumerate(TOPICS.items(), 1):
        other = list(TOPICS.values())[line % len(TOPICS)][0]
        facts = (
            Fact("policy", first, Source(topic, "policy", topic)),
            Fact("policy", second, Source(topic, "policy", topic)),
            Fact("policy", other, Source("other", "policy", "other")),
        )
        place = Place("a.csv", line)
        made.append(Example(place, f"{topic}怎么弄", "亲，〔1〕", facts=facts, strategy="inform", group=str(line)))
    return made


def test_that_the_whole_document_is_taken_out_and_the_answer_says_so():
    given = examples()
    for one in unanswerable(given, 0.5, Style(address="亲"), 0):
        topic = one.question[:2]
        assert not {fact.source.id for fact in one.facts} & {topic}
        assert len(one.facts) >= 2
        assert one.answer.startswith("亲，") and "没有查到" in one.answer
        assert (one.strategy, one.origin) == ("abstain", "unanswerable")
        assert one.group in {example.group for example in given}


def test_that_as_many_are_made_as_the_share_asks_for_and_the_same_ones_again():
    given = examples()
    made = unanswerable(given, 0.29, Style(), 3)
    assert len(made) == 2
    assert unanswerable(given, 0.29, Style(), 3) == made != unanswerable(given, 0.29, Style(), 4)
    assert unanswerable([*given, *made], 0.28, Style(), 3) == ()
    assert unanswerable(given, 0, Style(), 3) == ()


def test_that_an_answer_rests_on_the_facts_that_it_names_or_whose_words_it_has():
    one = examples()[0]
    assert [fact.text for fact in resting(one)] == ["付款后48小时内发货。"]
    copied = Example(one.place, one.question, "您付款以后48小时内就发货啦", facts=one.facts, strategy="inform")
    assert resting(copied)[0].text == "付款后48小时内发货。"
    assert "other" not in {fact.source.id for fact in resting(copied)}


def test_that_what_the_conversation_told_before_is_never_called_unknown():
    told = [
        Example(
            one.place,
            one.question,
            one.answer,
            (("customer", "问"), ("assistant", one.texts[0])),
            one.facts,
            strategy="inform",
        )
        for one in examples()
    ]
    assert unanswerable(told, 0.5, Style(), 0) == ()
