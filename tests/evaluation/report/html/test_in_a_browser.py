"""The page as Chromium draws it; where there is none, the page as it is written is read with a parser (see docs/report.md)."""

import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from evaluation.report.html.run_page import run_page
from evaluation.report.scoring import measure, with_intervals
from evaluation.statistics.comparison import compare

NAMED = os.environ.get("TEST_BROWSER")
"""Set by .ci/run where a browser was installed: then it must be there and must work."""
BROWSER = NAMED or next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
RIGHT, WRONG = {"outcome": ["answered"]}, {"outcome": ["handoff"]}


@pytest.fixture(scope="module")
def page(turn, case, run_of, tmp_path_factory):
    right, wrong = (
        turn("在的", expect=RIGHT),
        turn("在的", expect=WRONG, customer="<script>document.title='hacked'</script>找人工"),
    )
    before = run_of(*(case(right, name=f"c-{n}", family="policy") for n in range(3)))
    now = run_of(
        case(right, wrong, name="c-0", family="policy"),
        case(turn("改了", expect=WRONG), name="c-1", family="stock"),
        case(right, name="c-2"),
    )
    scores = with_intervals(measure(now))
    path = tmp_path_factory.mktemp("page") / "run.html"
    path.write_text(run_page(now, scores, compare(before, now, scores), before), encoding="utf-8")
    return path


def drawn(page: Path, hash_: str = "", *more: str) -> str:
    """The page's elements after its script ran."""
    flags = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={page.parent / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    command = [BROWSER, *flags, *more, "--dump-dom", f"{page.as_uri()}{hash_}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def shown(dom: str) -> list[str]:
    """Ids of the turns that are to be seen."""
    tags = re.findall(r'<details class="turn[^>]*>', dom)
    return [re.search(r'id="([^"]+)"', tag)[1] for tag in tags if " hidden" not in tag]


if BROWSER is None:

    def test_that_the_page_as_written_has_every_turn_and_control(page):
        written = page.read_text(encoding="utf-8")
        assert shown(written) == ["c-0:2", "c-1:1", "c-0:1", "c-2:1"]
        for control in (
            'id="search"',
            'id="score"',
            'id="family"',
            'data-show="failed"',
            'data-show="broke"',
            'id="theme"',
        ):
            assert control in written
        assert "document.title='hacked'</script>" not in written

else:

    def test_that_the_script_runs_and_shows_the_failed_turns_first(page):
        dom = drawn(page)
        assert 'data-ready="true"' in dom
        assert shown(dom) == ["c-0:2", "c-1:1"]
        assert "2 of 4 turns" in dom
        assert "<title>Replay of chaye</title>" in dom

    @pytest.mark.parametrize(
        ("hash_", "seen"),
        [
            ("#show=all", ["c-0:2", "c-1:1", "c-0:1", "c-2:1"]),
            ("#show=broke", ["c-0:2", "c-1:1"]),
            ("#family=stock", ["c-1:1"]),
            ("#score=outcome&search=人工", ["c-0:2"]),
            ("#show=all&search=改了", ["c-1:1"]),
            ("#search=nothing-like-this", []),
        ],
    )
    def test_that_the_filters_leave_what_fits(page, hash_, seen):
        assert shown(drawn(page, hash_)) == seen

    def test_that_an_address_opens_its_turn(page):
        assert re.search(r'<details class="turn[^>]*id="c-2:1"[^>]*open', drawn(page, "#c-2:1"))

    @pytest.mark.parametrize("width", [375, 1280])
    def test_that_it_fits_a_phone_and_a_desk(page, width):
        picture = page.parent / f"{width}.png"
        drawn(page, "", f"--window-size={width},900", f"--screenshot={picture}")
        assert struct.unpack(">II", picture.read_bytes()[16:24])[1] == 900
        probe = page.with_name("probe.html")
        probe.write_text(
            page.read_text("utf-8").replace(
                "</body>",
                "<script>document.body.dataset.wide=document.documentElement.scrollWidth-innerWidth</script></body>",
            ),
            "utf-8",
        )
        assert int(re.search(r'data-wide="(-?\d+)"', drawn(probe, "", f"--window-size={width},900"))[1]) <= 0
