import pytest
from pydantic import ValidationError

from evaluation.simulator.scenario import Confirming, Scenario


def test_that_a_scenario_is_calm_and_declines_unless_it_says_otherwise() -> None:
    scenario = Scenario.model_validate({"asks": [{"say": "你好"}]})
    assert (scenario.mood, scenario.patience, dict(scenario.confirms)) == ("calm", 3, {})


@pytest.mark.parametrize("wrong", [{"answer": "change"}, {"answer": "yes", "say": "等等"}])
def test_that_the_words_of_a_change_stand_with_a_change_alone(wrong) -> None:
    with pytest.raises(ValidationError, match="words of a change"):
        Confirming.model_validate(wrong)


def test_that_a_scenario_without_asks_or_with_unknown_facts_is_refused() -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate({"asks": []})
    with pytest.raises(ValidationError):
        Scenario.model_validate({"asks": [{"say": "你好"}], "facts": {"shoe": "37"}})
