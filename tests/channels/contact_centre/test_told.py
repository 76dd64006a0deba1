import re

from agent.settings import Settings
from channels.contact_centre.opening import open_channels, told_of
from channels.rasa.routes import RasaRoutes

SET = {
    "chatwoot": {"url": "https://desk.example", "account": 3, "bot_token": "b", "secret": "s"},
    "wecom": {"corp_id": "ww1", "secret": "s", "token": "t", "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"},
    "dingtalk": {"client_id": "d", "client_secret": "s", "conversation": "cid"},
    "webhook": {"url": "https://own.example", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    "rasa": True,
}


async def test_that_each_channel_is_told_with_the_path_that_it_serves(open_premises):
    settings = Settings(**SET)
    channels = open_channels(settings, (await open_premises()).shop)
    routers = [channel.router for channel in channels if channel.router] + [RasaRoutes(None, None, None, None).router()]
    lines = list(told_of(settings))
    assert sorted(line.partition(":")[0] for line in lines) == sorted([*(one.name for one in channels), "rasa"])
    told = {found for line in lines for found in re.findall(r" at (/\S+?)(?:,|$)", line)}
    assert told <= {route.path for router in routers for route in router.routes}
    assert len(told) == 4
    for channel in channels:
        if channel.close is not None:
            await channel.close()


def test_that_a_server_without_channels_tells_of_none():
    assert list(told_of(Settings())) == []
