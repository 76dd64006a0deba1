import json
import subprocess
import sys

import pytest

import xiaoer


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XIAOER_ADAPTERS", str(tmp_path / "adapters"))
    monkeypatch.setenv("XIAOER_EDITOR", "wen")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["models", *map(str, arguments)])
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return call


def test_that_an_adapter_goes_from_its_run_to_service_and_back(run, put):
    names = [json.loads(run("register", put(name), "--json")[1])["version"] for name in ("one", "two")]
    for name in names:
        assert run("promote", name, "--reason", "better")[0] == 0
    assert f"in place of {names[1]}" in run("rollback")[1]
    told = json.loads(run("list", "--json")[1])
    assert told["current"] == names[0]
    assert [entry["who"] for entry in told["history"]] == ["wen"] * 3
    assert f"* {names[0]}  gate passed" in run("list")[1]


def test_that_a_failing_gate_leaves_with_1_and_says_what_stands_against_it(run, put):
    name = json.loads(run("register", put("one", "bleed is 0.300, at most 0.020"), "--json")[1])["version"]
    code, _, err = run("promote", name)
    assert (code, "bleed is 0.300" in err) == (1, True)
    code, out, _ = run("promote", name, "--force", "--reason", "a trial")
    assert (code, "forced in spite of: bleed" in out) == (0, True)


def test_that_check_prints_the_gate_and_leaves_with_1_where_a_file_was_changed(run, put, tmp_path):
    name = json.loads(run("register", put("one"), "--json")[1])["version"]
    code, out, _ = run("check", name)
    assert (code, "first_audit    0.900  base 0.200" in out) == (0, True)
    file = tmp_path / "adapters" / "versions" / name / "card.json"
    file.chmod(0o644)
    file.write_text("{}", encoding="utf-8")
    assert run("check", name)[0] == 1
    assert "card.json" in run("list")[1]


def test_that_versions_and_folders_are_compared_side_by_side(run, put):
    name = json.loads(run("register", put("one"), "--json")[1])["version"]
    folder = put("two", "bleed is 0.300, at most 0.020")
    told = json.loads(run("compare", name, folder, "--json")[1])
    assert (told["names"], told["same_rows"]) == ([name, str(folder)], True)
    assert [one["adapter"] for one in told["lines"][0]["adapters"]] == [0.9, 0.9]
    code, out, _ = run("compare", name, folder)
    assert (code, "first_audit" in out) == (0, True)
    assert run("compare", name, name)[0] == 2
    code, _, err = run("compare", name, put("bare", gated=False))
    assert (code, "never evaluated" in err) == (1, True)


# peft 0.21 asks transformers for an attribute under its former name.
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_that_an_adapter_is_loaded_over_the_base_that_is_named(
    run, make_adapter, write_card, write_gate, model_dir, tmp_path
):
    folder = make_adapter(tmp_path / "one")
    write_card(folder)
    write_gate(folder)
    code, _, err = run("register", folder, "--model", model_dir)
    assert (code, "base model of hash 'abababababab'" in err) == (1, True)


def test_that_help_loads_no_heavy_library():
    code = "import sys, agent.generator.registry.cli; print([m for m in ('torch', 'transformers', 'peft') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
