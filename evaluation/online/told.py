"""Online reports in the terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluation.online.experiment import ExperimentReport, MetricStanding
from evaluation.online.report import OnlineReport
from evaluation.report.scoring import ScoreTold
from evaluation.report.table import score_cells

_GAPS_SHOWN = 10


def print_online(report: OnlineReport) -> None:
    """Print what came of the conversations of a period."""
    console = Console()
    customers = len({one.case_id for one in report.sessions})
    period = f"{report.since:%Y-%m-%d %H:%M} to {report.until:%Y-%m-%d %H:%M}"
    console.print(
        f"{report.shop}, {period}: {report.turns} turns, {len(report.sessions)} sessions, {customers} customers",
        highlight=False,
        markup=False,
    )
    if not report.sessions:
        console.print("no conversation in this period: name an earlier --since", highlight=False)
        return
    console.print(_scores(report.scores))
    if report.reasons:
        console.print(_counts("handed over for", "sessions", report.reasons.items()))
    if report.paid:
        console.print(f"paid by these customers in the period: {report.paid}", highlight=False)
    gaps = [(gap.title, gap.count) for gap in report.gaps[:_GAPS_SHOWN]]
    if gaps:
        console.print(_counts("asked in vain", "messages", gaps))


def print_experiment(report: ExperimentReport) -> None:
    """Print how an experiment stands."""
    console = Console()
    plan, customers = report.plan, report.customers
    lines = [
        f"experiment {plan.name}: {report.verdict}",
        f"decided by {plan.metric}, smallest difference worth knowing {plan.min_effect:g}, {plan.share:.0%} of customers in b",
        f"customers: a {customers['a']}, b {customers['b']}; seen in both and left out: {report.switched}",
    ]
    if report.needed is not None:
        lines.append(
            f"such a difference is shown 8 times of 10 by {report.needed} customers in both arms ({report.needed_at_once} if one looked only once)"
        )
    for line in lines:
        console.print(line, highlight=False, markup=False)
    table = Table("metric", "a (n)", "b (n)", "b − a", "95 %, at every look", "p", "reading")
    for one in report.metrics:
        table.add_row(*_standing(one))
    console.print(table)


def _scores(scores: Iterable[ScoreTold]) -> Table:
    table = Table("score", "value", "95 % interval", "n", "customers", "better")
    for score in scores:
        table.add_row(*score_cells(score))
    return table


def _counts(what: str, of: str, counts: Iterable[tuple[str, int]]) -> Table:
    table = Table(what, of)
    for name, count in counts:
        table.add_row(escape(name), str(count))
    return table


def _standing(one: MetricStanding) -> tuple[str, ...]:
    reading = one.reading
    told = [f"{arm.mean:.3f} ({arm.n})" if arm.mean is not None else "(0)" for arm in (one.a, one.b)]
    gap = "" if reading.difference is None else f"{reading.difference:+.3f}"
    span = "" if reading.low is None or reading.high is None else f"{reading.low:+.3f} … {reading.high:+.3f}"
    return (
        one.metric + ("" if one.decides else " (watched)"),
        *told,
        gap,
        span,
        f"{reading.p_value:.3f}",
        reading.standing,
    )
