"""WeCom as its documents describe it: tokens, cursors, sessions, limits of replies, callbacks that are sealed by wechatpy."""

import asyncio
import base64
import random
import re
import time
from dataclasses import dataclass, field
from itertools import count

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from wechatpy.crypto import PrpCrypto, _get_signature

from agent.settings.connections import WecomSettings
from channels.contact_centre.intake import Intake
from channels.http.refusals import install_refusals
from channels.wecom.opening import open_wecom

CORP, SECRET, TOKEN = "ww0123456789abcdef", "the-secret-of-the-application", "xiaoer"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KF = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"
LOGIN_SECRET = "0123456789abcdef0123456789abcdef"
MOVES = {0: {1, 2, 3}, 1: {2, 3}, 2: {3}, 3: {3, 4}, 4: set()}
"""Where a session may be moved from each state (document 94669)."""
DAY_S = 86400.0


class Refused(Exception):
    """WeCom answers with an error code."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


@dataclass
class Session:
    """A customer's session at the account."""

    state: int = 4
    servicer: str = ""
    wrote_at: float = 0.0
    allowed: int = 0


@dataclass
class Code:
    """Allows one message to be sent on an event."""

    user: str
    state: int | None
    """In which the session must be; None: in any."""
    until: float


@dataclass
class Servicers:
    """Who serves the account, and whether they take sessions."""

    at_work: dict[str, bool] = field(default_factory=lambda: {"zhangsan": True, "lisi": True})


