"""The page on WeCom leads to an answered message with its own settings."""

import re
import sys
from functools import partial
from pathlib import Path

import httpx
from fastapi import FastAPI

from agent.settings import load_settings
from channels.contact_centre.intake import Intake
from channels.wecom.opening import open_wecom

PAGE = Path(__file__).parents[3] / "docs" / "channels" / "wecom.md"


async def test_that_the_settings_of_the_page_lead_to_an_answered_message(open_premises, wecom, tmp_path, monkeypatch):
    block = re.search(r"^```toml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]
    (tmp_path / "xiaoer.toml").write_text(block, encoding="utf-8")
    told = load_settings({}, {}, tmp_path).wecom
    vendor = sys.modules[type(wecom).__module__]
    monkeypatch.setattr(vendor, "SECRET", told.secret.get_secret_value())
    wecom.query = partial(wecom.query, token=told.token.get_secret_value())

    premises = await open_premises()
    shop, transport = premises.shop, httpx.ASGITransport(app=wecom.app)
    channel = open_wecom(told, shop, Intake(shop.reception), None, transport, every_s=60.0)
    app = FastAPI()
    app.include_router(channel.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop") as wecom.shop:
        await premises.carry(channel)
        await wecom.until(lambda: ("kf/sync_msg", 0) in wecom.asked)
        await wecom.write("1 fine")
        await wecom.until(lambda: wecom.texts == ["答：1 fine"])
    wecom.shop = None
