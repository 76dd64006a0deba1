import random

import pytest

from finetune.config import load_config
from finetune.errors import ConfigError
from finetune.preparation import prepare
from finetune.presets.preset import find_preset, list_presets
from finetune.training.plan import make_plan

SIZED = [preset.name for preset in list_presets() if preset.rows]
RECIPES = [preset.name for preset in list_presets() if not preset.rows]


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "run.yaml"
        path.write_text("model: owner/nobody-has-this\ndata: [rows.jsonl]\noutput: out\n" + text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def many_rows(write):
    def make(count):
        draw = random.Random(0)
        rows = [
            {"question": "".join(chr(draw.randint(0x4E00, 0x8FFF)) for _ in range(4)), "answer": "好的。"}
            for _ in range(count)
        ]
        for row in rows[: min(50, count // 4)]:
            row["family"] = "who"
        return write("rows.jsonl", *rows)

    return make


@pytest.mark.parametrize("name", SIZED)
def test_that_a_preset_on_its_own_size_of_data_is_planned_without_complaint(written, many_rows, name):
    config = load_config(written(""), [f"data=[{many_rows(find_preset(name).rows)}]"], [name])
    plan = make_plan(prepare(config, fetch=False))
    assert plan.train_rows + plan.eval_rows == find_preset(name).rows
    assert [str(problem) for problem in plan.problems] == []
    assert plan.steps.evaluations >= 3


def test_that_there_is_a_preset_for_each_size_and_each_recipe():
    assert SIZED == ["identity-50", "shop-500", "mature-10k"]
    found = {
        (find_preset(name).settings["lora"]["rank"], find_preset(name).settings["lora"]["targets"]) for name in RECIPES
    }
    assert {8, 16, 64} == {rank for rank, _ in found}
    assert {"q+v", "q+k+v", "q+k+v+o", "all-linear"} == {targets for _, targets in found}


def test_that_the_file_wins_over_its_preset_and_the_command_line_over_both(written):
    config = load_config(written("preset: shop-500\nlora: {rank: 4}\nepochs: 7\n"), ["epochs=9"])
    assert (config.lora.rank, config.lora.alpha, config.epochs, config.accumulation) == (4, 32, 9, 4)


def test_that_a_later_preset_wins_over_an_earlier_one(written):
    config = load_config(written("preset: [mature-10k, rank-8-qv]\n"))
    assert (config.lora.rank, config.lora.variant, config.epochs) == (8, "lora", 2)


def test_that_presets_on_the_command_line_take_the_place_of_the_files(written):
    config = load_config(written("preset: shop-500\n"), presets=["identity-50"])
    assert (config.preset, config.epochs) == (("identity-50",), 5)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("preset: shop500", "'shop500' is no preset; the nearest known one is 'shop-500'"),
        ("preset: {a: 1}", "expected the name"),
    ],
)
def test_that_an_unknown_preset_is_refused_with_the_nearest_known(written, text, named):
    with pytest.raises(ConfigError, match=named):
        load_config(written(text))
