from datetime import UTC, datetime

import pytest

from agent.experiments.settings import ExperimentSettings, Variation
from agent.settings import Settings
from agent.store.opening import open_store
from evaluation.online.errors import PeriodError
from evaluation.online.running import plan_of, run_experiment, run_online
from evaluation.online.told import print_experiment, print_online

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def settings(kept, tmp_path):
    kept.turn("U1", arm="a").turn("U2", arm="b").turn("U3", 300, handoff="anger").rated("c-U1", 5).paid("U1")
    url = f"sqlite:///{tmp_path}/state.db"
    store = open_store(url)
    await kept.store_in(store)
    await store.aclose()
    return Settings(state=url)


async def test_that_a_period_of_a_store_is_reported(settings, capsys):
    report = await run_online(settings, "7d", NOW)
    assert (report.turns, str(report.paid), report.reasons) == (2, "199", {})
    assert (await run_online(settings, "30d", NOW)).reasons == {"anger": 1}
    print_online(report)
    assert "2 turns, 2 sessions, 2 customers" in capsys.readouterr().out


async def test_that_an_experiment_of_a_store_is_reported(settings, capsys):
    print_experiment(await run_experiment(settings, plan_of(settings, "voice", None, None, None), None, NOW))
    told = capsys.readouterr().out
    assert "experiment voice: too early to say" in told
    assert "conversion" in told


def test_that_the_settings_say_how_an_experiment_is_decided():
    kept = ExperimentSettings(name="voice", share=0.2, metric="csat", min_effect=0.1, b=Variation())
    settings = Settings(experiment=kept)
    assert plan_of(settings, "voice", None, None, None).metric == "csat"
    assert plan_of(settings, "voice", "containment", 0.05, None).min_effect == 0.05
    assert plan_of(settings, "other", None, None, None).share == 0.5
    with pytest.raises(PeriodError, match="known are conversion"):
        plan_of(settings, "voice", "clicks", None, None)
