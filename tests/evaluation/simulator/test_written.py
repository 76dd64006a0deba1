from evaluation.simulator.customer import Exchange, Heard
from evaluation.simulator.phrases import NO, PERSON, YES
from evaluation.simulator.scenario import Scenario
from evaluation.simulator.written import WrittenCustomer

ORDER = "20261120001"
WHICH = Heard("请问您说的是哪一笔订单？", "clarify")
PUT = Heard(f"将为您取消订单{ORDER}。请问确认吗？", "clarify", "cancel_order", {"order_id": ORDER})
DONE = Heard("已为您取消。", "answered")
LOST = Heard("没太明白您的意思，可以换个说法吗？", "clarify")


class Talk:
    """Lets a customer talk with given replies."""

    def __init__(self, **scenario) -> None:
        asks = [{"say": text} for text in scenario.pop("asks", ["帮我取消订单"])]
        self.customer = WrittenCustomer(Scenario.model_validate({"asks": asks, **scenario}), "seed")
        self.exchanges: list[Exchange] = []

    async def hear(self, *replies: Heard) -> list[str]:
        said = [await self.customer.speak([])]
        for reply in replies:
            self.exchanges.append(Exchange(said[-1], reply))
            said.append(await self.customer.speak(self.exchanges))
        return said


async def test_that_a_clarifying_question_is_answered_from_the_facts() -> None:
    said = await Talk(facts={"order": ORDER}).hear(WHICH)
    assert said[0] == "帮我取消订单"
    assert ORDER in said[1]


async def test_that_only_what_was_not_told_yet_is_told() -> None:
    asked = Heard("请问想换成什么颜色和尺码？", "clarify")
    said = await Talk(asks=["换成黑色"], facts={"color": "黑色", "size": "M"}).hear(asked)
    assert said[1] == "M"


async def test_that_a_proposal_gets_the_yes_or_no_of_the_scenario() -> None:
    assert (await Talk(confirms={"cancel_order": {"answer": "yes"}}).hear(PUT))[1] in YES
    assert (await Talk(confirms={"cancel_order": {"answer": "no"}}).hear(PUT))[1] in NO


async def test_that_an_offer_nobody_asked_for_is_declined() -> None:
    offered = Heard("需要我现在帮您领取吗？", "answered", "issue_coupon", {"promotion_id": "p"})
    assert (await Talk().hear(offered))[1] in NO


async def test_that_a_change_of_mind_is_said_once_and_agreed_to_after() -> None:
    talk = Talk(confirms={"cancel_order": {"answer": "change", "say": "等等,取消另一单"}})
    said = await talk.hear(PUT, PUT)
    assert said[1] == "等等,取消另一单"
    assert said[2] in YES


async def test_that_another_order_than_the_one_meant_is_put_right() -> None:
    talk = Talk(facts={"order": "20261112009"}, confirms={"cancel_order": {"answer": "yes"}})
    said = await talk.hear(PUT)
    assert "20261112009" in said[1]
    assert said[1] not in YES


async def test_that_the_words_alone_are_enough() -> None:
    seen = Heard(PUT.text)
    assert (await Talk(confirms={"cancel_order": {"answer": "yes"}}).hear(seen))[1] in YES


async def test_that_a_customer_who_is_not_understood_says_it_otherwise() -> None:
    said = await Talk(again=["就是不要了"]).hear(LOST, LOST)
    assert said[1] == "就是不要了"
    assert "帮我取消订单" in said[2]


async def test_that_a_customer_who_is_ignored_complains_once() -> None:
    scenario = {"asks": [{"say": "几天能退", "wants": [["15天"]]}, {"say": "谢谢"}]}
    customer = WrittenCustomer(Scenario.model_validate(scenario), "seed")
    await customer.speak([])
    talk = [Exchange("几天能退", Heard("您好。", "answered"))]
    complaint = await customer.speak(talk)
    assert "几天能退" in complaint and complaint != "几天能退"
    assert await customer.speak([*talk, Exchange(complaint, Heard("您好。", "answered"))]) == "谢谢"


async def test_that_a_customer_leaves_when_the_patience_is_over() -> None:
    assert (await Talk(patience=2).hear(LOST, LOST))[-1] == "gave_up"


async def test_that_a_number_that_is_not_there_is_taken_for_the_answer() -> None:
    missing = Heard("您账号下没有查到1这个单号。麻烦核对一下订单号再发给我好吗？", "clarify")
    assert (await Talk(asks=["查下1", "那谢谢了"]).hear(missing))[1] == "那谢谢了"


async def test_that_asks_follow_one_another_until_all_are_put() -> None:
    said = await Talk(asks=["在吗", "包邮吗"]).hear(Heard("在的。", "answered"), Heard("满99元包邮。", "answered"))
    assert said == ["在吗", "包邮吗", "finished"]


async def test_that_a_customer_stops_when_a_person_takes_over() -> None:
    assert (await Talk().hear(Heard("已为您转人工。", "handoff", is_person=True)))[1] == "handed_off"


async def test_that_a_person_is_accepted_only_where_the_scenario_says_so() -> None:
    offer = Heard("需要我转人工同事为您跟进吗？", "answered")
    assert (await Talk(confirms={"human": {"answer": "yes"}}).hear(offer))[1] in PERSON
    assert (await Talk().hear(offer))[1] == "finished"


async def test_that_two_runs_of_one_customer_are_the_same() -> None:
    runs = [await Talk(facts={"order": ORDER}, mood="cross").hear(WHICH, LOST, WHICH) for _ in range(2)]
    assert runs[0] == runs[1]


async def test_that_the_same_question_again_is_complained_of() -> None:
    said = await Talk(facts={"order": ORDER}).hear(WHICH, WHICH)
    assert ORDER in said[2]
    assert said[2] != said[1]
