import pytest

from finetune.config import Config
from finetune.preparation import prepare
from finetune.training.plan import make_plan
from finetune.training.stages import stages_of


@pytest.fixture
def staged(write, tmp_path):
    def make(**second):
        first = write("first.csv", "question,answer", *(f"{word}怎么用,好用" for word in "锅碗瓢盆刀叉杯壶"))
        other = write("second.csv", "question,answer", *(f"哪里有{word}卖,这里有" for word in "伞鞋帽衣"))
        stages = [{"name": "one", "data": [str(first)], "epochs": 2}, {"name": "two", "data": [str(other)], **second}]
        config = Config.model_validate(
            {"model": "owner/none", "output": tmp_path / "out", "eval_share": 0, "batch_size": 1, "stages": stages}
        )
        return prepare(config, fetch=False)

    return make


def rows_of(prepared):
    return stages_of(prepared.config, prepared.checked.files, prepared.split.train, lambda row: row)


def test_that_each_stage_learns_its_own_rows_and_a_share_of_those_before(staged):
    one, two = rows_of(staged(replay=0.25))
    assert (one.own, one.replayed) == (tuple(range(8)), ())
    assert two.own == (8, 9, 10, 11)
    assert len(two.replayed) == 2 and set(two.replayed) < set(one.own)
    assert two.pick("abcdefghijkl")[-4:] == tuple("ijkl")


def test_that_what_is_replayed_follows_from_the_seed(staged):
    assert rows_of(staged(replay=0.5))[1] == rows_of(staged(replay=0.5))[1]
    assert rows_of(staged(replay=0))[1].replayed == ()


def test_that_the_plan_counts_each_stage(staged):
    plan = make_plan(staged(replay=0.25, epochs=5, learning_rate=1e-5))
    assert [(stage.name, stage.rows, stage.replayed, stage.steps.total) for stage in plan.stages] == [
        ("one", 8, 0, 16),
        ("two", 6, 2, 30),
    ]
    assert [stage.learning_rate for stage in plan.stages] == [2e-4, 1e-5]
    assert (plan.total_steps, plan.steps.total) == (46, 30)
