import json

import pytest

from finetune.data.formats.detect import read_dialogues
from finetune.errors import DataError

MESSAGES = {"messages": [{"role": "user", "content": "能退吗"}, {"role": "assistant", "content": "可以退。"}]}
SHAREGPT = {"conversations": [{"from": "human", "value": "能退吗"}, {"from": "gpt", "value": "可以退。"}]}
ALPACA = {"instruction": "能退吗", "input": "", "output": "可以退。"}
QUESTION = {"question": "能退吗", "answer": "可以退。"}
CSV = "问题,答案,资料\n能退吗,可以退。,"


@pytest.mark.parametrize(
    ("name", "row", "form"),
    [
        ("a.jsonl", MESSAGES, "messages"),
        ("a.jsonl", SHAREGPT, "sharegpt"),
        ("a.json", [ALPACA], "alpaca"),
        ("a.json", ALPACA, "alpaca"),
        ("a.jsonl", QUESTION, "question_answer"),
        ("a.csv", CSV, "question_answer"),
    ],
)
def test_that_every_format_is_known_by_its_keys_and_says_the_same(write, name, row, form):
    found, (dialogue,) = read_dialogues(write(name, row))
    assert found == form
    assert [(turn.speaker, turn.text) for turn in dialogue.turns] == [("customer", "能退吗"), ("assistant", "可以退。")]
    assert dialogue.system is None


def said(*pairs, **extra):
    return {"messages": [{"role": role, "content": content} for role, content in pairs], **extra}


USER, ANSWER = ("user", "能退吗"), ("assistant", "可以退。")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (said(USER), "nobody answers '能退吗'"),
        (said(ANSWER, USER, ANSWER), "does not begin with the customer"),
        (said(USER, ANSWER, ANSWER), "two answers in a row"),
        (said(USER, ("assistant", " ")), "an empty assistant message"),
        (said(USER, ("robot", "{}"), ANSWER), r"messages\.1\.role"),
        (said(USER, ("system", "规则"), ANSWER), "system message after the first place"),
        (said(("system", "规则"), USER, ANSWER, context="可退。"), "both a system message and a context"),
        (said(("system", "规则"), USER, ("tool", "可退。"), ANSWER), "both a system message and results of tools"),
        (said(USER, ANSWER, kinds="knowledge"), "'kinds' is no key of this format; the nearest known one is 'kind'"),
        (said(USER, ANSWER, strategy="cheer"), "strategy: Input should be"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": 3}]}, "content: .* got 3"),
        (
            {"messages": [*MESSAGES["messages"][:1], {**MESSAGES["messages"][1], "weight": 0}]},
            "every answer has weight 0",
        ),
        ({"messages": []}, "does not begin with the customer"),
        ({**MESSAGES, **ALPACA}, "messages and alpaca at once"),
        ({"text": "你好"}, r"has the keys \['text'\]; expected exactly one of"),
        (ALPACA, "this row is alpaca, the rows before are messages"),
        ([], "expected an object"),
        ('{"messages": [], "messages": []}', "stands twice"),
        ('{"messages": NaN}', "NaN"),
        ('{"messages": [}', "no JSON"),
        (json.dumps(MESSAGES) + "{}", "something stands after the row"),
    ],
)
def test_that_a_broken_row_is_named_with_file_and_line(write, row, message):
    path = write("rows.jsonl", MESSAGES, "", row)
    with pytest.raises(DataError, match=rf"(?s){path}:3: .*{message}"):
        read_dialogues(path)


def test_that_every_broken_row_is_named_at_once(write):
    path = write("rows.jsonl", MESSAGES, said(USER), MESSAGES, said(ANSWER))
    with pytest.raises(DataError) as caught:
        read_dialogues(path)
    assert [problem.place.line for problem in caught.value.problems] == [2, 4]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("question,answer\na,b\nc", 3, "1 cells for 2 columns"),
        ('question,answer\n"a\nb",c\nd,"e', 4, "no CSV"),
        ("question,问题,answer\na,b,c", 2, "two columns mean 'question'"),
        ("question,question,answer\na,b,c", 1, "stands twice"),
        ("question,answer,contxt\na,b,c", 2, "nearest known one is 'context'"),
        ("question,answer\n,b", 2, "an empty customer message"),
        ("question,answer\n", 1, "holds no rows"),
    ],
)
def test_that_a_broken_table_is_named_with_its_line(write, text, line, message):
    path = write("rows.csv", text)
    with pytest.raises(DataError, match=rf"rows\.csv:{line}: .*{message}"):
        read_dialogues(path)


def test_that_lines_are_counted_inside_a_json_array_and_a_quoted_cell(write):
    array = write("rows.json", "[", json.dumps(ALPACA, indent=1) + ",", "", '{"instruction": "x"}', "]")
    with pytest.raises(DataError, match=r"rows\.json:8: output: Field required"):
        read_dialogues(array)
    _, rows = read_dialogues(write("rows.csv", 'question,answer\n"能\n退吗",可以\n能换吗,可以'))
    assert [row.place.line for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("name", "data", "message"), [("a.csv", "问题,答案\n".encode("gbk"), "not UTF-8"), ("a.txt", b"x", "ending")]
)
def test_that_other_files_are_refused(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=message):
        read_dialogues(tmp_path / name)
    with pytest.raises(DataError, match="cannot be read"):
        read_dialogues(tmp_path / "none.csv")


def test_that_a_customer_who_writes_twice_is_answered_once(write):
    _, (dialogue,) = read_dialogues(write("a.jsonl", said(("user", "在吗"), USER, ANSWER)))
    assert [turn.text for turn in dialogue.turns] == ["在吗\n能退吗", "可以退。"]


CALL = '{"name": "get_order", "arguments": {}}'
RESULT = '{"order": {"status": "已发货"}, "total": 35.0}'


def test_that_what_a_tool_returned_becomes_the_context_of_the_answers_after_it(write):
    share = [
        ("human", "在吗"),
        ("gpt", "在的。"),
        ("human", "到哪了"),
        ("gpt", "我看一下"),
        ("function_call", CALL),
        ("observation", RESULT),
    ]
    said_ = [{"from": who, "value": text} for who, text in (*share, ("gpt", "已经发货了。"))]
    _, (one,) = read_dialogues(write("a.jsonl", {"conversations": said_, "tools": "[]"}))
    call = {"role": "assistant", "tool_calls": [{"id": "c-1", "type": "function"}]}
    rows = [
        *({"role": role, "content": text} for role, text in (("user", "在吗"), ("assistant", "在的。"), USER)),
        {**call, "content": "我看一下"},
        {"role": "tool", "content": RESULT, "tool_call_id": "c-1"},
        {"role": "assistant", "content": "已经发货了。"},
    ]
    _, (other,) = read_dialogues(write("b.jsonl", {"messages": rows}))
    for dialogue in (one, other):
        assert [turn.speaker for turn in dialogue.turns] == ["customer", "assistant"] * 2
        assert dialogue.turns[3].text == "我看一下。已经发货了。"
        assert dialogue.facts_at(1) == ()
        assert dialogue.facts_at(3) == ("status: 已发货，total: 35.0。",)
