import json

import pytest

from agent.messages import Reply
from evaluation.errors import FloorsError
from evaluation.play.replay import TurnResult
from evaluation.report.summary import as_json, load_floors, missed_floors, summarise
from evaluation.scorers.checks import Check


def turn(*checks: Check, ms: float = 10.0, **more) -> TurnResult:
    said = Reply("c", "m", "t", "您好", "answered", (), "inform", "bot", timings_ms={"total": ms})
    return TurnResult(
        **{"transcript_id": "t", "number": 1, "customer": "你好", "reply": said, "checks": checks, **more}
    )


RUN = (
    turn(Check("intent", 1.0, "", ""), Check("include", 0.5, "", ""), ms=10),
    turn(Check("intent", 0.0, "", ""), ms=30),
    turn(foreign=("TEA-1",), ungrounded=("7", "8"), ms=20),
    turn(reply=None, crash="X: y"),
)


def scores() -> dict[str, tuple[float, int]]:
    return {score.name: (score.value, score.n) for score in summarise(RUN)}


def test_that_a_score_is_the_mean_over_the_turns_that_asked_for_it() -> None:
    assert scores()["intent"] == (0.5, 2)
    assert scores()["include"] == (0.5, 1)
    assert "sources" not in scores()


def test_that_harm_is_counted_in_turns() -> None:
    assert [scores()[name] for name in ("foreign", "ungrounded", "crashes")] == [(1, 4), (1, 4), (1, 4)]
    assert scores()["turns_passed"] == (0.0, 4)


def test_that_the_time_is_the_median_of_the_turns_that_were_answered() -> None:
    assert scores()["median_turn_ms"] == (20.0, 3)


def test_that_a_run_of_nothing_has_no_scores() -> None:
    assert summarise(()) == ()


@pytest.mark.parametrize(
    ("floors", "missed"),
    [
        ({"intent": 0.5}, []),
        ({"intent": 0.51}, ["intent: 0.500, floor 0.51"]),
        ({"foreign": 1}, []),
        ({"foreign": 0}, ["foreign: 1, at most 0 allowed"]),
        ({"sources": 0.9}, ["sources: not measured, floor 0.9"]),
    ],
)
def test_that_a_missed_floor_is_told_in_words(floors, missed) -> None:
    assert missed_floors(summarise(RUN), floors) == missed


def test_that_floors_are_read_from_yaml(tmp_path) -> None:
    path = tmp_path / "floors.yaml"
    path.write_text("intent: 0.9\nforeign: 0\n")
    assert load_floors(path) == {"intent": 0.9, "foreign": 0.0}


@pytest.mark.parametrize(
    "text",
    [
        "intents: 0.9",
        "intent: high",
        "intent: true",
        "intent: .nan",
        "intent: .inf",
        "- intent",
        "",
        "intent: [",
        "\x00",
    ],
)
def test_that_a_floors_file_that_cannot_be_used_is_refused_with_its_name(tmp_path, text) -> None:
    path = tmp_path / "floors.yaml"
    path.write_text(text)
    with pytest.raises(FloorsError, match=r"floors\.yaml"):
        load_floors(path)


def test_that_a_floors_file_that_is_not_there_or_no_text_is_refused(tmp_path) -> None:
    with pytest.raises(FloorsError, match="cannot be read"):
        load_floors(tmp_path / "none.yaml")
    (tmp_path / "floors.yaml").write_bytes(b"\xff\xfeintent")
    with pytest.raises(FloorsError, match="cannot be read"):
        load_floors(tmp_path / "floors.yaml")


def test_that_a_run_is_written_for_machines() -> None:
    run = json.loads(json.dumps(as_json(summarise(RUN), RUN), ensure_ascii=False))
    assert run["scores"]["intent"] == {"value": 0.5, "n": 2}
    assert [one["passed"] for one in run["turns"]] == [False] * 4
    assert run["turns"][3]["crash"] == "X: y"
