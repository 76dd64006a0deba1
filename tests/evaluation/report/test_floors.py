import pytest

from evaluation.errors import FloorsError
from evaluation.report.floors import load_floors, missed_floors
from evaluation.report.scoring import measure


@pytest.fixture
def scores(turn, case, run_of):
    right, wrong = turn(expect={"intent": ["stock"]}, intents=("stock",)), turn(expect={"intent": ["stock"]})
    return measure(run_of(case(right, wrong, turn(foreign=("TEA-1",)))))


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
def test_that_a_missed_floor_is_told_in_words(scores, floors, missed) -> None:
    assert missed_floors(scores, floors) == missed


def test_that_floors_are_read_from_yaml(tmp_path) -> None:
    path = tmp_path / "floors.yaml"
    path.write_text("intent: 0.9\nforeign: 0\npass_2: 0.5\ncrashes: 0\ntotal_p95_ms: 200\n")
    assert load_floors(path)["total_p95_ms"] == 200


@pytest.mark.parametrize(
    "text",
    [
        "intents: 0.9",
        "chrf: 20",
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
