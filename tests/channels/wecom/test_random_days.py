"""Random days at the account: customers, servicers, faults, lost callbacks and restarts, in any order."""

import random

import pytest

from agent.assistant import Pace

CUSTOMERS = ("wmFang", "wmLi", "wmWu")
FORBIDDEN = frozenset({95002, 40058, 40096, 45002, 40014, 42001})
"""What WeCom answers to a program that does not know its rules. What comes of a servicer being quicker (95016, 95018) may happen."""


def conversation_of(customer: str) -> str:
    return f"wecom:wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q:{customer}"


class Day:
    """Plays steps, and remembers what was written while nobody but the bot could answer."""

    def __init__(self, wecom, premises, connect, seed: int) -> None:
        self.wecom, self.premises, self.connect = wecom, premises, connect
        self.random = random.Random(seed)
        self.number = 0
        self.written: dict[str, list[str]] = {customer: [] for customer in CUSTOMERS}

    async def play(self, steps: int) -> None:
        """Any steps, then a calm evening."""
        weights = {self.write: 8, self.take: 1, self.say: 2, self.end: 2, self.fault: 2, self.noise: 2, self.restart: 1}
        for _ in range(steps):
            self.wecom.skew_s += self.random.choice(
                (1, 2, 5)
            )  # WeCom tells whole seconds, and promises no order within one
            await self.random.choices(list(weights), list(weights.values()))[0](self.random.choice(CUSTOMERS))

    async def write(self, customer: str, end: str = "") -> None:
        self.number += 1
        text = f"{self.number} {end or self.random.choice(('fine', 'fine', 'fine', 'asks', 'retrieval'))}"
        self.written[customer].append(text)
        await self.wecom.write(text, customer)

    async def take(self, customer: str) -> None:
        if self.wecom.session(customer).state in (0, 1, 2):
            await self.wecom.take("lisi", customer)

    async def say(self, customer: str) -> None:
        if self.wecom.session(customer).state == 3:
            self.number += 1
            await self.wecom.say(self.wecom.session(customer).servicer, f"人工{self.number}", customer)

    async def end(self, customer: str) -> None:
        if self.wecom.session(customer).state == 3:
            await self.wecom.end(customer)

    async def fault(self, customer: str) -> None:
        path = self.random.choice(("kf/send_msg", "kf/sync_msg", "kf/service_state/get", "kf/service_state/trans"))
        self.wecom.faults.append((path, self.random.choice((-1, "lost"))))

    async def noise(self, customer: str) -> None:
        self.wecom.loses_callbacks = self.random.random() < 0.3
        self.wecom.repeats, self.wecom.shuffles = self.random.random() < 0.5, self.random.random() < 0.5
        self.wecom.page_size = self.random.choice((1, 3, 1000))
        self.wecom.servicers.update(zhangsan=self.random.random() < 0.5, lisi=self.random.random() < 0.5)

    async def restart(self, customer: str) -> None:
        await self.premises.shop.reception.aclose(wait_s=0.0)
        await self.premises.close()
        await self.premises.open()
        await self.connect(self.premises, every_s=0.1)

    async def evening(self) -> None:
        """The faults are over, people go home, and then each customer writes once more."""
        self.wecom.faults.clear()
        self.wecom.loses_callbacks = False
        self.wecom.servicers.update(zhangsan=True, lisi=True)
        await self.wecom.until_so(self.is_calm)
        self.wecom.skew_s += 1
        for customer in CUSTOMERS:
            if self.wecom.session(customer).state == 2:
                await self.wecom.take("lisi", customer)
            if self.wecom.session(customer).state == 3:
                await self.wecom.end(customer)
        await self.wecom.until_so(self.is_calm)
        self.wecom.skew_s += 1
        for customer in CUSTOMERS:
            await self.write(customer, "fine")
        await self.wecom.until_so(self.is_calm)
        await self.premises.shop.post.aclose()

    async def is_calm(self) -> bool:
        """Everything written is taken and worked, everything said is sent, and nobody waits to be handed over."""
        store = self.premises.shop.store
        for customer, written in self.written.items():
            taken = [one for one in await store.thread(conversation_of(customer)) if one.role == "customer"]
            if len(taken) < len(written):
                return False
        memory = self.premises.shop.post.memory
        return self.is_read() and not await store.unsent() and not await memory.untold("wecom")

    def lines(self, customer: str) -> list[str]:
        """What was answered to a customer, line by line."""
        answers = [text for user, text in self.wecom.delivered if user == customer and text.startswith("答：")]
        return [line for text in answers for line in text.removeprefix("答：").splitlines()]

    def is_read(self) -> bool:
        """The account was read to its end since something happened last."""
        return self.wecom.read_to == len(self.wecom.log)


@pytest.mark.parametrize("seed", range(8))
async def test_that_a_random_day_loses_nothing_and_says_nothing_twice(wecom, open_premises, connect, seed, monkeypatch):
    monkeypatch.setattr("agent.mailroom.delivery.FIRST_RETRY_S", 0.05)
    monkeypatch.setattr("agent.mailroom.following.FIRST_RETRY_S", 0.05)
    monkeypatch.setattr("channels.wecom.sync._AGAIN_S", 0.05)
    premises = await open_premises(pace=Pace(outbox_burst_s=0.0))
    await connect(premises, every_s=0.1)
    day = Day(wecom, premises, connect, seed)
    await day.play(40)
    await day.evening()
    for customer in CUSTOMERS:
        lines = day.lines(customer)
        assert len(lines) == len(set(lines)), "no line is answered twice"
        is_with_people = wecom.session(customer).state in (2, 3)
        assert is_with_people or lines[-1] == day.written[customer][-1], "whom no person has, the bot answers"
        thread = await premises.shop.store.thread(conversation_of(customer))
        taken = [entry.text.splitlines()[-1] for entry in thread if entry.role == "customer"]
        assert taken == day.written[customer], "each message was taken once, in order"
        people = [entry.text for entry in thread if entry.role == "person"]
        assert len(people) == len(set(people))
    assert {code for _, code in wecom.asked} & FORBIDDEN == set()
    assert await premises.shop.store.waiting_conversations() == ()
