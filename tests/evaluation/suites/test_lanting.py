"""The suite of the default shop: what is in it, and that its truth is the pack's."""

from collections import Counter
from pathlib import Path

import pytest

from evaluation.suites.reader import load_tasks
from knowledge.pack import default_pack, load_pack

SUITE = Path(__file__).parents[3] / "evaluation" / "suites" / "lanting"
FAMILIES = {"policy", "stock", "product", "promotion", "order", "action", "multi", "handoff", "scope", "repair"}


@pytest.fixture(scope="module")
def tasks():
    return {file.stem: load_tasks(file) for file in sorted(SUITE.glob("*.jsonl"))}


@pytest.fixture(scope="module")
def everything(tasks):
    return [task for group in tasks.values() for task in group]


@pytest.fixture(scope="module")
def pack():
    return load_pack(default_pack())


def test_that_there_are_two_hundred_tasks_in_ten_families_of_two_halves(tasks, everything) -> None:
    assert len(everything) >= 200
    assert set(tasks) == FAMILIES | {f"{family}-untouched" for family in FAMILIES}
    sizes = Counter({family: len(tasks[family]) + len(tasks[f"{family}-untouched"]) for family in FAMILIES})
    assert min(sizes.values()) >= 20
    assert all(len(tasks[family]) == len(tasks[f"{family}-untouched"]) for family in FAMILIES)


def test_that_a_fifth_of_the_tasks_must_be_handed_over(everything) -> None:
    due = [task for task in everything if task.handoff]
    assert len(due) / len(everything) >= 0.2
    assert {reason for task in due for reason in task.handoff.reason} >= {
        "requested",
        "always_word",
        "anger",
        "over_limit",
    }


def test_that_no_task_and_no_opening_stands_twice(everything) -> None:
    assert max(Counter(task.id for task in everything).values()) == 1
    assert max(Counter(task.asks[0].say for task in everything).values()) == 1


def test_that_every_source_is_a_page_product_or_offer_of_the_pack(everything, pack) -> None:
    known = {policy.policy_id for policy in pack.policies} | {product.product_id for product in pack.products}
    known |= {promotion.promotion_id for promotion in pack.promotions}
    named = {word for task in everything for ask in task.asks for group in ask.expect.sources for word in group}
    assert named <= known


def test_that_customers_ask_of_their_own_orders_and_goods_of_the_catalogue(everything, pack) -> None:
    owner = {order.order_id: order.customer_id for order in pack.backend.orders}
    skus = {sku.sku for product in pack.products for sku in product.skus}
    for task in everything:
        changed = {*task.changes.orders, *(row.order_id for row in task.changes.returns)}
        assert {owner[order] for order in changed} <= {task.customer_id}, task.id
        assert {row.sku for row in (*task.changes.returns, *task.changes.subscriptions)} <= skus


def test_that_no_opening_is_taken_from_the_packs_tuned_transcripts(everything) -> None:
    folder = default_pack() / "transcripts"
    said = "".join(file.read_text(encoding="utf-8") for file in folder.glob("tuned*.jsonl"))
    assert [task.id for task in everything if len(task.asks[0].say) > 6 and task.asks[0].say in said] == []
