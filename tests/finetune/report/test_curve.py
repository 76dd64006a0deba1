import re
from xml.etree import ElementTree

import pytest

from finetune.report.curve import draw_curve
from finetune.report.record import StageLog

SVG = "{http://www.w3.org/2000/svg}"
ONE = StageLog("", ((1, 3.0), (2, 2.0), (4, 1.0)), ((0, 3.5), (2, 1.5), (4, 2.5)))


def points(drawing, kind):
    path = next(
        path.get("d") for path in ElementTree.fromstring(drawing).iter(f"{SVG}path") if path.get("class") == kind
    )
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_that_a_lower_loss_stands_lower_and_a_later_step_further_right():
    train = points(draw_curve([ONE]).replace("M56 16h22", ""), "train")
    assert [x for x, _ in train] == sorted({x for x, _ in train})
    assert [y for _, y in train] == sorted(y for _, y in train)


def test_that_the_best_evaluation_of_the_last_stage_is_ringed():
    circles = ElementTree.fromstring(draw_curve([ONE])).iter(f"{SVG}circle")
    told = [circle[0].text for circle in circles if circle.get("class") == "best"]
    assert told == ["step 2: evaluation loss 1.5000, the best"]


def test_that_a_later_stage_goes_on_where_the_one_before_ended():
    first, second = StageLog("one", ((1, 3.0), (4, 2.0)), ()), StageLog("two", ((1, 2.0), (4, 1.0)), ())
    drawing = draw_curve([first, second])
    assert len(points(drawing, "train")) == 4
    assert [x for x, _ in points(drawing, "train")] == sorted(x for x, _ in points(drawing, "train"))
    assert ">one<" in drawing and ">two<" in drawing


@pytest.mark.parametrize(
    "log", [StageLog("", (), ()), StageLog("", ((1, 2.0),), ()), StageLog("<b>", ((1, 0.0), (2, 0.0)), ((0, 0.0),))]
)
def test_that_any_log_makes_a_whole_drawing(log):
    drawing = ElementTree.fromstring(draw_curve([log]))
    assert drawing.tag == f"{SVG}svg"
    assert "prefers-color-scheme:dark" in drawing.find(f"{SVG}style").text
