"""Reading an account: nothing is lost, nothing is answered twice."""

import asyncio
import json
import time

from agent.assistant import Pace
from benchmarks.scripted_shop import ScriptedGraph

FANG = "wecom:wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q:wmFang"


async def _written(premises) -> list[str]:
    """The customer's messages in the order in which they were taken; one joined to those before it has its own words last."""
    return [one.text.splitlines()[-1] for one in await premises.shop.store.thread(FANG) if one.role == "customer"]


async def _answered(wecom, premises, last: str) -> list[str]:
    """The lines that were answered, once the last one is and nothing is on its way any more."""
    await wecom.until(lambda: any(last in text for text in wecom.texts))
    await premises.shop.reception.rest()
    await premises.shop.post.aclose()
    assert await premises.shop.store.unsent() == ()
    return [line for text in wecom.texts for line in text.removeprefix("答：").splitlines()]


async def test_that_a_customer_is_answered(wecom, premises):
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    assert wecom.delivered == [("wmFang", "答：1 fine")]
    assert wecom.sessions["wmFang"].state == 1
    assert (await premises.shop.store.load(FANG)).state.customer_id == "wecom:wmFang"


async def test_that_lost_callbacks_cost_time_only(wecom, premises):
    wecom.loses_callbacks = True
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts == ["答：1 fine"])


async def test_that_a_callback_is_read_at_once(wecom, open_premises, connect):
    premises = await open_premises()
    await connect(premises, every_s=3600)
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts == ["答：1 fine"])


async def test_that_a_callback_to_another_process_is_found(wecom, open_premises, connect):
    premises = await open_premises()
    await connect(premises, every_s=3600)
    await wecom.write("1 fine", ring=False)
    rung = json.dumps({"token": "", "at": time.time()})
    await premises.shop.post.memory.remember("wecom", f"rung/{FANG.split(':')[1]}", rung)
    await wecom.until(lambda: wecom.texts == ["答：1 fine"])


async def test_that_an_account_that_could_not_be_read_is_read_again_soon(wecom, open_premises, connect, monkeypatch):
    monkeypatch.setattr("channels.wecom.sync._AGAIN_S", 0.05)
    monkeypatch.setattr("channels.wecom.sync.LOOK_S", 0.05)
    wecom.faults += [("kf/account/list", -1), ("kf/sync_msg", -1), ("kf/sync_msg", "lost")]
    await wecom.write("1 fine")
    premises = await open_premises()
    await connect(premises, every_s=3600)
    await wecom.until(lambda: wecom.texts == ["答：1 fine"])


async def test_that_pages_are_read_to_the_end_though_one_is_empty(wecom, premises):
    wecom.page_size, wecom.empty_pages = 2, 1
    wecom.loses_callbacks = True
    for number in range(5):
        await wecom.write(f"{number} fine", user=f"wm{number}")
    await wecom.ring()
    await wecom.until(lambda: len(wecom.texts) == 5)


async def test_that_duplicates_and_reordering_change_nothing(wecom, open_premises, connect):
    premises = await open_premises(pace=Pace(outbox_burst_s=0.0))
    await connect(premises, every_s=0.05)
    wecom.page_size, wecom.repeats, wecom.shuffles = 3, True, True
    for number in range(12):
        wecom.skew_s += 1
        await wecom.write(f"{number} fine")
    await wecom.ring()
    assert await _answered(wecom, premises, "11 fine") == [f"{number} fine" for number in range(12)]
    assert await _written(premises) == [f"{number} fine" for number in range(12)]


async def test_that_a_burst_is_answered_once(wecom, open_premises, connect):
    premises = await open_premises(pace=Pace(outbox_burst_s=0.3))
    await connect(premises)
    for number in range(10):
        await wecom.write(f"{number} fine", ring=number == 9)
    await _answered(wecom, premises, "9 fine")
    assert wecom.texts == ["答：" + "\n".join(f"{number} fine" for number in range(10))]


async def test_that_what_was_written_before_the_first_start_is_not_answered(wecom, open_premises, connect):
    wecom.skew_s = -3600
    await wecom.write("1 fine", user="wmOld", ring=False)
    wecom.skew_s = 0
    premises = await open_premises()
    await connect(premises)
    await wecom.write("2 fine")
    assert await _answered(wecom, premises, "2 fine") == ["2 fine"]


async def test_that_what_was_written_while_the_program_was_down_is_answered(wecom, open_premises, connect):
    premises = await open_premises()
    await connect(premises)
    await premises.close()
    wecom.loses_callbacks = True
    wecom.skew_s = -1800
    await wecom.write("1 fine")
    wecom.skew_s = 0
    await premises.open()
    await premises.shop.post.memory.remember("wecom", "began", "0")
    await connect(premises)
    await wecom.until(lambda: wecom.texts == ["答：1 fine"])


async def test_that_a_restart_in_the_middle_loses_nothing_and_repeats_nothing(wecom, open_premises, connect):
    graph = ScriptedGraph()
    premises = await open_premises(graph=graph, pace=Pace(outbox_burst_s=0.0))
    await connect(premises)
    stuck = asyncio.Event()

    async def die() -> None:
        stuck.set()
        await asyncio.Event().wait()

    graph.meanwhile = die
    wecom.faults.append(("kf/send_msg", "lost"))
    await wecom.write("1 fine")
    await stuck.wait()
    await wecom.write("2 fine", user="wmLi")
    await wecom.until(lambda: ("wmLi", "答：2 fine") in wecom.delivered)
    await premises.shop.reception.aclose(wait_s=0.0)
    await premises.close()
    await wecom.write("3 fine", user="wmWu", ring=False)
    await premises.open()
    await connect(premises)
    await wecom.until(lambda: {user for user, _ in wecom.delivered} == {"wmFang", "wmLi", "wmWu"})
    await wecom.until(lambda: ("kf/send_msg", wecom.code_of_repeated_msgid) in wecom.asked)
    assert sorted(await _answered(wecom, premises, "3 fine")) == ["1 fine", "2 fine", "3 fine"]


async def test_that_a_token_of_a_callback_that_is_gone_is_done_without(wecom, open_premises, connect):
    premises = await open_premises()
    await connect(premises, every_s=3600)
    wecom.faults.append(("kf/sync_msg", 95007))
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)


async def test_that_reading_too_often_only_pauses_it(wecom, open_premises, connect, caplog):
    premises = await open_premises()
    wecom.untokened_per_minute = 1
    await connect(premises, every_s=0.01)
    await wecom.until(lambda: ("kf/sync_msg", 45009) in wecom.asked)
    assert "is read again later" in caplog.text
    refused = wecom.asked.count(("kf/sync_msg", 45009))
    await asyncio.sleep(0.1)
    assert wecom.asked.count(("kf/sync_msg", 45009)) == refused, "it waits for the minute to end"


async def test_that_a_message_that_does_not_read_keeps_no_other_back(wecom, premises, caplog):
    await wecom.happen({"external_userid": "wmFang", "origin": 3, "msgtype": {"odd": 1}}, ring=False)
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    assert "does not read" in caplog.text


async def test_that_an_access_token_is_asked_for_anew_when_it_ends(wecom, premises):
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    for token in wecom.tokens:
        wecom.tokens[token] = 0.0
    await wecom.write("2 fine")
    await wecom.until(lambda: len(wecom.texts) == 2)
    assert wecom.asked.count(("gettoken", 0)) == 2
