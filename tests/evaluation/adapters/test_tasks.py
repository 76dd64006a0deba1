"""Tasks of tau2's and ECom-Bench's form: what is played, what is expected, what is left out."""

import json

import pytest

from evaluation.adapters.ecom import EcomReader
from evaluation.adapters.shop_files import write_pack
from evaluation.adapters.tasks import first_person
from evaluation.adapters.tau import TauReader
from evaluation.play.reading import own_shop, read_cases
from knowledge.errors import PackError
from knowledge.pack import load_pack


def shop_of(folder, at):
    write_pack(own_shop([folder]), at)
    return load_pack(at)


@pytest.fixture
def kettles(domain, tmp_path):
    """The cases of the domain by id, with what is left out."""
    found = read_cases([domain], shop_of(domain, tmp_path / "pack"))
    return {case.case_id: case for case in found.cases}, found.left_out


@pytest.fixture
def told(story, tmp_path):
    """The cases of the story by id, with what is left out."""
    found = read_cases([story], shop_of(story, tmp_path / "pack"))
    return {case.case_id: case for case in found.cases}, found.left_out


def test_that_a_domain_becomes_a_shop_of_its_own(domain, tmp_path) -> None:
    pack = shop_of(domain, tmp_path / "pack")
    assert [(policy.title, policy.body.strip()) for policy in pack.policies] == [
        ("Cancelling", "A pending order can be cancelled."),
        ("Returns", "Within 30 days."),
    ]
    assert [(sku.sku, sku.stock) for sku in pack.products[0].skus] == [("k-red", 10), ("k-blue", 0)]
    assert {order.order_id: order.status for order in pack.backend.orders} == {"W1": "paid", "W2": "signed"}
    assert pack.now.isoformat() == "2024-05-15T15:00:00-05:00"


def test_that_a_write_of_a_task_becomes_its_end_state(kettles) -> None:
    case = kettles[0]["kettles-0"]
    assert case.customer_id == "ann_lee"
    assert (case.family, case.split) == ("cancel_order", None)
    assert case.task["changes"] == {"orders": {"W1": {"status": "cancelled"}}}
    assert case.task["asks"][0]["say"] == "I want to cancel my order #W1. I am Ann Lee in zip code 10001."


def test_that_returning_all_of_an_order_refunds_it(kettles) -> None:
    changes = kettles[0]["kettles-3"].task["changes"]
    assert [row["sku"] for row in changes["returns"]] == ["k-red", "k-blue"]
    assert changes["orders"] == {"W2": {"status": "refunding"}}


def test_that_facts_to_tell_and_handoffs_are_expected(kettles) -> None:
    cases, _ = kettles
    assert cases["kettles-1"].task["asks"][0]["expect"]["include"] == [["40.5"]]
    assert "requested" in cases["kettles-4"].task["handoff"]["reason"]


def test_that_what_has_no_counterpart_is_told_with_its_line(kettles) -> None:
    cases, left_out = kettles
    assert set(cases) == {"kettles-0", "kettles-1", "kettles-3", "kettles-4"}
    said = "\n".join(left_out)
    assert "task kettles-2: the agent here has nothing like 'modify_pending_order_payment': not played" in said
    assert "task kettles-1: assertion 'Is polite.' is in words: not judged" in said
    assert "order 'W1' is 'paid', and only shipped, signed ones" in said
    assert all(line.startswith("tasks.json:") for line in left_out)


@pytest.mark.parametrize(
    ("file", "value", "message"),
    [
        ("db.json", {"flights": {}}, "no table 'products'; there are: flights"),
        ("db.json", "{", "not JSON"),
        ("tasks.json", [{"id": "0", "user_scenario": {}, "evaluation_criteria": {}}], "tasks.json:2.*instructions"),
    ],
)
def test_that_a_broken_domain_is_named_by_file_and_key(domain, write, file, value, message) -> None:
    write({file: value})
    with pytest.raises(PackError, match=message):
        list(TauReader().left_out(domain / "tasks.json", None))


def test_that_a_domain_without_its_policy_is_refused(domain) -> None:
    (domain / "policy.md").unlink()
    with pytest.raises(PackError, match=r"policy\.md"):
        own_shop([domain])


def test_that_a_chinese_shop_becomes_a_pack(story, tmp_path) -> None:
    pack = shop_of(story, tmp_path / "pack")
    assert {policy.policy_id for policy in pack.policies} == {"offers", "install-5001", "fault-5001"}
    assert {product.product_id: product.skus[0].stock for product in pack.products} == {"5001": 10, "5002": 0}
    order = next(one for one in pack.backend.orders if one.order_id == "880002")
    assert (order.status, order.tracking_no, order.signed_at.isoformat()) == (
        "signed",
        "YT1",
        "2025-04-06T15:50:00+08:00",
    )


def test_that_intents_are_put_one_after_another_in_the_first_person(told) -> None:
    task = told[0]["story-0"].task
    assert [ask["say"] for ask in task["asks"]] == ["我想取消订单880001", "最后我问商品5001怎么安装"]
    assert task["asks"][-1]["expect"] == {"include": [["插电即用"]], "sources": [["install-5001", "5001"]]}
    assert (task["mood"], task["changes"]) == ("cross", {"orders": {"880001": {"status": "cancelled"}}})


def test_that_an_intent_the_agent_cannot_serve_is_left_out_and_told(told) -> None:
    cases, left_out = told
    assert [ask["say"] for ask in cases["story-1"].task["asks"]] == ["我问订单880002的物流"]
    assert "开发票" not in cases["story-1"].task["goal"]
    assert "tasks.py:12: task story-1: intent 2 asks for manage_invoice: not judged" in left_out
    assert "story-2" not in cases
    assert any("story-2: every intent asks for something" in line for line in left_out)


def test_that_a_file_of_python_is_read_and_never_run(story) -> None:
    marker = story / "ran"
    (story / "tasks.py").write_text(
        f"open({str(marker)!r}, 'w')\nALL_TASKS = [Task(annotator=open('x'))]", encoding="utf-8"
    )
    with pytest.raises(PackError, match=r"tasks\.py:2.*is no literal value"):
        EcomReader().left_out(story / "tasks.py", None)
    assert not marker.exists()


def test_that_tasks_may_stand_in_json(story, write, tmp_path) -> None:
    (story / "tasks.py").unlink()
    task = {
        "annotator": 7,
        "user_id": "阿水",
        "instruction": "<意图一>你问商品5001多少钱<\\意图一>",
        "metadata": {"outputs": ["99"]},
    }
    write({"tasks.json": [task]}, "story")
    assert [case.case_id for case in read_cases([story], shop_of(story, tmp_path / "pack")).cases] == ["story-7"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("You're sure your order is yours.", "I'm sure my order is mine."), ("你想退你的伞", "我想退我的伞")],
)
def test_that_a_scenario_is_said_in_the_first_person(text, said) -> None:
    assert first_person(text) == said


def test_that_the_same_data_give_the_same_shop(domain) -> None:
    assert (
        json.loads(own_shop([domain])["shop.yaml"])["shop_id"] == json.loads(own_shop([domain])["shop.yaml"])["shop_id"]
    )
