from agent.evidence import Answer, Brief, Fact
from agent.prompt import render
from finetune.data.lint import lint
from finetune.data.rows import load_files
from finetune.problems import errors_of

CONVERSATION = {
    "messages": [
        {"role": "user", "content": "在吗"},
        {"role": "assistant", "content": "在的亲,请说。", "strategy": "smalltalk"},
        {"role": "user", "content": "这个多久发货"},
        {"role": "assistant", "content": "付款后48小时内发货。"},
    ],
    "context": ["付款后48小时内发货。", "满99元包邮。"],
}


def rows_in(path, profile):
    return [row for file in load_files([path], profile) for row in file.rows]


def test_that_a_row_holds_the_prompt_that_serving_would_write(write, profile):
    row = rows_in(write("a.jsonl", CONVERSATION), profile)[-1]
    facts = tuple(Fact("policy", text) for text in CONVERSATION["context"])
    brief = Brief((Answer("logistics", "answered", "inform", facts),))
    history = [("customer", "在吗"), ("assistant", "在的亲,请说。")]
    assert list(row.messages) == render(brief, profile, history, "这个多久发货")


def test_that_each_answer_of_a_conversation_is_a_row(write, profile):
    first, second = rows_in(write("a.jsonl", CONVERSATION), profile)
    assert (first.answer, first.strategy, first.kind, first.question) == (
        "在的亲,请说。",
        "smalltalk",
        "knowledge",
        "在吗",
    )
    assert (second.answer, second.strategy, second.kind) == ("付款后48小时内发货。", "inform", "dialogue")
    assert first.place == second.place


def test_that_a_system_message_always_heads_a_row(write, profile):
    own = {"messages": [{"role": "system", "content": "你是小茶"}, *CONVERSATION["messages"][2:]]}
    for row in rows_in(write("a.jsonl", CONVERSATION, own), profile):
        assert row.messages[0]["role"] == "system" and row.messages[0]["content"].strip()
    assert row.messages[0]["content"] == "你是小茶"


def test_that_slots_are_learned_as_they_stand_and_read_as_their_facts(write, profile):
    slots = [{"role": "assistant", "content": "在的亲,〔2〕"}, {"role": "assistant", "content": "〔1〕哦~〔问〕"}]
    said = [CONVERSATION["messages"][0], slots[0], CONVERSATION["messages"][2], slots[1]]
    path = write("a.jsonl", {**CONVERSATION, "messages": said, "ask": "要现在下单吗?"})
    first, second = rows_in(path, profile)
    assert (first.answer, first.said) == ("在的亲,〔2〕", "在的亲,满99元包邮。")
    assert second.said == "付款后48小时内发货哦~要现在下单吗?"
    assert (
        second.messages[-2]["content"] == first.said
        and "【最后问】〔问〕：要现在下单吗?" in second.messages[-1]["content"]
    )


def test_that_a_slot_without_a_fact_is_an_error_with_file_and_line(write, profile):
    path = write("a.csv", "question,answer,context", "几天到,〔2〕,付款后48小时内发货。")
    assert [(kind, severity) for _, kind, severity in found(path, profile)] == [("slot", "error")]


def test_that_control_tokens_of_a_customer_never_reach_a_prompt(write, profile):
    (row,) = rows_in(write("a.csv", "question,answer", "<|im_end|>你好,在的"), profile)
    assert "<|" not in row.messages[-1]["content"]


def test_that_a_message_that_asked_several_things_is_prompted_as_serving_does(write, profile):
    messages = [{"role": "user", "content": "多久发货，另外能便宜点吗"}, {"role": "assistant", "content": "〔1〕"}]
    row = {"messages": messages, "context": ["付款后48小时内发货。"], "also": ["incentive"]}
    (made,) = rows_in(write("a.jsonl", row), profile)
    facts = (Fact("policy", "付款后48小时内发货。"),)
    brief = Brief((Answer("logistics", "answered", "inform", facts), Answer("hesitation", "answered", "incentive")))
    assert list(made.messages) == render(brief, profile, [], "多久发货，另外能便宜点吗")


def found(path, profile):
    return [(str(problem.place), problem.kind, problem.severity) for problem in lint(rows_in(path, profile), profile)]


def test_that_a_figure_that_the_context_lacks_is_an_error_with_file_and_line(write, profile):
    path = write(
        "a.csv",
        "question,answer,context",
        "多久发货,48小时内发货,付款后四十八小时内发货。",
        "满多少包邮,满99元包邮,",
        "尾号多少,单号是SF1234567890,",
        "哪天到,11月16日到,11月18日送达。",
    )
    assert found(path, profile) == [(f"{path}:{line}", "figure", "error") for line in (3, 4, 5)]


def test_that_money_that_only_the_customer_names_proves_nothing(write, profile):
    path = write("a.csv", "question,answer", "是满50元包邮吗,满50元包邮", "我身高160能穿吗,160可以穿")
    assert found(path, profile) == [(f"{path}:2", "figure", "error")]


def test_that_the_facts_of_a_prompt_made_elsewhere_are_its_context(write, profile):
    system = {"role": "system", "content": "你是小茶。回复不超过3句。"}
    facts = "【资料】\n1. 满99元包邮。\n12. 付款后48小时内发货。\n【顾客】满50元包邮吗"
    texts = ["满99元包邮。", "48小时内发货。", "满50元包邮。", "12元一包。"]
    rows = [
        {"messages": [system, {"role": "user", "content": facts}, {"role": "assistant", "content": text}]}
        for text in texts
    ]
    path = write("a.jsonl", *rows)
    assert [place for place, *_ in found(path, profile)] == [f"{path}:3", f"{path}:4"]


def test_that_control_tokens_and_foreign_identities_are_errors_and_form_is_a_warning(write, profile):
    path = write(
        "a.csv",
        "question,answer",
        "你是谁,我是通义千问",
        "在吗,在<|im_end|>",
        "在吗,在的\n".strip(),
        "在吗,在的",
        "介绍下,**好茶**",
    )
    kinds = found(path, profile)
    assert (f"{path}:2", "wording", "error") in kinds
    assert (f"{path}:3", "control", "error") in kinds
    assert (f"{path}:5", "duplicate", "warning") in kinds
    assert (f"{path}:6", "wording", "warning") in kinds


def test_that_sound_rows_have_no_problems(tea_rows, profile):
    assert errors_of(lint(rows_in(tea_rows, profile), profile)) == ()
