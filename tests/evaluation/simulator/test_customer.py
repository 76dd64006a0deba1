from agent.messages import PendingAction, Reply
from evaluation.play.case import Line
from evaluation.records import PlayedTurn
from evaluation.simulator.customer import CustomerScript, Exchange, Heard, ScriptedCustomer

PENDING = PendingAction("cancel_order", {"order_id": "1"}, "h", "取消订单1", "t-1")


class Listening:
    """A customer who remembers what was heard."""

    heard: Heard

    async def speak(self, talk):
        if talk:
            self.heard = talk[-1].heard
        return "好的"


def turn(owner="bot", pending=None) -> PlayedTurn:
    reply = Reply("c", "m", "t", "确认吗？", "clarify", (), "confirm", owner, pending_action=pending)
    return PlayedTurn(1, "取消", reply)


async def test_that_a_scripted_customer_says_its_lines_and_stops() -> None:
    customer = ScriptedCustomer(["你好", "再见"])
    talk = [Exchange("你好", Heard("您好。"))]
    assert await customer.speak([]) == "你好"
    assert await customer.speak(talk) == "再见"
    assert await customer.speak([*talk, *talk]) == "finished"
    assert await customer.speak([Exchange("你好", Heard("", is_person=True))]) == "handed_off"


async def test_that_a_replay_plays_a_customer() -> None:
    script = CustomerScript(ScriptedCustomer(["你好"]))
    assert await script.next([]) == Line("你好")
    assert await script.next([turn()]) == "finished"


async def test_that_a_customer_may_see_what_is_proposed_or_the_words_alone() -> None:
    seeing, reading = Listening(), Listening()
    await CustomerScript(seeing).next([turn(pending=PENDING)])
    await CustomerScript(reading, "text").next([turn(pending=PENDING)])
    assert seeing.heard == Heard("确认吗？", "clarify", "cancel_order", {"order_id": "1"})
    assert reading.heard == Heard("确认吗？")


async def test_that_a_person_is_noticed_either_way() -> None:
    for sight in ("all", "text"):
        customer = Listening()
        await CustomerScript(customer, sight).next([turn(owner="human")])
        assert customer.heard.is_person
