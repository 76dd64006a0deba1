from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from agent.assembly import Variation, assemble
from agent.errors import SettingsError
from agent.experiments.assignment import Experiment, assigned_in
from agent.messages import CustomerMessage
from agent.settings import load_settings
from agent.store.sqlite import open_store
from tools.mock_apis.apis import MockApis

EXPERIMENT = Experiment("voice")
OF_A = next(f"U{number}" for number in range(99) if EXPERIMENT.arm_of(f"U{number}") == "a")
OF_B = next(f"U{number}" for number in range(99) if EXPERIMENT.arm_of(f"U{number}") == "b")


@asynccontextmanager
async def counter(shop, variation=None):
    pack, release, understander = shop
    apis, store = MockApis(pack.backend, {}, now=pack.now), open_store("sqlite:///:memory:")
    assistant = assemble(
        lambda: release, apis.in_process(), store, lambda: pack.now, understander=understander, variation=variation
    )
    yield assistant
    await assistant.aclose()
    await store.aclose()
    apis.close()


async def asked(assistant, customer_id, text="你好"):
    message = CustomerMessage(f"c-{customer_id}", "m-1", customer_id, text)
    reply = await assistant.handle(message)
    (turn,) = await assistant.store.turns(message.conversation_id)
    return reply, assigned_in(turn.trace)


async def test_that_each_turn_is_recorded_with_its_arm(tea):
    _, release, _ = tea
    other = replace(release, manifest=replace(release.manifest, release_id="r-other"))
    async with counter(tea, Variation(EXPERIMENT, lambda: other, None)) as assistant:
        of_a, of_b = [await asked(assistant, customer) for customer in (OF_A, OF_B)]
    assert (of_a[0].release_id, of_a[1].arm) == (release.release_id, "a")
    assert (of_b[0].release_id, of_b[1].arm, of_b[1].experiment) == ("r-other", "b", "voice")


async def test_that_a_turn_kept_for_a_person_is_recorded_with_its_arm_too(tea):
    async with counter(tea, Variation(EXPERIMENT, lambda: tea[1], None)) as assistant:
        await assistant.handle(CustomerMessage("c-1", "m-1", OF_B, "转人工"))
        await assistant.handle(CustomerMessage("c-1", "m-2", OF_B, "在吗"))
        turns = await assistant.store.turns("c-1")
    assert [assigned_in(turn.trace).arm for turn in turns] == ["b", "b"]


async def test_that_without_an_experiment_no_arm_is_recorded(tea):
    async with counter(tea) as assistant:
        assert (await asked(assistant, OF_B))[1] is None


def settings_of(tmp_path, more):
    (tmp_path / "xiaoer.toml").write_text(f'[experiment]\nname = "adapter-3"\n{more}', encoding="utf-8")
    return load_settings(environ={}, folder=tmp_path)


def test_that_the_variation_is_the_settings_but_for_what_it_names(tmp_path):
    settings = settings_of(tmp_path, 'share = 0.2\n[experiment.b]\ngenerator = "local"\nmodel = "folder/of/model"\n')
    assert (settings.generator, settings.experiment.share) == ("composer", 0.2)
    other = settings.of_variation()
    assert (other.generator, other.model, other.experiment) == ("local", "folder/of/model", None)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[experiment.b]\ngenerator = "local"\n', "needs a model"),
        ("share = 1.5\n[experiment.b]\n", "less than 1"),
        ('[experiment.b]\nprompt = "x"\n', "extra|Extra"),
        ('metric = "clicks"\n[experiment.b]\n', "conversion"),
    ],
)
def test_that_an_experiment_that_does_not_fit_is_refused(tmp_path, more, told):
    with pytest.raises(SettingsError, match=told):
        settings_of(tmp_path, more)
