import subprocess
import sys

import pytest

import xiaoer

HEAVY = ("torch", "sentence_transformers", "transformers", "peft", "llama_index", "langgraph", "faiss")


def _loaded_after(statement: str) -> set[str]:
    code = f"import sys\ntry:\n    {statement}\nexcept SystemExit:\n    pass\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.splitlines()}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["serve", "--help"], ["chat", "--help"], ["knowledge", "--help"], ["replay", "--help"]]
)
def test_that_help_loads_nothing_heavy(arguments):
    assert not _loaded_after(f"import xiaoer; xiaoer.main({arguments!r})") & set(HEAVY)


def test_that_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as left:
        xiaoer.main(["--help"])
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert [name for name in xiaoer.PARTS if name not in told] == []


def test_that_an_unknown_command_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as left:
        xiaoer.main(["srve"])
    assert left.value.code == 2
    assert "'serve'" in capsys.readouterr().err


def test_that_an_unknown_setting_is_one_clear_line(capsys, monkeypatch):
    monkeypatch.setenv("XIAOER_PROT", "1")
    with pytest.raises(SystemExit) as left:
        xiaoer.main(["chat"])
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_that_the_settings_file_holds_for_every_command(capsys, monkeypatch, tmp_path):
    (tmp_path / "xiaoer.toml").write_text('shop = "nowhere-at-all"', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        xiaoer.main(["knowledge", "check"])
    assert left.value.code != 0
    assert "nowhere-at-all" in "".join(capsys.readouterr())
