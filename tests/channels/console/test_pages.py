import re

import httpx
import pytest
from fastapi import FastAPI

from channels.console.pages import STATIC, page_routes
from channels.http.refusals import install_refusals


@pytest.fixture
async def browser_like():
    app = FastAPI()
    install_refusals(app)
    app.include_router(page_routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


async def test_that_the_page_runs_its_own_scripts_in_nobodys_frame(browser_like):
    answer = await browser_like.get("/console")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["frame-ancestors"]) == ("'self'", "'self'", "'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?! type=\"module\" src=)|<style| style=| on\w+=", answer.text)


async def test_that_every_file_is_served_as_what_it_is(browser_like):
    kinds = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
    for path in (path for path in STATIC.rglob("*") if path.is_file()):
        answer = await browser_like.get(f"/console/static/{path.relative_to(STATIC).as_posix()}")
        assert answer.headers["content-type"].split(";")[0] == kinds[path.suffix]
        assert answer.content == path.read_bytes()


async def test_that_an_unchanged_file_is_not_sent_again(browser_like):
    first = await browser_like.get("/console/static/app.js")
    again = await browser_like.get("/console/static/app.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["../pages.py", "%2e%2e/pages.py", "..%2f..%2fserve.py", "/etc/passwd", "", "nothing.js"]
)
async def test_that_no_other_file_is_served(browser_like, path):
    answer = await browser_like.get(f"/console/static/{path}")
    assert answer.status_code == 404


def test_that_no_page_makes_elements_out_of_markup():
    for path in STATIC.rglob("*.js"):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text("utf-8")
        ), path
