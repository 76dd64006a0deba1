from datetime import date
from zoneinfo import ZoneInfo

import pytest

from evaluation.online.report import online_report
from evaluation.online.trend import FIGURES, trend
from knowledge.pack import default_pack, load_pack
from retrieval.embedders.use import UseEmbedder

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def figures():
    """A figure by stretch; None where nothing was measured."""

    def read(told, name):
        found = [{score.name: score.value for score in one.scores}.get(name) for one in told.stretches]
        return [None if value is None else round(value, 3) for value in found]

    return read


def test_that_each_day_has_its_own_figures_and_no_day_is_left_out(kept, figures):
    kept.turn("U1", 76, tools=(True,)).turn("U2", 75, handoff="anger").turn("U3", 3, tools=(True, False))
    told = trend(kept.period, "day", SHANGHAI)
    assert [one.begins.day for one in told.stretches] == [
        17,
        18,
        19,
        20,
    ]  # 76 and 75 h before the 20th at 8 in Shanghai: the 17th
    assert figures(told, "containment")[0] == 0.5 and figures(told, "containment")[-1] == 1.0
    assert figures(told, "tool_success")[-1] == 0.5 and None in figures(told, "containment")
    assert told.stretches[0].reasons == {"anger": 1} == told.reasons


def test_that_a_session_counts_for_the_day_it_began_on_in_the_shop(kept):
    kept.turn("U1", 7)  # 17:00 of the 19th in London, 01:00 of the 20th in Shanghai
    assert [one.begins for one in trend(kept.period, "day", SHANGHAI).stretches] == [date(2026, 11, 20)]
    assert [one.begins for one in trend(kept.period, "day", ZoneInfo("UTC")).stretches] == [date(2026, 11, 19)]


def test_that_a_week_begins_on_its_monday(kept):
    kept.turn("U1", 24 * 12).turn("U2", 24)
    told = trend(kept.period, "week", SHANGHAI)
    assert [one.begins for one in told.stretches] == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert [one.sessions for one in told.stretches] == [1, 0, 1]


def test_that_the_whole_is_what_the_report_tells(kept):
    kept.turn("U1", 200).turn("U1", 180).turn("U2", 100, handoff="anger", tools=(True, False)).rated("c-U1", 5, 179)
    whole = {one.name: (one.value, one.n, one.interval) for one in trend(kept.period, "day", SHANGHAI).scores}
    report = online_report(kept.period, load_pack(default_pack()), UseEmbedder().embed)
    told = {one.name: (one.value, one.n, one.interval) for one in report.scores if one.name in FIGURES}
    assert {name: found[:2] for name, found in whole.items()} == {name: found[:2] for name, found in told.items()}
    assert whole["containment"] == told["containment"]


def test_that_nothing_stored_is_told_as_nothing(kept):
    told = trend(kept.period, "day", ZoneInfo("UTC"))
    assert (told.turns, told.sessions, told.stretches, told.scores) == (0, 0, (), ())


def test_that_a_trend_is_plain_json(kept):
    kept.turn("U1", 3)
    told = trend(kept.period, "day", SHANGHAI).as_json()
    (stretch,) = told["stretches"]
    assert stretch["begins"] == kept.turns[0].created_at.astimezone(SHANGHAI).date().isoformat()
    assert told["scores"]["containment"]["value"] == 1.0
