import re

import pytest

from finetune.config import Config
from finetune.errors import ModelError
from finetune.preparation import prepare
from finetune.training.base import find_model, read_shape
from finetune.training.memory import adapter_parameters, estimate_memory
from finetune.training.plan import count_steps, make_plan
from finetune.training.quantized import lacking, missing_for


@pytest.fixture
def planned(model_dir, tea_rows, tmp_path):
    def plan(**settings):
        values = {
            "model": str(model_dir),
            "data": [tea_rows],
            "output": tmp_path / "out",
            "eval_share": 0.25,
            **settings,
        }
        return make_plan(prepare(Config.model_validate(values), fetch=False))

    return plan


def test_that_fifty_rows_in_batches_of_sixteen_for_ten_epochs_are_forty_steps():
    config = Config(model="m", data=("a",), output="o", batch_size=1, accumulation=16, epochs=10, evaluate_every=50)
    steps = count_steps(50, config)
    assert (steps.per_epoch, steps.total, steps.warmup, steps.evaluations) == (4, 40, 2, 1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"evaluate_every": 50}, "evaluation never happens; set it to 1"),
        ({"warmup": 6, "epochs": 3}, "warmup takes 6 of 6 steps"),
        ({"lora": {"rank": 33}}, r"lora\.rank is 33 and the smallest layer is 16 wide"),
        ({"keep": [99, "epoch-9"]}, "keep asks for step-99, epoch-9 and the run has 6 steps"),
        ({"patience": 2, "eval_share": 0}, "patience is 2 and eval_share is 0"),
        ({"max_tokens": 16}, "no row is left to train on"),
        ({"max_tokens": 130}, r"tea\.jsonl:4: \d+ tokens, 130 are allowed"),
    ],
)
def test_that_a_setting_that_cannot_work_is_an_error(planned, settings, message):
    problems = [str(problem) for problem in planned(**settings).problems if problem.severity == "error"]
    assert re.search(message, "\n".join(problems))


def test_that_rows_left_out_on_purpose_are_counted_and_no_errors(planned):
    plan = planned(max_tokens=planned().tokens.longest - 1, too_long="drop")
    assert 0 < plan.left_out < 8
    assert plan.train_rows + plan.eval_rows + plan.left_out == 8
    assert all(problem.severity == "warning" for problem in plan.problems)


def test_that_rows_that_all_ask_the_same_leave_nothing_to_evaluate(planned, write):
    path = write("a.csv", "question,answer", "能退吗,可以的", "可以退吗,可以退")
    assert "all ask the same" in str(planned(data=[path], max_tokens=4000).problems[0])


def test_that_the_sizes_are_those_of_the_model(planned, model_dir):
    from transformers import AutoModelForCausalLM

    plan = planned(lora={"rank": 4, "targets": "q+v"})
    assert plan.base_parameters == AutoModelForCausalLM.from_pretrained(model_dir).num_parameters()
    assert plan.adapter_parameters == 2 * 4 * ((32 + 32) + (32 + 16))


def test_that_memory_grows_with_what_is_held(model_dir, tea_rows):
    def total(precision="fp32", longest=200, **settings):
        config = Config(model=str(model_dir), data=(tea_rows,), output="o", **settings)
        return estimate_memory(read_shape(model_dir), config, precision, longest, on_gpu=True).total

    assert total("bf16") < total() < total(batch_size=8) < total(batch_size=8, longest=400)
    assert total(lora={"rank": 4}) < total(lora={"rank": 16})
    assert adapter_parameters(read_shape(model_dir), Config(model="m", data=("a",), output="o")) > 0


def test_that_memory_is_saved_where_it_is_asked_to(model_dir):
    def of(**settings):
        config = Config(model="m", data=("a",), output="o", **settings)
        return estimate_memory(read_shape(model_dir), config, "bf16", 200, on_gpu=True)

    assert of(gradient_checkpointing=True).activations < of().activations
    # The tiny model's layers hold 18,432 numbers; in four bits they take a half byte each instead of two.
    assert of(quantization="4bit").weights == pytest.approx(
        18_432 * 0.516 + (read_shape(model_dir).parameters - 18_432) * 4, abs=1
    )


def test_that_four_bits_are_refused_in_one_line_where_they_cannot_be_had(planned):
    assert [*missing_for(None)] == []
    assert "needs a CUDA GPU" in "".join(lacking(has_gpu=False, has_package=False))
    assert "pip install 'xiaoer[qlora]'" in "".join(lacking(has_gpu=True, has_package=False))
    assert [*lacking(has_gpu=True, has_package=True)] == []


def test_that_an_adapter_is_kept_at_steps_and_ends_of_epochs_each_with_an_evaluation():
    config = Config(
        model="m", data=("a",), output="o", batch_size=1, epochs=3, evaluate_every=6, keep=(7, "epoch-2", 10)
    )
    steps = count_steps(5, config)
    assert dict(steps.kept) == {7: ("step-7",), 10: ("epoch-2", "step-10")}
    assert [step for step in range(1, 16) if steps.is_due(step)] == [6, 7, 10, 12, 15]
    assert steps.evaluations == 5


def test_that_a_model_that_is_not_here_is_planned_without_tokens(planned):
    plan = planned(model="owner/some-model-nobody-has")
    assert (plan.tokens, plan.memory) == (None, None)
    assert plan.steps.total > 0


def test_that_a_model_that_cannot_be_found_is_one_clear_error(tmp_path):
    for name in ("./nowhere", "nowhere", str(tmp_path / "nowhere")):
        with pytest.raises(ModelError, match="there is no model folder"):
            find_model(name, fetch=True)
    with pytest.raises(ModelError, match="no hub answers; give a local folder"):
        find_model("owner/some-model-nobody-has", fetch=True)
    with pytest.raises(ModelError, match="cannot be read"):
        read_shape(tmp_path)
