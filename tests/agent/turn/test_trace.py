"""A stored turn tells its path: steps with times, what was read and found, what was dropped and why, drafts refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.generator.errors import TimedOut
from agent.generator.scripted import ScriptedGenerator

LARGEST = 3000
"""Bytes: with request and reply a turn stays below 4 KB."""
UNFAITHFUL = "您的包裹明天下午3点送到，单号YT5550001111，迟到赔您50元。"


@pytest.fixture
def told(tea, counter_of):
    """Asks something as Fang and gives the stored turn."""

    async def ask(text: str, generator=None, product_id=None, apis=None):
        async with counter_of(tea, "tea-cust-a", generator=generator, product_id=product_id, apis=apis) as counter:
            await counter.say(text)
            (turn,) = await counter.store.turns("c-1")
        return turn

    return ask


def steps(turn) -> list[str]:
    return [name for name, took_ms in turn.trace["nodes"] if took_ms >= 0]


async def test_that_the_steps_of_a_turn_are_kept_in_order_with_their_times(told) -> None:
    turn = await told("TEA-88231到哪了")
    assert steps(turn) == ["begin", "understand", "retrieve", "act", "generate", "audit"]
    took = sum(took_ms for _, took_ms in turn.trace["nodes"])
    assert took == pytest.approx(sum(turn.reply.timings_ms[name] for name in steps(turn)), abs=0.1)


async def test_that_a_step_taken_twice_is_kept_twice(told) -> None:
    turn = await told("TEA-88231到哪了", ScriptedGenerator([UNFAITHFUL]))
    assert steps(turn)[4:] == ["generate", "audit"] * 3
    assert [one["worded_by"] for one in turn.trace["rejected"]] == ["scripted", "scripted"]


async def test_that_a_handover_is_a_step(told) -> None:
    assert steps(await told("转人工"))[-1] == "hand_off"


async def test_that_a_model_that_fails_is_told_of(told) -> None:
    (failed,) = (await told("TEA-88231到哪了", ScriptedGenerator([TimedOut("total", 1.0)], name="qwen"))).trace[
        "rejected"
    ]
    assert (failed["worded_by"], failed["draft"], failed["error"]) == ("qwen", "", "TimedOut")


async def test_that_a_passage_is_kept_with_what_became_of_it(told) -> None:
    turn = await told("运费多少钱")
    said = [one for one in turn.trace["passages"] if one["use"] == "said"]
    assert {one["id"].partition("#")[0] for one in said} == {source.id for source in turn.reply.sources}
    assert all(one["kind"] == "policy" and one["title"] and 0 < one["score"] <= 1 for one in said)


async def test_that_dropped_passages_say_why(told) -> None:
    reasons = {one["id"].partition("#")[0]: one["why"] for one in (await told("运费多少钱")).trace["dropped"]}
    assert reasons["freight-2025"] == "expired"
    assert set(reasons.values()) <= {"expired", "outvoted", "below_floor"}
    nothing = await told("世界杯冠军是哪个国家啊")
    assert {one["why"] for one in nothing.trace["dropped"]} <= {"below_floor"}


async def test_that_entities_are_kept_and_of_personal_data_only_that_it_was_there(told) -> None:
    turn = await told("TEA-88240的收货人改成李小明，电话13812345678，地址浙江省杭州市西湖区文三路9号")
    entities = turn.trace["entities"]
    assert entities["order_ids"] == ["TEA-88240"]
    assert (entities["phone"], entities["address"]) == ("[电话]", "[地址]")
    assert not any(word in json.dumps(turn.trace, ensure_ascii=False) for word in ("小明", "13812345678", "文三路"))


async def test_that_stock_is_told_with_the_age_of_the_goods(told, tea) -> None:
    turn = await told("有货吗", product_id="tea-longjing")
    (use,) = [use for use in turn.reply.tools if use.name == "get_stock"]
    assert use.as_of == tea[1].manifest.built_at


async def test_that_the_age_of_a_copied_order_is_told_where_the_back_end_tells_it(fang) -> None:
    then = datetime(2026, 11, 1, tzinfo=UTC)
    orders = fang.assistant.backends.orders
    known = await orders.list_orders("tea-cust-a")
    told = [replace(order, as_of=then if order is known[0] else None) for order in known]

    async def copied(customer_id: str, limit: int = 20):
        return tuple(told)

    orders.list_orders = copied
    reply = await fang.say("我的订单到哪了")
    assert [use.as_of for use in reply.tools if use.name == "list_orders"] == [then]


@pytest.mark.parametrize(
    "text", ["运费多少钱？" * 60, "查TEA-88231到哪了，" + "再看看龙井有没有货，运费多少，能退吗，" * 20]
)
async def test_that_a_trace_stays_small(told, text) -> None:
    turn = await told(text, ScriptedGenerator(["您的包裹明天下午3点送到，单号YT5550001111，迟到赔您50元。" * 20]))
    assert len(json.dumps(turn.trace, ensure_ascii=False, separators=(",", ":")).encode()) < LARGEST
