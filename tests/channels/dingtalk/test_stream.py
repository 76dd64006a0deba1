import asyncio
import gc

from channels.dingtalk.client import Credentials
from channels.dingtalk.stream import Stream


async def _hear(told):
    pass


async def test_that_nothing_runs_on_after_listening(gateway, caplog):
    stream = Stream(Credentials("ding-app", "ding-secret", "ding-app"), gateway.url, _hear, _hear)
    listening = asyncio.create_task(stream.run())
    await gateway.press("s-lin", "take", "k-1")
    listening.cancel()
    await asyncio.wait({listening}, timeout=20)
    gc.collect()
    assert listening.cancelled()
    assert [line.message for line in caplog.records if line.name == "asyncio"] == []
