from dataclasses import replace
from datetime import timedelta

import pytest

from agent.mailroom.caretaker import Caretaker
from agent.mailroom.recovery import Settlement
from agent.store.records import Amendment
from agent.turn.carry_out import action_key
from tools.mock_apis.faults import Fault

CANCEL = "取消订单TEA-88240"


@pytest.fixture
def settlement(fang):
    return Settlement(fang.store, fang.assistant.backends, fang.assistant.clock)


async def proposed(fang) -> str:
    """The key of a write that was intended in a process that died then."""
    pending = (await fang.say(CANCEL)).pending_action
    await fang.store.intend("k-1", "c-1", "t-2", pending.tool, pending.args)
    return "k-1"


async def outcome(fang) -> list[str | None]:
    return [action.outcome for action in await fang.store.unsettled()]


async def test_that_a_write_that_was_done_before_a_crash_is_settled_from_its_receipt(fang, settlement) -> None:
    key = await proposed(fang)
    await fang.assistant.backends.orders.cancel_order("tea-cust-a", "TEA-88240", reason="客户主动取消", key=key)
    assert await settlement.settle() == 1
    assert await outcome(fang) == []


async def test_that_a_write_that_never_arrived_lapses_and_is_not_sent(fang, settlement) -> None:
    await proposed(fang)
    assert await settlement.settle() == 1
    assert await outcome(fang) == []
    assert fang.status("TEA-88240") == "paid"


async def test_that_nothing_is_settled_while_the_back_end_cannot_say(fang, settlement) -> None:
    await proposed(fang)
    fang.apis.orders_faults.set(Fault(kind="error", match="GET /actions/*"))
    assert await settlement.settle() == 0
    assert await outcome(fang) == [None]


async def test_that_a_write_in_a_turn_under_way_is_left_to_it(fang, settlement) -> None:
    await proposed(fang)
    async with fang.store.turn_of("c-1", 0):
        assert await settlement.settle() == 0


async def test_that_the_person_learns_how_an_unknown_write_ended(fang, settlement) -> None:
    await fang.say(CANCEL)
    hang = Fault(kind="hang", match="POST */cancel", acts=True)
    fang.apis.orders_faults.set(hang, Fault(kind="error", match="GET /actions/*"))
    assert (await fang.say("好的")).handoff.reason == "unknown_outcome"
    fang.apis.orders_faults.clear()
    assert await settlement.settle() == 1
    assert (await fang.store.moves("c-1"))[-1].note == "cancel_order：核实结果为已办理。"


async def test_that_a_lapsed_write_is_sent_under_its_key_when_the_yes_comes_again(fang, settlement) -> None:
    proposal = await fang.say(CANCEL)

    key = action_key("c-1", proposal.pending_action)
    pending = proposal.pending_action
    await fang.store.intend(key, "c-1", "t-2", pending.tool, pending.args)
    await settlement.settle()
    assert (await fang.say("好的")).strategy == "done"
    assert fang.status("TEA-88240") == "cancelled"


async def test_that_a_yes_bound_to_other_arguments_does_nothing(fang) -> None:
    proposal = await fang.say(CANCEL)
    found = await fang.store.load("c-1")
    changed = replace(proposal.pending_action, args={**proposal.pending_action.args, "order_id": "TEA-88102"})
    state = replace(found.state, pending=changed)
    await fang.store.amend(Amendment("c-1", found.version, state, fang.assistant.clock()))
    reply = await fang.say("好的")
    assert (reply.outcome, reply.tools) == ("clarify", ())
    assert await fang.store.unsettled() == ()


async def test_that_a_return_whose_window_closed_since_the_proposal_is_refused(fang) -> None:
    await fang.say("TEA-88102我要退货")
    late = await fang.say("好的", now=fang.assistant.clock() + timedelta(days=60))
    assert late.outcome == "declined"
    assert fang.apis.snapshot()["returns"] == []


async def test_that_the_caretaker_takes_up_what_was_accepted_and_stops_in_order(fang, scene) -> None:
    await scene.assistant.accept(scene.message("1 fine"))
    settlement = Settlement(scene.store, fang.assistant.backends, lambda: scene.now)
    caretaker = Caretaker(scene.reception, settlement, scene.watch, every_s=0.01)
    await caretaker.start()
    await scene.reception.rest()
    await caretaker.aclose()
    assert await scene.store.waiting("c-1") == ()
    again = await scene.say("1 fine", "m-1")
    assert (again.reply, again.replayed) == ("答：1 fine", True)
