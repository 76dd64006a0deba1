"""Running an online report: which period, which store, which shop."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from agent.experiments.settings import Metric
from agent.settings import Settings
from agent.store.opening import is_absent, open_store, without_secrets
from evaluation.online.errors import PeriodError
from evaluation.online.experiment import METRICS, ExperimentReport, Plan, experiment_report
from evaluation.online.report import OnlineReport, Period, online_report, read_period
from knowledge.pack import default_pack, load_pack
from retrieval.embedders.opening import open_embedder

_AGO = re.compile(r"(\d{1,5})\s*([hdw])")
_UNITS: Mapping[str, timedelta] = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def since_of(text: str | None, now: datetime) -> datetime:
    """When a period begins.

    Args:
        text: such as ``24h``, ``7d``, ``2w``, a day or a moment in ISO form; None: everything.
        now: aware.

    Raises:
        PeriodError: it is none of these.
    """
    if text is None:
        return _EVER
    ago = _AGO.fullmatch(text.strip().lower())
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise PeriodError(f"--since {text!r} is no period: write 24h, 7d, 2w, or a day such as 2026-11-01") from exc
    return moment if moment.tzinfo is not None else moment.astimezone()


async def run_online(settings: Settings, since: str | None, now: datetime) -> OnlineReport:
    """Report what came of the conversations of a period.

    Args:
        settings: name the shop and the store.
        since: see `since_of`.
        now: the end of the period, aware.

    Raises:
        PeriodError: the period cannot be understood, or nothing was stored yet.
        PackError: the shop's pack cannot be read.
        StoreError: the store cannot be read.
    """
    pack = load_pack(settings.shop or default_pack())
    period = await _period(settings.state, pack.shop.shop_id, since_of(since, now), now)
    embedder = open_embedder()
    return online_report(period, pack, embedder.embed)


async def run_experiment(settings: Settings, plan: Plan, since: str | None, now: datetime) -> ExperimentReport:
    """Report how an experiment stands; arguments and errors as `run_online`."""
    pack = load_pack(settings.shop or default_pack())
    return experiment_report(await _period(settings.state, pack.shop.shop_id, since_of(since, now), now), plan)


def plan_of(settings: Settings, name: str, metric: str | None, min_effect: float | None, share: float | None) -> Plan:
    """What was said of an experiment: by the settings where they name it, else by the command.

    Args:
        settings: of the program.
        name: of the experiment.
        metric: decides it; None: as the settings say.
        min_effect: the smallest difference worth knowing; None: as the settings say.
        share: of customers in arm b; None: as the settings say.

    Raises:
        PeriodError: there is no such metric.
    """
    kept = settings.experiment if settings.experiment is not None and settings.experiment.name == name else None
    decides: Metric | None = next((one for one in METRICS if one == metric), None)
    if metric is not None and decides is None:
        raise PeriodError(f"{metric!r} is no metric of experiments; known are {', '.join(METRICS)}")
    return Plan(
        name=name,
        share=share if share is not None else kept.share if kept else 0.5,
        metric=decides or (kept.metric if kept else "conversion"),
        min_effect=min_effect if min_effect is not None else kept.min_effect if kept else 0.02,
    )


async def _period(state: str, shop_id: str, since: datetime, until: datetime) -> Period:
    if is_absent(state):
        raise PeriodError(f"there are no conversations at {without_secrets(state)!r}: name another store with --state")
    store = open_store(state)
    try:
        return await read_period(store, shop_id, since, until)
    finally:
        await store.aclose()
