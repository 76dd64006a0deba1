import json

import pytest

import xiaoer

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")


@pytest.fixture
def run(capsys):
    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["finetune", *map(str, arguments)])
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return call


def test_that_merge_writes_a_folder_and_tells_how_far_it_is_from_the_adapter(run, adapter, model_dir, tmp_path):
    code, out, _ = run("merge", adapter, "--out", tmp_path / "out", "--model", model_dir, "--prompts", 2, "--json")
    told = json.loads(out)
    assert (code, told["equal_answers"], told["answers"]) == (0, 2, 2)
    code, _, err = run("merge", adapter, "--out", tmp_path / "out", "--model", model_dir)
    assert (code, "is not empty" in err) == (1, True)
