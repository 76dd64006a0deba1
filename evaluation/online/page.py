"""Online reports as pages that need no network."""

from collections.abc import Iterable, Sequence

from evaluation.online.experiment import ExperimentReport, MetricStanding
from evaluation.online.report import OnlineReport
from evaluation.records import PlayedCase
from evaluation.report.html.headline import headline_card
from evaluation.report.html.markup import chip, esc, page, said, section, table
from evaluation.report.html.plots import score_bar
from evaluation.report.html.run_page import read_part
from evaluation.report.html.tables import score_table, times

_SHOWN = ("containment", "reopened", "csat", "conversion", "tool_success", "total_p95_ms")
_GAPS = 50
_TONES = {"b is better": "good", "b is worse": "bad"}


def online_page(report: OnlineReport) -> str:
    """What came of the conversations of a period, as a page; every text from outside is escaped."""
    told = {one.name: one for one in report.scores}
    cards = "".join(headline_card(told[name], of="customers") for name in _SHOWN if name in told)
    customers = len({one.case_id for one in report.sessions})
    chips = [f"{report.turns} turns", f"{len(report.sessions)} sessions", f"{customers} customers"]
    chips += [f"{report.paid} paid"] if report.paid else []
    body = (
        _header(
            f"{report.shop}: conversations", f"{report.since:%Y-%m-%d %H:%M} to {report.until:%Y-%m-%d %H:%M}", chips
        )
        + f'<main><div class="cards top">{cards}</div>'
        + section(
            "days",
            "Day by day",
            _days(report.sessions),
            "Sessions that the bot had to itself, of all sessions of the day.",
        )
        + section("handed", "Handed over, by reason", _bars(report.reasons.items(), len(report.sessions)))
        + section(
            "vain",
            "Asked in vain",
            _gaps(report),
            "What customers asked that the shop's knowledge does not answer; xiaoer knowledge gaps drafts policies for it.",
        )
        + section(
            "scores",
            "Every score",
            score_table(report.scores, None, "customers"),
            "Intervals are resampled by customer. A score that nothing could be measured for is absent.",
        )
        + section("times", "Times", times(report.scores))
        + "</main>"
    )
    return page(f"{report.shop}: conversations", body, read_part("page.css"), read_part("page.js"))


def experiment_page(report: ExperimentReport) -> str:
    """How an experiment stands, as a page."""
    plan = report.plan
    chips = [
        f"decided by {plan.metric}",
        f"smallest difference {plan.min_effect:g}",
        f"{plan.share:.0%} of customers in b",
    ]
    chips += [f"a {report.customers['a']} customers", f"b {report.customers['b']} customers"]
    tone = "bad" if report.is_off else _TONES.get(report.verdict, "info")
    rows = [_row(one) for one in report.metrics]
    heads = ("metric", "a", "b", "b − a", "95 %, at every look", "p, always valid", "reading")
    needed = (
        "How many customers it needs cannot be told before the first of them are measured."
        if report.needed is None
        else f"A difference of {plan.min_effect:g} is shown 8 times of 10 by {report.needed} customers in both arms together"
        f" ({report.needed_at_once} if one looked only once, at the end)."
    )
    lead = "The interval holds at every look: looking often makes no false win more likely. Only the deciding metric can win."
    body = (
        _header(f"Experiment {plan.name}", "", chips)
        + f'<main><p class="verdict {tone}"><b>{esc(report.verdict.capitalize())}</b> {esc(needed)}</p>'
        + section("metrics", "Metrics", table(heads, rows, "parts"), lead)
        + f'<p class="lead">{report.switched} customers were seen in both arms and are left out.</p></main>'
    )
    return page(f"Experiment {plan.name}", body, read_part("page.css"), read_part("page.js"))


def _header(title: str, lead: str, chips: Iterable[str]) -> str:
    told = "".join(chip(one) for one in chips)
    return (
        f'<header><div><h1>{esc(title)}</h1><p class="lead">{esc(lead)}</p><p class="lead">{told}</p></div>'
        '<button type="button" id="theme" aria-label="light or dark">◐</button></header>'
    )


def _days(sessions: Sequence[PlayedCase]) -> str:
    days: dict[str, list[PlayedCase]] = {}
    for session in sorted(sessions, key=lambda one: one.now.timestamp() if one.now else 0.0):
        if session.now is not None:
            days.setdefault(f"{session.now:%Y-%m-%d}", []).append(session)
    rows = []
    for day, found in days.items():
        kept = sum(one.stopped != "handed_off" for one in found)
        rows.append([esc(day), score_bar(kept / len(found), None), f"{kept / len(found):.0%}", str(len(found))])
    return table(("day", "contained", "", "sessions"), rows, "parts") if len(rows) > 1 else ""


def _bars(counts: Iterable[tuple[str, int]], whole: int) -> str:
    rows = [
        [esc(name), score_bar(count / whole, None), str(count), f"{count / whole:.1%} of sessions"]
        for name, count in counts
    ]
    return table(("reason", "", "sessions", "share"), rows, "parts") if rows else ""


def _gaps(report: OnlineReport) -> str:
    rows = [
        [
            f"<details><summary>{said(gap.title)}</summary><p>{'<br>'.join(said(one) for one in gap.examples[1:])}</p></details>",
            str(gap.count),
            "".join(chip(f"{reason} {count}") for reason, count in gap.reasons.items()),
            f"{gap.last:%Y-%m-%d}",
        ]
        for gap in report.gaps[:_GAPS]
    ]
    return table(("question", "messages", "why", "last"), rows, "parts") if rows else ""


def _row(one: MetricStanding) -> list[str]:
    reading = one.reading
    told = [
        f"<b>{arm.mean:.1%}</b> <small>of {arm.n}</small>" if arm.mean is not None else "–" for arm in (one.a, one.b)
    ]
    gap = "" if reading.difference is None else f"{reading.difference * 100:+.1f} points"
    span = (
        "" if reading.low is None or reading.high is None else f"{reading.low * 100:+.1f} … {reading.high * 100:+.1f}"
    )
    tone = {"better": "good", "worse": "bad"}.get(reading.standing, "info")
    name = esc(one.metric) + ("" if one.decides else " <small>watched</small>")
    return [name, *told, gap, span, f"{reading.p_value:.3f}", chip(reading.standing, tone)]
