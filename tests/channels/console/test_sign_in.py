import base64
import hashlib
import hmac

import httpx
import pytest
from fastapi import Depends, FastAPI, Request

from agent.settings import Settings
from channels.access.identity import sign_token
from channels.access.keys import key_digest, new_key
from channels.console.sealing import FILE
from channels.console.sign_in import COOKIE, SESSION_S, StaffDoor
from channels.http.refusals import install_refusals

OWN = {"X-Console": "1"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys():
    return {"mei": new_key(), "li": new_key()}


@pytest.fixture
def staff(keys):
    roles = {"mei": ("operator",), "li": ("viewer",)}
    return {name: {"key": key_digest(key), "roles": roles[name]} for name, key in keys.items()}


@pytest.fixture
def settings_of(tmp_path):
    """Settings with staff, as each process of one server reads them."""
    return lambda staff: Settings(staff=staff, releases=tmp_path / "releases")


@pytest.fixture
def knock(clock):
    """Asks a door who somebody is, as a request with these headers and this cookie."""

    async def ask(door, method="GET", cookie=None, base="http://127.0.0.1:8000", **headers):
        app = FastAPI()
        install_refusals(app)

        @app.api_route("/who", methods=["GET", "POST"], dependencies=[Depends(door.guard)])
        async def who(request: Request) -> str:
            return door.person(request).name

        cookies = {COOKIE: cookie} if cookie else {}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base, cookies=cookies) as client:
            answer = await client.request(method, "/who", headers={k.replace("_", "-"): v for k, v in headers.items()})
        return answer.json() if answer.is_success else answer.json()["error"]["code"]

    return ask


async def test_that_a_key_begins_a_session_that_ends(settings_of, staff, keys, clock, knock):
    door = StaffDoor(settings_of(staff), clock)
    held, person = door.sign_in(keys["mei"], "10.0.0.1")
    assert person.may("operator") and not person.may("editor")
    assert await knock(door, cookie=held) == "mei"
    clock.now += SESSION_S
    assert await knock(door, cookie=held) == "sign_in_needed"


async def test_that_any_process_knows_a_session_and_none_knows_it_after_the_key_changed(
    settings_of, staff, keys, clock, knock
):
    held, _ = StaffDoor(settings_of(staff), clock).sign_in(keys["mei"], "")
    assert await knock(StaffDoor(settings_of(staff), clock), cookie=held) == "mei"
    changed = {**staff, "mei": {"key": key_digest(new_key())}}
    assert await knock(StaffDoor(settings_of(changed), clock), cookie=held) == "sign_in_needed"
    assert await knock(StaffDoor(settings_of({"li": staff["li"]}), clock), cookie=held) == "sign_in_needed"


@pytest.mark.parametrize(
    "spoil",
    [lambda held: held[:-2], lambda held: "bGk~" + held.partition("~")[2], lambda held: "~", lambda held: "é~x"],
)
async def test_that_a_changed_session_is_none(settings_of, staff, keys, clock, knock, spoil):
    door = StaffDoor(settings_of(staff), clock)
    held, _ = door.sign_in(keys["mei"], "")
    assert await knock(door, cookie=spoil(held).encode("ascii", "ignore").decode()) == "sign_in_needed"


@pytest.mark.parametrize("known", ["", "0" * 64])
async def test_that_nobody_signs_in_by_what_the_settings_hold_of_a_key(settings_of, staff, clock, knock, known):
    door = StaffDoor(settings_of(staff), clock)
    said = f"console session\nmei\n{staff['mei']['key']}"
    token = sign_token(hmac.new(known.encode(), said.encode(), hashlib.sha256).hexdigest(), "mei", expires_at=9e9)
    held = base64.urlsafe_b64encode(b"mei").decode().rstrip("=")
    assert await knock(door, cookie=f"{held}~{token}") == "sign_in_needed"


def test_that_the_secret_of_sessions_is_the_servers_alone(settings_of, staff, tmp_path):
    StaffDoor(settings_of(staff))
    secret = tmp_path / "releases" / FILE
    assert (secret.stat().st_mode & 0o777, len(secret.read_text())) == (0o600, 64)
    assert [path.name for path in secret.parent.iterdir()] == [FILE]


async def test_that_a_secret_that_is_none_seals_nothing(settings_of, staff, keys, clock, knock, tmp_path):
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / FILE).write_text("")
    held, _ = StaffDoor(settings_of(staff), clock).sign_in(keys["mei"], "")
    assert await knock(StaffDoor(settings_of(staff), clock), cookie=held) == "sign_in_needed"


async def test_that_a_change_needs_the_header_of_the_page(settings_of, staff, keys, clock, knock):
    door = StaffDoor(settings_of(staff), clock)
    held, _ = door.sign_in(keys["mei"], "")
    assert await knock(door, "POST", held, X_Console="1") == "mei"
    assert await knock(door, "POST", held) == "not_from_console"
    assert await knock(door, "POST", held, X_Console="1", Sec_Fetch_Site="cross-site") == "not_from_console"


def test_that_wrong_keys_are_counted_by_address(settings_of, staff, clock):
    door = StaffDoor(settings_of(staff), clock)

    def code(address):
        with pytest.raises(Exception) as refused:
            door.sign_in("xk-wrong", address)
        return refused.value.code

    assert [code("10.0.0.1") for _ in range(11)] == ["key_unknown"] * 10 + ["too_many_keys"]
    assert code("10.0.0.2") == "key_unknown"


async def test_that_whoever_sits_at_the_machine_works_while_nobody_is_set_up(knock):
    door = StaffDoor(Settings())
    assert await knock(door) == "local"
    assert await knock(door, base="http://localhost:8000") == "local"
    assert await knock(door, base="http://[::1]:8000") == "local"


@pytest.mark.parametrize(
    ("settings", "base", "headers"),
    [
        ({"host": "0.0.0.0", "token_secret": "s" * 32}, "http://127.0.0.1:8000", {}),
        ({"token_secret": "s" * 32}, "http://127.0.0.1:8000", {}),
        ({"api_keys": {"app": "0" * 64}}, "http://127.0.0.1:8000", {}),
        ({}, "http://shop.example", {}),
        ({}, "http://127.0.0.1:8000", {"X_Forwarded_For": "203.0.113.9"}),
    ],
)
async def test_that_nobody_else_works_while_nobody_is_set_up(knock, settings, base, headers):
    assert await knock(StaffDoor(Settings(**settings)), base=base, **headers) == "staff_missing"
