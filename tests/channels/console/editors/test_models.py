import pytest

from agent.settings import Settings
from channels.console.adapters import read_adapter, read_runs
from channels.console.models import ModelRoutes


@pytest.fixture
def told():
    """What the page is told under some settings."""

    async def ask(**settings):
        return await ModelRoutes(Settings(**settings)).models()

    return ask


async def test_that_without_a_model_the_facts_word_replies(told):
    found = await told()
    assert (found.wording.generator, found.wording.model, found.arm, found.is_set) == ("composer", None, None, False)


async def test_that_a_model_server_is_named_without_what_may_be_secret(told):
    found = await told(
        generator="openai", openai_base_url="https://me:pass@models.example/v1?key=k", openai_model="qwen"
    )
    assert (found.wording.model, found.wording.address) == ("qwen", "models.example")


async def test_that_the_arm_of_an_experiment_is_told_with_its_own_adapter(told, tmp_path):
    arm = {"generator": "local", "model": "models/qwen", "adapter": str(tmp_path / "shop-3"), "release": "r1"}
    found = await told(experiment={"name": "voice", "share": 0.2, "b": arm})
    assert (found.arm.experiment, found.arm.share, found.arm.release) == ("voice", 0.2, "r1")
    assert (found.arm.wording.model, found.arm.wording.adapter.name) == ("qwen", "shop-3")
    assert found.arm.wording.adapter.problems == ["absent"]


def test_that_an_adapter_without_a_card_is_of_unknown_origin(tmp_path):
    (tmp_path / "adapter_model.safetensors").write_bytes(b"weights")
    assert read_adapter(tmp_path).problems == ["no_card"]


def test_that_a_line_that_is_being_written_hides_no_other(tmp_path):
    run = tmp_path / "first"
    run.mkdir()
    (run / "log.jsonl").write_text('{"step": 5, "loss": 2.0}\n{"step": 10, "lo', encoding="utf-8")
    (found,) = read_runs(tmp_path)
    assert (found.name, [line.step for line in found.log], found.adapters) == ("first", [5], [])


def test_that_a_folder_that_is_not_there_holds_no_runs(tmp_path):
    assert read_runs(tmp_path / "none") == []
