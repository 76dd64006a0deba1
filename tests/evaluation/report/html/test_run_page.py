import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from agent.messages import Handoff, PendingAction, ToolUse
from evaluation.records import Claim, Finding, IntentSeen, PassageSeen, RejectedDraft, Trace
from evaluation.report.html.judged import judge_turns
from evaluation.report.html.run_page import run_page
from evaluation.report.scoring import measure, with_intervals
from evaluation.statistics.comparison import compare

VOID = {"meta", "input", "br", "path", "rect", "circle"}
RIGHT = {"outcome": ["answered"]}
WRONG = {"outcome": ["handoff"]}
TRACE = Trace(
    intents=(IntentSeen("stock", 0.91, "有货吗"),),
    passages=(PassageSeen("care#1", 0.7), PassageSeen("old#2", dropped="not in force")),
    rejected=(RejectedDraft("只要9元", (Finding("figure", "9元"),)),),
    failures=("retrieval",),
)


class Reading(HTMLParser):
    """Reads a page and refuses tags that do not close each other."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.tags, self.texts = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(self.texts)


def read(page):
    reading = Reading()
    reading.feed(page)
    reading.close()
    assert reading.open == []
    return reading


def page_of(run, before=None, missed=()):
    scores = with_intervals(measure(run))
    return run_page(run, scores, compare(before, run, scores) if before else None, before, missed)


def test_that_the_page_is_well_formed_and_loads_nothing(turn, case, run_of) -> None:
    page = page_of(run_of(case(turn(expect=WRONG), turn()), case(turn(expect=RIGHT), name="b")))
    reading = read(page)
    assert len(reading.ids) == len(set(reading.ids))
    assert not re.search(r"https?://|@import|url\(|<link|<img|<iframe|\bsrc=", page)
    assert any("default-src 'none'" in attrs.get("content", "") for tag, attrs in reading.tags if tag == "meta")


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style></script><b>", "a\x00b\u202e"]
)
def test_that_no_text_from_outside_becomes_markup(evil, turn, case, run_of) -> None:
    played = replace(
        turn(evil, customer=evil, expect={"include": [[evil + "!"]]}, reference=evil, crash=""),
        trace=Trace(
            intents=(IntentSeen(evil, 0.5, evil),), passages=(PassageSeen(evil, dropped=evil),), package={evil: [evil]}
        ),
    )
    run = replace(
        run_of(case(played, name=evil, family=evil, tags=(evil,), origin=evil)), shop_id=evil, release_id=evil
    )
    plain = replace(run_of(case(turn("x", customer="x", expect={"include": [["y"]]}, reference="x"), family="x")))
    assert [tag for tag, _ in read(page_of(run)).tags if tag in ("script", "img", "b", "style")].count("script") == 1
    assert "alert" not in "".join(
        str(attrs) for tag, attrs in read(page_of(run)).tags if any(name.startswith("on") for name in attrs)
    )
    assert len(re.findall("<script", page_of(run))) == len(re.findall("<script", page_of(plain)))


def test_that_the_worst_turns_come_first(turn, case, run_of) -> None:
    run = run_of(
        case(turn(), name="fine"),
        case(turn(expect={"include": [["30元"]]}), name="missing"),
        case(turn("9元", claims=[Claim("amount", "9", False)]), name="invented"),
        case(turn(crash="KeyError"), name="crashed"),
    )
    assert [one.case.case_id for one in judge_turns(run, None, None)] == ["crashed", "invented", "missing", "fine"]


def test_that_a_turn_shows_why_it_was_answered_so(turn, case, run_of) -> None:
    use = ToolUse("cancel_order", {"order_id": "A1"}, False, "write", "timeout")
    pending = PendingAction("cancel_order", {"order_id": "A1"}, "h", "取消订单A1", "t")
    played = turn(tools=(use,), pending_action=pending, handoff=Handoff("anger", "k", "正在转接", True), expect=WRONG)
    text = read(page_of(run_of(case(replace(played, trace=TRACE))))).text
    for told in (
        "stock",
        "0.91",
        "care#1",
        "not in force",
        "只要9元",
        "figure: 9元",
        "timeout",
        "取消订单A1",
        "anger",
        "正在转接",
    ):
        assert told in text


def test_that_without_a_baseline_no_better_or_worse_is_claimed(turn, case, run_of) -> None:
    assert "No baseline was named" in read(page_of(run_of(case(turn())))).text


def test_that_equal_runs_show_no_difference(turn, case, run_of) -> None:
    run = run_of(case(turn(expect=RIGHT)), case(turn(expect=WRONG), name="b"))
    text = read(page_of(run, before=run)).text
    assert "No difference shown" in text
    assert "the same, turn by turn" in text


def test_that_what_broke_stands_beside_what_the_baseline_said(turn, case, run_of) -> None:
    before = run_of(*(case(turn("马上为您转接", expect=WRONG, outcome="handoff"), name=f"c-{n}") for n in range(12)))
    now = run_of(*(case(turn("不知道呢", expect=WRONG), name=f"c-{n}") for n in range(12)))
    text = read(page_of(now, before)).text
    assert "Worse" in text
    assert "12 broke and 0 were mended" in text
    assert "马上为您转接" in text
    assert "lost outcome" in text


def test_that_missed_floors_stand_at_the_top(turn, case, run_of) -> None:
    assert "intent: 0.1, floor 0.9" in read(page_of(run_of(case(turn())), missed=["intent: 0.1, floor 0.9"])).text


def test_that_both_splits_of_each_family_are_told(turn, case, run_of) -> None:
    cases = [
        case(turn(expect=RIGHT), name=f"{family}-{split}", family=family, split=split)
        for family in ("policy", "stock")
        for split in ("tuned", "untouched")
    ]
    text = read(page_of(run_of(*cases))).text
    assert "cases passed, tuned" in text
    assert "cases passed, untouched" in text


def test_that_the_same_run_gives_the_same_page(turn, case, run_of) -> None:
    run = run_of(case(turn(expect=WRONG)), case(turn(), name="b"))
    assert page_of(run) == page_of(run)


def test_that_a_run_of_nothing_is_a_page_too(run_of) -> None:
    assert "0 cases" in read(page_of(run_of())).text
