import json

import httpx
import pytest

from evaluation.simulator.customer import Exchange, Heard
from evaluation.simulator.errors import CustomerSilent
from evaluation.simulator.openai_customer import DONE, LEAVES, OpenAiCustomer, say_scenario
from evaluation.simulator.scenario import Scenario

SCENARIO = Scenario.model_validate(
    {
        "goal": "取消今早的订单",
        "asks": [{"say": "帮我取消订单"}],
        "facts": {"order": "20261120001"},
        "confirms": {"cancel_order": {"answer": "yes"}},
        "mood": "hurried",
    }
)
TALK = [Exchange("帮我取消订单", Heard("请问是哪一笔？"))]


def customer(answer) -> tuple[OpenAiCustomer, list[dict]]:
    asked: list[dict] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(
            {"path": request.url.path, "key": request.headers.get("Authorization"), **json.loads(request.content)}
        )
        return answer if isinstance(answer, httpx.Response) else completion(answer)

    transport = httpx.MockTransport(handle)
    return OpenAiCustomer(SCENARIO, "http://model.test/v1", "m", api_key="k", transport=transport), asked


def completion(text) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"role": "assistant", "content": text}}]})


async def test_that_the_first_message_is_the_scenarios_own_and_needs_no_model() -> None:
    spoken, asked = customer("不会用到")
    assert await spoken.speak([]) == "帮我取消订单"
    assert asked == []


async def test_that_a_model_speaks_for_the_customer() -> None:
    spoken, asked = customer(" 就今早那单,20261120001 ")
    assert await spoken.speak(TALK) == "就今早那单,20261120001"
    (request,) = asked
    assert (request["path"], request["key"], request["model"]) == ("/v1/chat/completions", "Bearer k", "m")
    assert [message["role"] for message in request["messages"]] == ["system", "assistant", "user"]


def test_that_the_model_is_told_goal_facts_answers_and_mood() -> None:
    told = say_scenario(SCENARIO)
    assert all(word in told for word in ("取消今早的订单", "20261120001", "cancel_order: yes", "赶时间", DONE, LEAVES))


@pytest.mark.parametrize(("said", "stopped"), [(DONE, "finished"), (f"{LEAVES}。", "gave_up")])
async def test_that_the_model_says_when_it_is_over(said, stopped) -> None:
    assert await customer(said)[0].speak(TALK) == stopped


async def test_that_nobody_speaks_once_a_person_has_taken_over() -> None:
    spoken, asked = customer("喂")
    assert await spoken.speak([Exchange("转人工", Heard("", is_person=True))]) == "handed_off"
    assert asked == []


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(500), httpx.Response(200, json={"choices": []}), httpx.Response(200, text="x"), completion(" ")],
)
async def test_that_a_model_without_words_is_an_error_that_says_where_to_look(answer) -> None:
    with pytest.raises(CustomerSilent, match=r"http://model\.test/v1"):
        await customer(answer)[0].speak(TALK)
