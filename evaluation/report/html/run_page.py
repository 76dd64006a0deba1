"""A replay as one page: headline against the baseline, scores, families, times, worst turns first."""

from collections.abc import Sequence
from pathlib import Path

from evaluation.records import Run
from evaluation.report.html.cards import turn_cards
from evaluation.report.html.headline import headline
from evaluation.report.html.judged import judge_turns
from evaluation.report.html.markup import chip, esc, page, section
from evaluation.report.html.tables import part_table, score_table, times
from evaluation.report.scoring import ScoreTold
from evaluation.statistics.comparison import Comparison

_HERE = Path(__file__).parent


def run_page(
    run: Run,
    scores: Sequence[ScoreTold],
    change: Comparison | None = None,
    before: Run | None = None,
    missed: Sequence[str] = (),
) -> str:
    """Show a run as a page that needs no network; the same run gives the same page.

    Args:
        run: what was played.
        scores: of the whole run, with intervals.
        change: beside a baseline; None: there is none.
        before: the baseline, whose replies stand beside those that changed.
        missed: floors that were missed, in words.

    Returns:
        HTML; every text of the shop, its customers and its models is escaped.
    """
    title = f"Replay of {run.shop_id}"
    turns = judge_turns(run, change, before)
    body = (
        f'<header><div><h1>{esc(title)}</h1><p class="lead">{_about(run, before)}</p></div>'
        '<button type="button" id="theme" aria-label="light or dark">◐</button></header><main>'
        f"{headline(run, scores, change, missed)}"
        + section("turns-shown", "Turns, worst first", turn_cards(turns))
        + section(
            "scores",
            "Every score",
            score_table(scores, change),
            "The bar ends at the value, the line is its 95 % interval, resampled by conversation; a diamond marks the baseline."
            " ↑ more is better, ↓ less is better. A score that nothing could be measured for is absent.",
        )
        + section(
            "parts",
            "Families and splits",
            part_table(run, scores),
            "Untouched cases were never developed against: they say what a new customer sees.",
        )
        + _left_out(run)
        + section("times", "Times", times(scores), "The assistant's own, without the network.")
        + f'<section id="about"><h2>About this run</h2>{_facts(run)}</section></main>'
    )
    return page(title, body, read_part("page.css"), read_part("page.js"))


def read_part(name: str) -> str:
    """The page's own style or script.

    Args:
        name: of a file beside this one.
    """
    return (_HERE / name).read_text(encoding="utf-8")


def _about(run: Run, before: Run | None) -> str:
    words = [
        f"{len({case.case_id for case in run.cases})} cases",
        f"{sum(len(case.turns) for case in run.cases)} turns",
    ]
    words += [f"{run.options.trials} trials"] if run.options.trials > 1 else []
    words += [f"{run.options.history} history", f"worded by {run.generator}", f"release {run.release_id}"]
    words += [f"against release {before.release_id}, worded by {before.generator}"] if before else []
    return "".join(chip(one) for one in words)


def _left_out(run: Run) -> str:
    if not run.left_out:
        return ""
    items = "".join(f"<li>{esc(line)}</li>" for line in run.left_out)
    said = "What the set holds that could not be played or not be judged; it is in no score."
    return section("left-out", f"Not mapped ({len(run.left_out)})", f"<ul>{items}</ul>", said)


def _facts(run: Run) -> str:
    facts = {
        "run": run.run_id,
        "shop": run.shop_id,
        "release": run.release_id,
        "generator": run.generator,
        "server": run.options.url or "in process",
        "files": "; ".join(run.options.paths),
        **{f"version of {name}": version for name, version in run.versions.items()},
    }
    return (
        f'<dl class="facts">{"".join(f"<dt>{esc(key)}</dt><dd>{esc(value)}</dd>" for key, value in facts.items())}</dl>'
    )
