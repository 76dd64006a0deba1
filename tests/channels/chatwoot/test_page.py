"""The page on Chatwoot leads to an answered message with its own settings."""

import re
import sys
from functools import partial
from pathlib import Path

import httpx
from fastapi import FastAPI

from agent.settings import load_settings
from channels.chatwoot.opening import open_chatwoot
from channels.contact_centre.intake import Intake

PAGE = Path(__file__).parents[3] / "docs" / "channels" / "chatwoot.md"


async def test_that_the_settings_of_the_page_lead_to_an_answered_message(
    open_premises, chatwoot, tmp_path, monkeypatch
):
    block = re.search(r"^```toml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]
    block = block.replace('bot_token = "…"', 'bot_token = "b-7"').replace('secret = "…"', 'secret = "s-7"')
    (tmp_path / "xiaoer.toml").write_text(block, encoding="utf-8")
    told = load_settings({}, {}, tmp_path).chatwoot
    monkeypatch.setattr(sys.modules[type(chatwoot).__module__], "BOT", "b-7")
    chatwoot.post = partial(chatwoot.post, secret="s-7")

    premises = await open_premises()
    channel = open_chatwoot(told, premises.shop, Intake(premises.shop.reception), chatwoot)
    app = FastAPI()
    app.include_router(channel.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop") as chatwoot.agent:
        await premises.carry(channel)
        await chatwoot.write("1 fine")
        await chatwoot.until(lambda: chatwoot.conversation().seen == ["答：1 fine"])
        await chatwoot.settled()
