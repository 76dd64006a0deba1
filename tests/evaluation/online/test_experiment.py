import pytest

from evaluation.online.errors import PeriodError
from evaluation.online.experiment import Plan, arms_of, experiment_report
from evaluation.online.page import experiment_page

PLAN = Plan("voice", 0.5, "conversion", 0.1)


def many(kept, *, a=200, b=200, paid_a=20, paid_b=20, handed_b=0):
    for arm, count, paid, handed in (("a", a, paid_a, 0), ("b", b, paid_b, handed_b)):
        for number in range(count):
            customer = f"{arm}-{number}"
            kept.turn(customer, arm=arm, handoff="anger" if number < handed else None)
            if number < paid:
                kept.paid(customer)
    return kept.period


def test_that_equal_arms_show_no_difference(kept):
    report = experiment_report(many(kept), PLAN)
    assert (report.verdict, report.customers) == ("no difference shown", {"a": 200, "b": 200})
    assert report.metrics[0].reading.difference == 0


def test_that_a_large_difference_is_a_win(kept):
    report = experiment_report(many(kept, paid_b=90), PLAN)
    assert report.verdict == "b is better"
    assert report.metrics[0].reading.low > 0


def test_that_a_watched_metric_never_wins_the_experiment(kept):
    plan = Plan("voice", 0.5, "conversion", 0.1)
    report = experiment_report(many(kept, handed_b=120), plan)
    watched = next(one for one in report.metrics if one.metric == "containment")
    assert (report.verdict, watched.reading.standing, watched.decides) == ("no difference shown", "worse", False)


def test_that_few_customers_say_nothing(kept):
    assert experiment_report(many(kept, a=20, b=20), PLAN).verdict == "too early to say"


def test_that_arms_of_the_wrong_size_are_not_read(kept):
    assert experiment_report(many(kept, a=400, b=250), PLAN).verdict.startswith("not to be read")


def test_that_customers_seen_in_both_arms_are_left_out(kept):
    kept.turn("U1", arm="a").turn("U1", arm="b").turn("U2", arm="a").turn("U3")
    assert arms_of(kept.turns, "voice") == ({"U2": "a"}, 1)


def test_that_it_says_how_many_customers_are_needed(kept):
    report = experiment_report(many(kept), PLAN)
    assert 300 < report.needed_at_once < report.needed < 1_500


def test_that_an_experiment_nobody_was_in_is_refused(kept):
    with pytest.raises(PeriodError, match="no turn in this period"):
        experiment_report(many(kept), Plan("other", 0.5, "conversion", 0.1))


def test_that_the_page_says_what_may_be_said(kept):
    page = experiment_page(experiment_report(many(kept), PLAN))
    assert "No difference shown" in page
    assert "200 customers" in page
