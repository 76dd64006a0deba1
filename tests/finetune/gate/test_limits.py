from typing import get_args

import pytest

from agent.generator.registry.gate import Measure
from finetune.config import GateSection
from finetune.gate.limits import lines, reasons
from finetune.gate.share import Share

NAMES = get_args(Measure)


@pytest.fixture
def figures():
    """Figures of one model: the same everywhere but for those that are named."""

    def make(value, **more):
        return {name: Share(more.get(name, value), 10, 0.1, 0.9) for name in NAMES}

    return make


def test_that_limits_are_held_against_the_adapter_and_the_base_stands_beside_it(figures):
    adapter = figures(
        0.0, first_audit=0.9, identity=0.96, abstention=0.5, bleed=0.3, style=0.21, loss=2.0, forgetting=3.3
    )
    told = lines(adapter, figures(0.1, abstention=0.6, loss=1.5, forgetting=3.0), GateSection())
    assert reasons(told) == (
        "bleed is 0.300, at most 0.020 is asked",
        "abstention is 0.500, at least 0.550 is asked",
        "style is 0.210, at most 0.200 is asked",
        "loss is 2.000, at most 1.500 is asked",
        "forgetting is 3.300, at most 3.200 is asked",
    )
    assert (told[0].base, told[0].low, told[0].high) == (0.1, 0.1, 0.9)


def test_that_a_name_in_the_weights_is_asked_for_only_where_the_configuration_says_so(figures):
    adapter, base = figures(0.9, unprompted_bleed=0.1), figures(0.0)

    def limits(**settings):
        told = {line.measure: line for line in lines(adapter, base, GateSection(**settings))}
        return [(told[name].limit, told[name].passes) for name in ("unprompted", "unprompted_bleed")]

    assert limits() == [(None, True), (None, True)]
    assert limits(unprompted=0.95) == [(0.95, False), (0.02, False)]


def test_that_overlap_and_the_parts_of_style_are_told_and_ask_for_nothing(figures):
    told = {line.measure: line for line in lines(figures(1.0), figures(0.0), GateSection())}
    parts = ("sentences", "characters", "address", "closing", "chrf", "rouge_l")
    assert {(told[name].limit, told[name].passes) for name in parts} == {(None, True)}
    assert "version:" in told["chrf"].signature and "version:" in told["rouge_l"].signature


def test_that_what_could_not_be_measured_asks_for_nothing_and_says_so():
    nothing = dict.fromkeys(NAMES, Share(None, 0))
    told = lines(nothing, nothing, GateSection())
    assert {(line.adapter, line.limit, line.passes) for line in told} == {(None, None, True)}
