import json
import shlex
import subprocess
import sys

import pytest

import xiaoer


@pytest.fixture
def run(tmp_path, model_dir, capsys):
    def call(arguments, data):
        path = tmp_path / "run.yaml"
        path.write_text(
            f"model: {model_dir}\ndata: [{data}]\noutput: {tmp_path / 'out'}\neval_share: 0.25\n", encoding="utf-8"
        )
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["finetune", *shlex.split(arguments.replace("CONFIG", str(path)))])
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return call


def test_that_check_names_the_line_and_leaves_with_1(run, write):
    code, out, err = run("check CONFIG", write("a.csv", "question,answer", "多久发货,48小时内发货"))
    assert code == 1
    assert "a.csv:2: the answer says '48小时'" in err
    assert "1 errors" in out


def test_that_check_of_sound_rows_leaves_with_0(run, tea_rows):
    code, out, _ = run("check CONFIG --json", tea_rows)
    assert code == 0
    assert json.loads(out)["files"][0]["rows"] == 8


def test_that_plan_tells_steps_and_leaves_with_1_where_a_setting_cannot_work(run, tea_rows):
    code, out, _ = run("plan CONFIG --set batch_size=2", tea_rows)
    assert code == 0
    assert "9, 3 an epoch" in out and "parameters" in out
    code, _, err = run("plan CONFIG --set evaluate_every=50", tea_rows)
    assert code == 1
    assert "evaluation never happens" in err


def test_that_train_leaves_an_adapter_and_says_where(run, tea_rows, tmp_path):
    code, out, err = run("train CONFIG --set batch_size=6 --set epochs=3 --set gate.max_tokens=8 --json", tea_rows)
    assert code == 0, err
    assert json.loads(out)["last"]["step"] == 3
    assert (tmp_path / "out" / "best" / "adapter_model.safetensors").is_file()
    assert "epochs: 3" in (tmp_path / "out" / "config.yaml").read_text(encoding="utf-8")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Before and after" in page and ">best<" in page
    assert run(f"report {tmp_path / 'out'} --out {tmp_path / 'again'}", tea_rows)[0] == 0
    assert (tmp_path / "again" / "report.html").read_text(encoding="utf-8") == page


def test_that_inspect_marks_what_is_learned_and_proves_the_mask(run, tea_rows):
    code, out, _ = run("inspect CONFIG --row 2 --ids", tea_rows)
    assert code == 0
    assert "⟦默认发顺丰。<|im_end|>⟧" in out
    assert "before them are what serving sends" in out and "tea.jsonl:2: knowledge" in out
    assert run("inspect CONFIG --row 99", tea_rows)[0] == 2


def test_that_a_plan_in_json_names_kinds_and_stages(run, tea_rows):
    _, out, _ = run("plan CONFIG --json --preset rank-8-qv", tea_rows)
    told = json.loads(out)
    assert told["kinds"] == {"knowledge": 8}
    assert told["stages"][0]["steps"]["total"] == told["total_steps"] == 6
    assert told["adapter_parameters"] == 2 * 8 * ((32 + 32) + (32 + 16))


def test_that_the_presets_are_listed_with_what_they_are_for(run, tea_rows):
    _, out, _ = run("presets --json", tea_rows)
    presets = {preset["name"]: preset for preset in json.loads(out)}
    assert presets["shop-500"]["rows"] == 500
    assert all(preset["purpose"] for preset in presets.values())
    assert "mature-10k" in run("presets", tea_rows)[1]


@pytest.mark.parametrize(
    "arguments", ["train CONFIG --set epoch=2", "check nowhere.yaml", "plan CONFIG --nonsense", "tune"]
)
def test_that_wrong_use_leaves_with_2(run, tea_rows, arguments):
    assert run(arguments, tea_rows)[0] == 2


def test_that_help_loads_no_heavy_library():
    code = "import sys, finetune.cli; print([m for m in ('torch', 'transformers', 'peft', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
