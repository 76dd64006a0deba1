import pytest
import typer

from evaluation.cli import app
from evaluation.simulator.openai_customer import Speaker
from evaluation.simulator.scenario import Scenario


def test_that_a_speaker_gives_a_scenario_its_model() -> None:
    scenario = Scenario.model_validate({"asks": [{"say": "你好"}]})
    customer = Speaker("qwen", "http://model.test/v1").speak_for(scenario, "k")
    assert (customer.model, customer.base_url, customer.api_key) == ("qwen", "http://model.test/v1", "k")


@pytest.mark.parametrize("value", ["qwen", "@http://model.test/v1", "qwen@model.test"])
def test_that_a_speaker_without_model_or_address_is_refused_before_anything_is_played(value, capsys) -> None:
    command = typer.main.get_command(app)
    with pytest.raises(SystemExit) as left:
        command(["--customer", value])
    assert left.value.code == 2
    assert "MODEL@URL" in capsys.readouterr().err
