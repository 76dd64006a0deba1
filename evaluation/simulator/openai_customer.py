"""A customer spoken by a model behind an OpenAI-compatible address: the same scenario, free words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from evaluation.records import Stopped
from evaluation.simulator.customer import Exchange
from evaluation.simulator.errors import CustomerSilent
from evaluation.simulator.scenario import Scenario

DONE = "[完成]"
"""Said alone when the goal is reached."""
LEAVES = "[放弃]"
"""Said alone when the patience is over."""
_MOODS = {"calm": "心平气和", "hurried": "赶时间", "cross": "有点生气"}


@dataclass(frozen=True)
class Speaker:
    """A model that speaks for customers."""

    model: str
    """Its name on the server."""
    base_url: str
    """Up to and with the version, such as ``http://127.0.0.1:8001/v1``."""

    def speak_for(self, scenario: Scenario, api_key: str | None = None) -> "OpenAiCustomer":
        """Give a scenario a voice.

        Args:
            scenario: what the customer wants, knows and how they are.
            api_key: of the server; None: none is sent.
        """
        return OpenAiCustomer(scenario, self.base_url, self.model, api_key)


@dataclass
class OpenAiCustomer:
    """Asks a model for the customer's next words."""

    scenario: Scenario
    base_url: str
    """Up to and with the version, such as ``http://127.0.0.1:8001/v1``."""
    model: str
    """The model's name on that server."""
    api_key: str | None = field(default=None, repr=False)
    timeout_s: float = 30.0
    transport: httpx.AsyncBaseTransport | None = None
    """None: the network."""

    async def speak(self, talk: Sequence[Exchange]) -> str | Stopped:
        """Say the next thing; see `Customer.speak`. The first message is always the scenario's own.

        Raises:
            CustomerSilent: the model cannot be reached or gives no words.
        """
        if not talk:
            return self.scenario.asks[0].say
        if talk[-1].heard.is_person:
            return "handed_off"
        said = await self._complete(self._messages(talk))
        if LEAVES in said:
            return "gave_up"
        return "finished" if DONE in said else said

    def _messages(self, talk: Sequence[Exchange]) -> list[dict[str, str]]:
        """The talk as the model sees it: itself the customer, the agent the other side."""
        messages = [{"role": "system", "content": say_scenario(self.scenario)}]
        for exchange in talk:
            messages.append({"role": "assistant", "content": exchange.said})
            messages.append({"role": "user", "content": exchange.heard.text})
        return messages

    async def _complete(self, messages: list[dict[str, str]]) -> str:
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        body = {"model": self.model, "messages": messages, "temperature": 0.0}
        url = f"{self.base_url.rstrip('/')}/chat/completions"
        try:
            async with httpx.AsyncClient(transport=self.transport, timeout=self.timeout_s, headers=headers) as client:
                response = await client.post(url, json=body)
                response.raise_for_status()
            said = response.json()["choices"][0]["message"]["content"]
        except httpx.HTTPError as error:
            raise CustomerSilent(self.base_url, f"{type(error).__name__}: {error}") from error
        except (ValueError, LookupError, TypeError) as error:
            raise CustomerSilent(self.base_url, "the answer is no chat completion") from error
        if not isinstance(said, str) or not said.strip():
            raise CustomerSilent(self.base_url, "the answer holds no text")
        return said.strip()


def say_scenario(scenario: Scenario) -> str:
    """Tell a model who it is to be.

    Args:
        scenario: what the customer wants, knows and how they are.

    Returns:
        A system message in Chinese.
    """
    facts = "".join(f"\n- {slot}: {fact}" for slot, fact in scenario.facts.items()) or "\n- 无"
    asks = "".join(f"\n{number}. {ask.say}" for number, ask in enumerate(scenario.asks, start=1))
    answers = "".join(
        f"\n- {action}: {confirming.say or confirming.answer}" for action, confirming in scenario.confirms.items()
    )
    return (
        "你扮演一位网店顾客,正在和客服聊天。只说顾客会说的话,每次一条,口语,简短,不要扮演客服。\n"
        f"目的: {scenario.goal or scenario.asks[0].say}\n"
        f"想说的事,按顺序一件一件来:{asks}\n"
        f"你知道的信息,客服问到才说:{facts}\n"
        f"客服请你确认办理时这样答复(没有列出的都拒绝):{answers or ' 无'}\n"
        f"心情: {_MOODS[scenario.mood]};最多忍受{scenario.patience}次没有用的回复。\n"
        f"事情都有了结果就只回复{DONE};忍不下去了就只回复{LEAVES}。"
    )
