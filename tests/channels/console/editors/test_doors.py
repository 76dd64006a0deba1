"""Every door of the console's API: who gets through, with nothing but what a stranger, a viewer or another site's page can send."""

import httpx
import pytest

OPEN = {("/console/api/sign-in", "post"), ("/console/api/sign-out", "post")}
FOR_OPERATORS = ("/tickets/", "/take-over", "/suggestion")


def doors_of(house):
    """Each route of the API with its method, its parts filled in."""
    paths = house.app.openapi()["paths"]
    doors = {(path, method) for path, told in paths.items() for method in told if path.startswith("/console/api")}
    assert len(doors) > 25
    return sorted(doors - OPEN)


def filled(path):
    return path.replace("{kind}", "preview").replace("{", "").replace("}", "").removeprefix("/console/api")


@pytest.fixture
async def stranger(house):
    transport = httpx.ASGITransport(house.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/console/api") as client:
        yield client


async def test_that_no_door_opens_without_a_session(house, stranger):
    for path, method in doors_of(house):
        for headers in (
            {"X-Console": "1"},
            {"X-Console": "1", "Cookie": "xiaoer_console=d2Vu~e30.e30.", "Authorization": "Bearer x"},
        ):
            answer = await stranger.request(method, filled(path), json={}, headers=headers)
            assert answer.json()["error"]["code"] == "sign_in_needed", (path, method)


async def test_that_a_viewer_changes_nothing_by_any_door(house):
    viewer = await house.by("guest")
    doors = [(path, method) for path, method in doors_of(house) if method != "get"]
    for path, method in doors:
        body = {
            "text": "x",
            "message_id": "m",
            "queue": "",
            "files": [],
            "file": "policies/x.md",
            "base": None,
            "version": "v",
            "seen": None,
        }
        schema = _body_of(house, path, method)
        sent = {key: body.get(key) for key in schema if key in body}
        answer = await viewer.request(method, filled(path), json=sent, params={"file": "policies/x.md", "seen": "x"})
        assert answer.json()["error"]["code"] == "role_missing", (path, method, answer.text)


async def test_that_an_editor_who_is_no_operator_writes_to_no_customer(house):
    editor = await house.by("wen")
    for path, method in doors_of(house):
        if method != "get" and any(part in path for part in FOR_OPERATORS):
            sent = dict.fromkeys(_body_of(house, path, method), "m")
            assert (await editor.request(method, filled(path), json=sent)).status_code == 403, path


@pytest.mark.parametrize(
    "headers", [{"X-Console": ""}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
async def test_that_no_other_sites_page_changes_anything(house, headers):
    editor = await house.by("wen")
    for path, method in doors_of(house):
        if method != "get":
            answer = await editor.request(method, filled(path), content="{}", headers=headers)
            assert answer.json()["error"]["code"] == "not_from_console", (path, method)


def _body_of(house, path, method):
    """The keys that a door's body may have."""
    told = house.app.openapi()
    asked = told["paths"][path][method].get("requestBody")
    if asked is None:
        return ()
    name = asked["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return tuple(told["components"]["schemas"][name]["properties"])
