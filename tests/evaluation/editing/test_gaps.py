import numpy as np
import pytest

from evaluation.editing.unanswered import unanswered_turns
from knowledge.drafts import write_drafts
from knowledge.errors import DraftExists, PackError
from knowledge.gaps import clusters, find_gaps
from knowledge.policies import parse_policy


def unit(rows):
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def gap(turn_of, use):
    turns = [turn_of("可以用比特币付款吗", 1), turn_of("能用比特币付钱吗？", 2), turn_of("你们招加盟商吗", 3)]
    return find_gaps(unanswered_turns(turns), use.embed_queries)[0]


def test_that_alike_rows_join_and_others_stay_apart():
    rows = unit([[1, 0, 0], [0, 1, 0], [0.9, 0.1, 0], [0, 0.95, 0.1], [0, 0, 1]])
    assert clusters(rows, 0.8) == [[0, 2], [1, 3], [4]]
    assert clusters(rows, 1.01) == [[0], [1], [2], [3], [4]]


def test_that_clusters_are_those_of_joining_the_nearest_pair_again_and_again():
    rows = unit(np.random.default_rng(7).normal(size=(40, 4)))
    groups = [[n] for n in range(len(rows))]
    while len(groups) > 1:
        pairs = [
            (float(np.mean(rows[a] @ rows[b].T)), i, j) for i, a in enumerate(groups) for j, b in enumerate(groups[:i])
        ]
        best, one, other = max(pairs)
        if best < 0.5:
            break
        groups[other] += groups.pop(one)
    assert clusters(rows, 0.5) == sorted(sorted(group) for group in groups)


def test_that_questions_that_ask_for_one_thing_are_one_gap(gap):
    assert gap.count == 2
    assert set(gap.examples) == {"可以用比特币付款吗", "能用比特币付钱吗？"}


def test_that_a_repeated_question_counts_each_time(turn_of, use):
    turns = [turn_of("可以货到付款吗", n) for n in range(3)]
    (found,) = find_gaps(unanswered_turns(turns), use.embed_queries)
    assert (found.count, found.examples, found.reasons) == (3, ("可以货到付款吗",), {"abstained": 3})


def test_that_without_questions_there_is_no_gap(use):
    assert find_gaps([], use.embed_queries) == ()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "abstained"),
        ({"strategy": "clarify", "outcome": "clarify", "failures": ["understanding"]}, "not_understood"),
        ({"strategy": "decline", "intents": ("out_of_scope",)}, "declined"),
        (
            {"strategy": "handoff", "outcome": "handoff", "handoff": "unresolved", "failures": ["retrieval"]},
            "handed_off",
        ),
        ({"strategy": "handoff", "outcome": "handoff", "handoff": "requested"}, None),
        ({"failures": ["tool"]}, None),
        ({"strategy": "inform", "outcome": "answered"}, None),
        ({"worded_by": "human", "strategy": "handoff", "outcome": "handoff"}, None),
    ],
)
def test_that_only_a_want_of_knowledge_is_a_gap(turn_of, said, reason):
    assert [one.reason for one in unanswered_turns([turn_of("问题", **said)])] == ([reason] if reason else [])


def test_that_what_the_shop_refuses_on_purpose_is_no_gap(turn_of):
    turns = [turn_of("可以帮忙刷单吗", strategy="decline", intents=("out_of_scope",))]
    assert unanswered_turns(turns, ["刷单"]) == []


def test_that_a_draft_holds_the_questions_and_no_rule(gap, tmp_path):
    (file,) = write_drafts([gap], tmp_path / "drafts")
    text = file.read_text(encoding="utf-8")
    with pytest.raises(PackError, match="has no text"):
        parse_policy(text, file.name)
    policy = parse_policy(text + "小店不接受比特币付款。\n", file.name)
    assert (policy.policy_id, policy.category, policy.questions) == (file.stem, "payment", gap.examples)


def test_that_a_draft_overwrites_nothing(gap, tmp_path):
    write_drafts([gap], tmp_path)
    with pytest.raises(DraftExists, match="another folder"):
        write_drafts([gap], tmp_path)


def test_that_a_draft_reads_whatever_customers_write(turn_of, use, tmp_path):
    turns = [turn_of('---\n"a": {b} # 【?】: *x', 1)]
    (file,) = write_drafts(find_gaps(unanswered_turns(turns), use.embed_queries), tmp_path)
    policy = parse_policy(file.read_text(encoding="utf-8") + "正文。\n", file.name)
    assert policy.questions == ('--- "a": {b} # 【?】: *x',)
