"""Everything at once: events twice and out of order, refusals, lost answers, restarts. Each line is answered, and in one message."""

import asyncio
import random

import pytest
from fastapi import Response

from agent.assistant import Pace

LINES = 24
CUSTOMERS = (1, 2, 3)


def _trouble(chatwoot, luck: random.Random) -> None:
    """Something goes wrong in Chatwoot or on the way."""
    match luck.randrange(4):
        case 0:
            chatwoot.failures.append(Response(status_code=luck.choice([429, 500, 502, 503])))
        case 1:
            chatwoot.lost_answers += 1
        case 2:
            chatwoot.copies = luck.choice([1, 2, 3])
        case _ if chatwoot.held is None:
            chatwoot.held = []


def _release(chatwoot, luck: random.Random) -> None:
    held, chatwoot.held = chatwoot.held or [], None
    luck.shuffle(held)
    for event in held:
        chatwoot.send_off(event)


@pytest.mark.parametrize("seed", range(4))
async def test_that_a_bad_day_loses_and_doubles_nothing(open_premises, connect, chatwoot, come_true, monkeypatch, seed):
    monkeypatch.setattr("agent.mailroom.delivery.FIRST_RETRY_S", 0.02)
    luck = random.Random(seed)
    premises = await open_premises(Pace(outbox_burst_s=0.03))
    await connect(premises, agent_token="agent-token")
    for line in range(LINES):
        await chatwoot.write(f"{line} fine", luck.choice(CUSTOMERS))
        if luck.random() < 0.5:
            _trouble(chatwoot, luck)
        if luck.random() < 0.4:
            _release(chatwoot, luck)
        await asyncio.sleep(luck.choice([0, 0.02, 0.1]))
        if luck.random() < 0.15:
            await chatwoot.settled()
            await premises.close()
            await premises.open()
            await connect(premises, agent_token="agent-token")
    chatwoot.failures.clear()
    _release(chatwoot, luck)
    await chatwoot.settled()

    async def answered() -> list[str]:
        told = "\n".join(text for number in CUSTOMERS for text in chatwoot.conversation(number).seen)
        return sorted(told.replace("答：", "").splitlines())

    await come_true(answered, sorted(f"{line} fine" for line in range(LINES)))
    await premises.shop.reception.rest()
    await chatwoot.settled()
    assert len(await answered()) == LINES
