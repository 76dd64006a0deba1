"""The page for operators and the dashboard speak of the metrics that the program has, and of all of them."""

import json
import re
from pathlib import Path

import pytest

from channels.observe.metrics import Metrics

DOCS = Path(__file__).parents[3] / "docs"
DASHBOARD = json.loads((DOCS / "grafana" / "xiaoer.json").read_text(encoding="utf-8"))
_NAME = re.compile(r"\bxiaoer_[a-z_]+\b")


def exposed() -> set[str]:
    """The names of the metrics, as they are queried; of a histogram its own."""
    told = re.findall(r"^# TYPE (\S+) (\S+)$", Metrics().exposition().decode(), re.MULTILINE)
    return {name for name, kind in told if not name.endswith("_created")}


def queried() -> set[str]:
    """The names of the metrics that the dashboard asks for."""
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return {name.removesuffix("_bucket") for expression in asked for name in _NAME.findall(expression)}


def test_that_the_dashboard_asks_for_metrics_that_there_are() -> None:
    assert queried() <= exposed()


def test_that_the_dashboard_shows_every_metric() -> None:
    assert exposed() - queried() == set()


def test_that_the_page_tells_of_every_metric_and_of_no_other() -> None:
    page = (DOCS / "operate.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(xiaoer_[a-z_]+)` \|", page, re.MULTILINE))
    assert rows == exposed()
    assert {name.removesuffix("_bucket") for name in _NAME.findall(page)} == exposed()


def test_that_the_labels_of_a_query_are_those_of_its_metric() -> None:
    labels = {
        "xiaoer_turns_total": {"outcome"},
        "xiaoer_turn_duration_seconds_bucket": {"stage", "le"},
        "xiaoer_handoffs_open": {"status"},
        "xiaoer_tool_calls_total": {"tool", "outcome"},
    }
    asked = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    for expression in asked:
        for name, chosen in re.findall(r"(xiaoer_[a-z_]+)\{([^}]*)\}", expression):
            used = set(re.findall(r"(\w+)\s*(?:=|!)", chosen)) - {"job"}
            assert used <= labels.get(name, set()), expression


@pytest.mark.parametrize("panel", DASHBOARD["panels"], ids=lambda panel: panel["title"])
def test_that_a_panel_has_what_grafana_needs(panel) -> None:
    assert panel["type"] in {"stat", "timeseries"}
    place = panel["gridPos"]
    assert place["x"] + place["w"] <= 24
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert {"defaults", "overrides"} == set(panel["fieldConfig"])
    assert panel["options"]
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0


def test_that_panels_have_numbers_of_their_own_and_do_not_lie_on_each_other() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(taken) == len(set(taken))


def test_that_the_dashboard_has_the_fields_of_its_model() -> None:
    needed = {
        "annotations",
        "editable",
        "graphTooltip",
        "panels",
        "schemaVersion",
        "templating",
        "time",
        "title",
        "uid",
    }
    assert needed <= set(DASHBOARD)
    assert DASHBOARD["id"] is None
    assert [variable["name"] for variable in DASHBOARD["templating"]["list"]] == ["datasource", "job"]
