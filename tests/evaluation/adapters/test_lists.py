"""Chat logs, lists of questions, and questions with documents."""

import asyncio
import json
from pathlib import Path

import pytest

from evaluation.adapters.shop_files import write_pack
from evaluation.play.reading import own_shop, read_cases
from knowledge.errors import PackError
from knowledge.pack import load_pack

TEA = Path(__file__).parents[2] / "packs" / "chaye"


@pytest.fixture(scope="module")
def tea():
    return load_pack(TEA)


@pytest.fixture
def read(tmp_path, tea):
    """Writes one file and reads it as cases of the tea shop."""

    def run(name, text):
        path = tmp_path / name
        path.write_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False), encoding="utf-8")
        return read_cases([path], tea)

    return run


def lines(case):
    """What the customer says, with reference and expectation."""
    script = case.script(1)
    found = []
    while not isinstance(line := asyncio.run(script.next(found)), str):
        found.append(line)
    return found


def test_that_a_persons_replies_in_openai_messages_become_references(read) -> None:
    talk = [
        {"role": "system", "content": "s"},
        {"role": "assistant", "content": "您好"},
        {"role": "user", "content": "在吗"},
        {"role": "user", "content": [{"type": "text", "text": "能退吗"}, {"type": "image_url"}]},
        {"role": "assistant", "content": "能退"},
        {"role": "tool", "content": "x", "tool_call_id": "1"},
        {"role": "assistant", "content": "七天内"},
    ]
    found = read("log.jsonl", json.dumps({"messages": talk}))
    said = lines(found.cases[0])
    assert [(line.text, line.reference) for line in said] == [("在吗\n能退吗", "能退\n七天内")]
    assert "log.jsonl:1: 1 parts that are no text: not played, the rest is" in found.left_out
    assert "log.jsonl: 2 messages of systems and tools: not played" in found.left_out


def test_that_sharegpt_is_read_from_an_array(read) -> None:
    talk = [{"from": "human", "value": "发货吗"}, {"from": "gpt", "value": "今天发"}]
    found = read(
        "share.json", [{"id": "a", "conversations": talk}, {"conversations": [{"from": "gpt", "value": "在"}]}]
    )
    assert [(case.case_id, lines(case)[0].reference) for case in found.cases] == [("share-a", "今天发")]
    assert "share.json:1: nobody asks anything: not played" in found.left_out


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.jsonl",
            '{"messages": [{"role": "user", "content": "a"}]}\n{"messages": [{"role": "boss"}]}',
            "a.jsonl:2.*role",
        ),
        ("a.jsonl", '{"messages": [{"role": "user", "content": "a"}]}\n{"messages": ', "a.jsonl:2.*not JSON"),
        ("a.json", '[{"conversations": [{"from": "human", "value": "a"}]}\n{}]', "a.json:2.*expected"),
        ("a.csv", "question,answer,sorce\na,b,c\n", "sorce.*'source'"),
        ("a.csv", 'question,answer\n"a\nb",c\na\n', "a.csv:4.*1 cells for 2 columns"),
        ("a.csv", "问题,答案\n能退吗,\n", "a.csv:2.*answer"),
        ("a.json", '{"query": "q", "answer": [], "positive": []}', "a.json:1.*answer"),
        (
            "a.json",
            '{"query": "q", "id": 1, "answer": "1", "positive": [], "positive_wrong": ["x"]}',
            "a.json:1.*fakeanswer",
        ),
    ],
)
def test_that_a_broken_row_is_named_by_file_line_and_key(read, name, text, message) -> None:
    with pytest.raises(PackError, match=message):
        read(name, text)


def test_that_a_list_of_questions_is_expected_to_be_answered(read, tea) -> None:
    source = tea.policies[0].policy_id
    found = read("faq.csv", f"问题,答案,来源,include,分类\n能退吗,七天内能退,{source};gone,七天|7天;退,退货\n")
    (case,) = found.cases
    (line,) = lines(case)
    assert (case.case_id, case.family, line.reference) == ("faq-2", "退货", "七天内能退")
    assert (line.expect.outcome, line.expect.sources) == (("answered",), (source,))
    assert line.expect.include == (("七天", "7天"), ("退",))
    assert found.left_out == ("faq.csv:2: source 'gone' is none of this shop's policies, goods and offers: not judged",)


def test_that_a_csv_without_questions_is_no_list(read) -> None:
    with pytest.raises(PackError, match="nothing to play"):
        read("goods.csv", "sku,price\na,1\n")


def test_that_documents_become_policies_and_questions_know_their_kind(questions, tmp_path) -> None:
    write_pack(own_shop([questions]), tmp_path / "pack")
    pack = load_pack(tmp_path / "pack")
    found = read_cases([questions], pack)
    assert [case.family for case in found.cases] == ["noise", "noise", "refusal", "integration", "counterfactual"]
    bodies = {policy.body.strip() for policy in pack.policies}
    assert "青石博物馆周一闭馆。" not in bodies
    assert {"青石书店周二盘点。", "白桥长30米。", "黑桥长50米。", "松山高820米。", "松山高920米。"} <= bodies


def test_that_each_kind_of_question_has_its_own_expectation(questions, tea) -> None:
    found = read_cases([questions], tea)
    noise, either, refusal, both, false = [lines(case)[0].expect for case in found.cases]
    assert (noise.outcome, noise.include) == (("answered",), (("9点",),))
    assert either.include == (("15元", "十五元"),)
    assert (refusal.outcome, refusal.include) == (("declined", "handoff"), None)
    assert both.include == (("30米",), ("50米",))
    assert (false.include, false.exclude) == ((("820米",),), ("920米",))
    assert "false documents alone" in found.left_out[0]
