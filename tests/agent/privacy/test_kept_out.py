"""Personal data stays out of traces and handoff notes; the orders that they speak of stay in."""

import json

SAID = "TEA-88240的收货人改成李小明，电话13812345678，地址浙江省杭州市西湖区文三路9号"
HIDDEN = ("李小明", "13812345678", "文三路")


async def test_that_a_trace_has_no_personal_data(fang):
    await fang.say(SAID)
    (turn,) = await fang.store.turns("c-1")
    trace = json.dumps(turn.trace, ensure_ascii=False)
    assert [hidden for hidden in HIDDEN if hidden in trace] == []
    assert "[姓名]" in trace


async def test_that_a_handoff_note_has_no_personal_data_but_the_order(fang):
    await fang.say(SAID)
    await fang.say("转人工，我叫李小明，电话13812345678，订单TEA-88240")
    (ticket,) = await fang.store.open_tickets()
    note = json.dumps(ticket.package, ensure_ascii=False)
    assert [hidden for hidden in HIDDEN if hidden in note] == []
    assert "TEA-88240" in note
    assert ticket.package["customer_id"] == "tea-cust-a"
