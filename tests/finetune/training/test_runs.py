"""How runs end early, keep adapters, go through stages and begin with an adapter."""

import shutil

import pytest

from agent.generator.errors import BadAdapter
from agent.generator.registry.registry import Registry
from finetune.errors import RunError
from finetune.training.adapter import read_card
from finetune.training.answers import read_answers
from finetune.training.run import RunFolder
from finetune.training.start import find_start
from finetune.training.train import train
from finetune.training.watching import is_out_of_patience

STOPPED = ("learning_rate=0.5", "patience=1", "epochs=9", "keep_checkpoints=9")


def same(first, second):
    import torch

    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(
    ("losses", "ends"),
    [([], False), ([3, 2], False), ([2, 3], False), ([2, 3, 2], True), ([2, 3, 1], False), ([2, 2, 2], True)],
)
def test_that_a_run_ends_after_so_many_evaluations_without_a_better_one(losses, ends):
    history = [
        {"step": 0, "eval_loss": 0.0},
        *({"step": step, "eval_loss": loss} for step, loss in enumerate(losses, 1)),
    ]
    assert is_out_of_patience(history, 2) == ends
    assert not is_out_of_patience(history, None)


def test_that_a_run_out_of_patience_ends_and_is_not_gone_on_with(short, tensors_of, log_of):
    done = train(short("a", *STOPPED))
    assert done.best.step < done.last.step < done.plan.steps.total
    before, log = tensors_of(done.run.last), log_of(done.run)
    shutil.rmtree(done.run.last)  # killed between its last checkpoint and its last adapter
    again = train(short("a", *STOPPED), resume=True)
    assert again.last.step == done.last.step and same(before, tensors_of(again.run.last))
    assert log_of(again.run) == log


def test_that_named_adapters_are_kept_beside_best_and_last(short):
    done = train(short("a", "keep=[1, epoch-2]", "keep_checkpoints=1", "evaluate_every=3"))
    cards = {name: read_card(done.run.path / name) for name in ("step-1", "epoch-2")}
    assert {name: card.step for name, card in cards.items()} == {"step-1": 1, "epoch-2": 4}
    assert cards["step-1"].losses.eval != cards["epoch-2"].losses.eval
    assert len(list(done.run.checkpoints.iterdir())) == 1


def broken_after(run, name, lost):
    """A copy of a run as it was left when it was killed."""
    copy = RunFolder(run.path.with_name(name))
    shutil.copytree(run.path, copy.path)
    for part in lost:
        shutil.rmtree(copy.path / part)
    return copy


def newest(run):
    return f"checkpoints/checkpoint-{max(int(folder.name.rpartition('-')[2]) for folder in run.checkpoints.iterdir())}"


def test_that_stages_train_one_adapter_and_resume_bit_for_bit(short, halves, tensors_of, log_of):
    done = train(short("whole", halves))
    first, second = done.run.stage("first"), done.run
    assert (read_card(first.last).stages, done.last.stages) == (("first",), ("first", "second"))
    begun = {entry["step"]: entry["eval_loss"] for entry in log_of(second) if "eval_loss" in entry}[0]
    assert begun == pytest.approx(read_card(first.best).losses.eval)
    in_second = ("best", "last", newest(second))
    in_first = ("best", "last", "checkpoints", "stages/first/last", f"stages/first/{newest(first)}")
    for name, lost in (("in-second", in_second), ("in-first", in_first)):
        broken_after(done.run, name, lost)
        again = train(short(name, halves), resume=True)
        for adapter in ("best", "last"):
            assert same(tensors_of(done.run.path / adapter), tensors_of(again.run.path / adapter))
        assert log_of(again.run) == log_of(done.run)


def test_that_a_run_begins_with_the_promoted_adapter_and_says_so(short, tmp_path, log_of):
    before = train(short("before", "epochs=1"))
    registry = Registry(tmp_path / "adapters")
    version = registry.register(before.run.last, "li", force=True, reason="test").name
    settings = ("start_from=promoted", f"adapters={tmp_path / 'adapters'}")
    with pytest.raises(RunError, match=r"no adapter in .* is; promote one"):
        train(short("after", *settings))
    registry.promote(version, "li", force=True, reason="test")
    after = train(short("after", *settings))
    assert (after.last.start.name, after.last.start.adapter_sha256) == (version, before.last.adapter_sha256)
    assert log_of(after.run)[0]["eval_loss"] == pytest.approx(before.last.losses.eval)


def test_that_an_adapter_of_another_shape_or_base_is_refused_with_both_values(short):
    before = train(short("before", "epochs=1"))
    base = before.last.base.sha256
    with pytest.raises(RunError, match=r"has lora\.rank 4, the configuration says 8"):
        find_start(short("after", f"start_from={before.run.last}", "lora.rank=8"), base)
    with pytest.raises(BadAdapter, match=f"for base model of hash '{base[:12]}', here it is '000000000000'"):
        find_start(short("after", f"start_from={before.run.last}"), "0" * 64)


def test_that_the_base_is_asked_first_and_the_adapter_after_training(short):
    done = train(short("a", "baseline=1", "gate.max_tokens=8", "lora.dropout=0"))
    (before,), (after,) = read_answers(done.run.baseline), read_answers(done.run.answers)
    assert before.tuned is None and after.tuned is not None
    assert after.model_copy(update={"tuned": None}) == before
    assert before.wanted and before.question
