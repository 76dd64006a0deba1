import pytest

from evaluation.online.page import online_page
from evaluation.online.report import online_report
from knowledge.pack import default_pack, load_pack
from retrieval.embedders.use import UseEmbedder


@pytest.fixture(scope="module")
def pack():
    return load_pack(default_pack())


@pytest.fixture(scope="module")
def embed():
    return UseEmbedder().embed


@pytest.fixture
def told(pack, embed):
    """The figures of a period by name: value and n."""

    def figures(kept):
        found = {one.name: one for one in online_report(kept.period, pack, embed).scores}
        return {name: (round(one.value, 3), one.n) for name, one in found.items()}

    return figures


def test_that_containment_counts_sessions_and_handoffs_their_reasons(kept, told, pack, embed):
    kept.turn("U1").turn("U2").turn("U3", handoff="anger").turn("U4", handoff="anger").turn("U5", handoff="requested")
    assert told(kept)["containment"] == (0.4, 5)
    assert online_report(kept.period, pack, embed).reasons == {"anger": 2, "requested": 1}


def test_that_a_return_with_the_same_matter_within_three_days_reopens(kept, told):
    kept.turn("U1", 200).turn("U1", 180)  # came back with it: the first is reopened, the second is not
    kept.turn("U2", 200).turn("U2", 100)  # after more than three days
    kept.turn("U3", 200).turn("U3", 180, intents=("stock",))  # with another matter
    kept.turn("U4", 200).turn("U4", 180, intents=("greeting",)).turn("U5", 20)  # small talk; too late to know
    assert told(kept)["reopened"] == (round(1 / 7, 3), 7)


def test_that_only_who_rated_counts_in_the_satisfaction(kept, told):
    kept.turn("U1").turn("U2").turn("U3").turn("U4")
    kept.rated("c-U1", 5).rated("c-U2", 4).rated("c-U3", 1).rated("c-U4", None)
    figures = told(kept)
    assert (figures["csat"], figures["rating"], figures["rating_responses"]) == ((0.667, 3), (3.333, 3), (0.75, 4))


def test_that_a_conversion_is_an_order_paid_within_three_days(kept, told):
    kept.turn("U1").turn("U2").turn("U3", 200).turn("U4", 10)
    kept.paid("U1", 90).paid("U2", 110).paid("U3", 100).paid("U4", 5)
    assert told(kept)["conversion"] == (round(1 / 3, 3), 3)


def test_that_without_any_event_there_is_no_conversion_rather_than_none(kept, told):
    assert "conversion" not in told(kept.turn())


def test_that_tools_and_times_are_measured_by_the_scorers_of_replays(kept, told):
    figures = told(kept.turn(tools=[True, True, False]).turn("U2", tools=[True]))
    assert figures["tool_success"] == (0.75, 4)
    assert figures["total_p50_ms"] == (30.0, 2)
    assert "intent" not in figures


def test_that_who_asks_for_the_identity_must_be_told_it(kept, told, pack):
    kept.turn(text="你是谁", said=f"我是{pack.shop.assistant}", intents=("identity",))
    kept.turn("U2", text="你是谁", said="我是通义千问", intents=("identity",))
    assert told(kept)["identity"] == (0.5, 2)


def test_that_questions_asked_in_vain_are_put_together(kept, pack, embed):
    for customer, text in (("U1", "可以用数字人民币付款吗"), ("U2", "能用数字人民币付款吗"), ("U3", "有没有线下门店")):
        kept.turn(customer, text=text, strategy="abstain", outcome="declined", intents=("payment",))
    gaps = online_report(kept.period, pack, embed).gaps
    assert [gap.count for gap in gaps] == [2, 1]
    assert "数字人民币" in gaps[0].title


def test_that_the_page_escapes_what_customers_wrote(kept, pack, embed):
    for number in range(3):
        kept.turn(
            f"U{number}",
            100 + 24 * number,
            text="<script>alert(1)</script>",
            strategy="abstain",
            outcome="declined",
            handoff="anger" if number else None,
        )
    page = online_page(online_report(kept.rated("c-U0", 5).period, pack, embed))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Day by day" in page


def test_that_a_period_of_nothing_is_told_as_such(kept, pack, embed):
    report = online_report(kept.period, pack, embed)
    assert (report.scores, report.as_json()["sessions"]) == ((), 0)
    assert online_page(report).startswith("<!DOCTYPE html>")