class FakeWecom:
    """One company with one account. What the program does wrong is refused with WeCom's own codes."""

    def __init__(self) -> None:
        self.skew_s = 0.0
        self.tokens: dict[str, float] = {}
        self.bell_tokens: dict[str, float] = {}
        self.untokened: list[float] = []
        self.untokened_per_minute = 1000
        self.log: list[dict] = []
        self.page_size = 1000
        self.empty_pages = self.read_to = 0
        """Items that the program says it has kept, by the cursor that it sends."""
        self.shuffles = self.repeats = False
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Code] = {}
        self.servicers = Servicers().at_work
        self.msgids: dict[str, str] = {}
        self.delivered: list[tuple[str, str]] = []
        self.asked: list[tuple[str, int]] = []
        self.faults: list[tuple[str, int | str]] = []
        """The next call of a path is answered with a code, or is done and its answer ``lost``."""
        self.code_of_repeated_msgid = 95031
        self.heard = asyncio.Condition()
        self.shop: httpx.AsyncClient | None = None
        self.loses_callbacks = False
        self.acknowledged = 0
        self._numbers = count(1)
        self.app = FastAPI()
        self.app.add_api_route("/cgi-bin/{path:path}", self.answer, methods=["GET", "POST"])

    @property
    def now(self) -> float:
        return time.time() + self.skew_s

    # What the program may ask.

    async def answer(self, request: Request, path: str) -> Response:
        body = await request.json() if request.method == "POST" else {}
        fault = next((one for one in self.faults if one[0] == path), None)
        if fault is not None:
            self.faults.remove(fault)
        try:
            if fault is not None and isinstance(fault[1], int):
                raise Refused(fault[1])
            told = self._told(path, dict(request.query_params), body)
        except Refused as refused:
            told = {"errcode": refused.errcode, "errmsg": f"refused, hint: [{next(self._numbers)}]"}
        async with self.heard:
            self.asked.append((path, told["errcode"]))
            self.heard.notify_all()
        if fault is not None and fault[1] == "lost":
            return Response("<html>502</html>", status_code=502)
        return JSONResponse(told)

    def _told(self, path: str, query: dict, body: dict) -> dict:
        if path == "gettoken":
            if (query["corpid"], query["corpsecret"]) != (CORP, SECRET):
                raise Refused(40001)
            token = next((one for one, until in self.tokens.items() if until > self.now), f"at-{next(self._numbers)}")
            self.tokens.setdefault(token, self.now + 7200)
            return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}
        if query.get("access_token") not in self.tokens:
            raise Refused(40014)
        if self.tokens[query["access_token"]] <= self.now:
            raise Refused(42001)
        doing = getattr(self, "_" + path.removeprefix("kf/").replace("/", "_"))
        return {"errcode": 0, "errmsg": "ok", **doing({**query, **body})}

    def _account_list(self, asked: dict) -> dict:
        other = {"open_kfid": "wkOther", "name": "别的", "manage_privilege": False}
        found = [{"open_kfid": KF, "name": "客服", "manage_privilege": True}, other]
        return {"account_list": found[asked["offset"] : asked["offset"] + asked["limit"]]}

    def _servicer_list(self, asked: dict) -> dict:
        listed = [{"userid": name, "status": 0 if works else 1} for name, works in self.servicers.items()]
        return {"servicer_list": [*listed, {"department_id": 2}]}

    def _sync_msg(self, asked: dict) -> dict:
        if asked["open_kfid"] != KF:
            raise Refused(95000)
        if "token" in asked:
            if self.bell_tokens.get(asked["token"], 0.0) <= self.now:
                raise Refused(95007)
        else:
            self.untokened = [at for at in self.untokened if at > self.now - 60] + [self.now]
            if len(self.untokened) > self.untokened_per_minute:
                raise Refused(45009)
        begin = self.read_to = int(base64.b32decode(asked["cursor"].encode())) if asked["cursor"] else 0
        kept = [place for place, item in enumerate(self.log) if item["send_time"] > self.now - 3 * DAY_S]
        begin = max(begin, kept[0] if kept else len(self.log))
        end = min(begin + min(asked["limit"], self.page_size), len(self.log))
        if self.empty_pages:
            self.empty_pages -= 1
            end = begin
        page = self.log[begin:end]
        if self.repeats:
            page = self.log[max(0, begin - 3) : begin] + page
        if self.shuffles:
            page = random.Random(end).sample(page, len(page))
        cursor = base64.b32encode(f"{end:08d}".encode()).decode()
        return {"next_cursor": cursor, "has_more": int(end < len(self.log)), "msg_list": page}

    def _send_msg(self, asked: dict) -> dict:
        session = self.sessions.get(asked["touser"])
        if asked["open_kfid"] != KF or session is None:
            raise Refused(40096)
        self._check(asked)
        if session.state not in (0, 1):
            raise Refused(95018)
        if self.now - session.wrote_at > 2 * DAY_S:
            raise Refused(95002)
        if session.allowed < 1:
            raise Refused(95001)
        session.allowed -= 1
        return self._deliver(asked, asked["touser"])

    def _send_msg_on_event(self, asked: dict) -> dict:
        self._check(asked)
        code = self.codes.pop(asked["code"], None)
        if code is None or code.until < self.now:
            raise Refused(40029)
        if code.state is not None and self.sessions[code.user].state != code.state:
            raise Refused(95018)
        return self._deliver(asked, code.user)

    def _check(self, asked: dict) -> None:
        if not re.fullmatch(r"[0-9a-zA-Z_-]{1,32}", asked["msgid"]):
            raise Refused(40058)
        if len(asked["text"]["content"].encode()) > 2048:
            raise Refused(45002)
        if asked["msgid"] in self.msgids:
            raise Refused(self.code_of_repeated_msgid)

    def _deliver(self, asked: dict, user: str) -> dict:
        self.msgids[asked["msgid"]] = user
        self.delivered.append((user, asked["text"]["content"]))
        return {"msgid": asked["msgid"]}

    def _service_state_get(self, asked: dict) -> dict:
        session = self.sessions.get(asked["external_userid"], Session())
        told = {"service_state": session.state}
        return {**told, "servicer_userid": session.servicer} if session.state == 3 else told

    def _service_state_trans(self, asked: dict) -> dict:
        session, state = self.sessions.get(asked["external_userid"], Session()), asked["service_state"]
        if session.state == 4:
            raise Refused(95013)
        if state not in MOVES[session.state]:
            raise Refused(95016)
        servicer = asked.get("servicer_userid", "") if state == 3 else ""
        if state == 3 and servicer not in self.servicers:
            raise Refused(95014)
        if state == 3 and not self.servicers[servicer]:
            raise Refused(95019)
        session.state, session.servicer = state, servicer
        if state == 1:
            return {}
        return {"msg_code": self._code(asked["external_userid"], state, 20 if state == 4 else 2 * DAY_S)}

    def _code(self, user: str, state: int | None, holds_s: float) -> str:
        code = f"code-{next(self._numbers)}"
        self.codes[code] = Code(user, state, self.now + holds_s)
        return code

    # What customers and servicers do.

    async def write(self, text: str = "1 fine", user: str = "wmFang", ring: bool = True, **more: object) -> str:
        """A customer writes."""
        session = self.session(user)
        if session.state == 4 or self.now - session.wrote_at > 2 * DAY_S:
            session.state, session.servicer = 0, ""
        session.wrote_at, session.allowed = self.now, 5
        item = {"open_kfid": KF, "external_userid": user, "origin": 3, "msgtype": "text", "text": {"content": text}}
        return await self.happen({**item, **more}, ring)

    def session(self, user: str = "wmFang") -> Session:
        return self.sessions.setdefault(user, Session())

    async def happen(self, item: dict, ring: bool = True) -> str:
        msgid = f"4WjjZVmdni5oc5PoFfy6UBHtzhW5HjYccrZHdmM{next(self._numbers):05d}"
        self.log.append({"msgid": msgid, "send_time": int(self.now), **item})
        if ring:
            await self.ring()
        return msgid

    async def event(self, kind: str, user: str = "wmFang", ring: bool = True, **more: object) -> None:
        told = {"event_type": kind, "open_kfid": KF, "external_userid": user, **more}
        await self.happen({"origin": 4, "msgtype": "event", "event": told}, ring)

    async def enter(self, user: str = "wmFang", scene_param: str = "") -> None:
        code = self._code(user, None, 20)
        await self.event("enter_session", user, scene="shop", scene_param=scene_param, welcome_code=code)

    async def take(self, servicer: str, user: str = "wmFang", change_type: int = 1, ring: bool = True) -> None:
        """A servicer takes a session in WeCom's client."""
        session = self.session(user)
        session.state, session.servicer = 3, servicer
        await self.event("session_status_change", user, ring, change_type=change_type, new_servicer_userid=servicer)

    async def say(self, servicer: str, text: str, user: str = "wmFang", ring: bool = True) -> str:
        item = {"open_kfid": KF, "external_userid": user, "origin": 5, "servicer_userid": servicer}
        return await self.happen({**item, "msgtype": "text", "text": {"content": text}}, ring)

    async def end(self, user: str = "wmFang", ring: bool = True) -> None:
        session = self.sessions[user]
        servicer, session.state, session.servicer = session.servicer, 4, ""
        await self.event("session_status_change", user, ring, change_type=3, old_servicer_userid=servicer)

    # Callbacks.

    def sealed(self, xml: str, corp: str = CORP) -> str:
        return PrpCrypto(base64.b64decode(AES_KEY + "=")).encrypt(xml, corp).decode()

    def query(self, sealed: str, at: float | None = None, token: str = TOKEN) -> dict[str, str]:
        stamp, nonce = str(int(at if at is not None else time.time())), str(next(self._numbers))
        return {"msg_signature": _get_signature(token, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}

    async def post(self, sealed: str, query: dict[str, str]) -> httpx.Response:
        body = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>"
        return await self.shop.post("/channels/wecom", params=query, content=body)

    def bell(self) -> str:
        token = f"ENC{next(self._numbers)}"
        self.bell_tokens[token] = self.now + 600
        return (
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><CreateTime>{int(self.now)}</CreateTime>"
            f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
            f"<Token><![CDATA[{token}]]></Token><OpenKfId><![CDATA[{KF}]]></OpenKfId></xml>"
        )

    async def ring(self) -> None:
        """Call back, three times at most, with five seconds each."""
        if self.loses_callbacks or self.shop is None:
            return
        for _ in range(3):
            sealed = self.sealed(self.bell())
            async with asyncio.timeout(5):
                answer = await self.post(sealed, self.query(sealed))
            if answer.status_code == 200:
                self.acknowledged += 1
                assert answer.text == "success"
                return

    async def until(self, said) -> None:
        async with asyncio.timeout(20), self.heard:
            await self.heard.wait_for(said)

    async def until_so(self, check) -> None:
        """Wait until something is so in the shop, asked anew whenever the shop asks WeCom."""
        async with asyncio.timeout(20):
            while not await check():
                async with self.heard:
                    await self.heard.wait()

    @property
    def texts(self) -> list[str]:
        """What customers were told, in order."""
        return [text for _, text in self.delivered]


@pytest.fixture
def wecom() -> FakeWecom:
    return FakeWecom()


@pytest.fixture
async def connect(wecom):
    """Puts the channel of an open shop into service, in place of the one before."""

    async def connected(premises, every_s: float = 60.0, **more) -> None:
        if wecom.shop is not None:
            await wecom.shop.aclose()
        told = WecomSettings(
            corp_id=CORP, secret=SECRET, token=TOKEN, aes_key=AES_KEY, **{"servicers": ("zhangsan", "lisi"), **more}
        )
        shop, transport = premises.shop, httpx.ASGITransport(app=wecom.app)
        channel = open_wecom(told, shop, Intake(shop.reception, 4000), SecretStr(LOGIN_SECRET), transport, every_s)
        app = FastAPI()
        install_refusals(app)
        app.include_router(channel.router)
        wecom.shop = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop")
        await premises.carry(channel)
        await wecom.until(lambda: ("kf/sync_msg", 0) in wecom.asked)

    yield connected
    if wecom.shop is not None:
        await wecom.shop.aclose()


@pytest.fixture
async def premises(open_premises, connect):
    """A shop in service, read again without callbacks every two tenths of a second."""
    opened = await open_premises()
    await connect(opened, every_s=0.2)
    return opened
