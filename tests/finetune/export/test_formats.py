import json
import sys
from pathlib import Path

import pytest

from agent.generator.digest import hash_base
from finetune.errors import ExportError
from finetune.export.formats import Tools, export

PYTHON = Path(sys.executable)


@pytest.fixture
def merged(model_dir, tmp_path):
    """A folder as a merge leaves it."""
    folder = tmp_path / "merged"
    folder.mkdir()
    for file in model_dir.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "merged.json").write_text(json.dumps({"sha256": hash_base(folder)}), encoding="utf-8")
    return folder


@pytest.fixture
def tool(tmp_path):
    """Writes a stand-in for a tool: an executable that does what is told in shell."""

    def write(script):
        file = tmp_path / "tool"
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    return write


def test_that_a_merged_model_goes_through_llama_cpps_converter(merged, tmp_path):
    converter = tmp_path / "convert_hf_to_gguf.py"
    converter.write_text(
        "import sys, pathlib; pathlib.Path(sys.argv[3]).write_text(' '.join(sys.argv[1:]))", encoding="utf-8"
    )
    file = export(merged, tmp_path / "out", "gguf", Tools(PYTHON, converter))
    assert file == tmp_path / "out" / "merged.gguf"
    assert file.read_text(encoding="utf-8") == f"{merged} --outfile {file} --outtype f16"


@pytest.mark.parametrize("to", ["gptq", "awq"])
def test_that_four_bits_are_made_in_their_own_environment_on_the_runs_rows(merged, tool, tmp_path, to):
    # A real call is: -c CODE llmcompressor, then SCRIPT MODEL OUT METHOD ROWS.
    python = tool('[ "$1" = -c ] && exit 0; mkdir "$3"; cp "$5" "$3/rows"; echo "$4" > "$3/config.json"')
    out = export(merged, tmp_path / "out", to, Tools(python), [(1, 2), (3, 4, 5)])
    assert (out / "config.json").read_text(encoding="utf-8").strip() == to
    assert [json.loads(line) for line in (out / "rows").read_text(encoding="utf-8").splitlines()] == [[1, 2], [3, 4, 5]]
    assert (out / "tokenizer.json").read_bytes() == (merged / "tokenizer.json").read_bytes()


def test_that_a_missing_tool_is_one_line_with_what_to_install(merged, tool, tmp_path):
    for to, tools, what in (
        ("gguf", Tools(PYTHON), "git clone .*llama.cpp.*--tool"),
        ("gptq", Tools(tool("exit 1")), r"pip install llmcompressor==.*--python"),
        ("awq", Tools(tmp_path / "nowhere"), r"pip install llmcompressor==.*--python"),
    ):
        with pytest.raises(ExportError, match=what) as told:
            export(merged, tmp_path / "out", to, tools, [(1, 2)])
        assert "\n" not in str(told.value)
    assert not (tmp_path / "out").exists()


def test_that_four_bits_without_rows_to_calibrate_on_are_refused(merged, tool, tmp_path):
    with pytest.raises(ExportError, match="--config"):
        export(merged, tmp_path / "out", "gptq", Tools(tool("exit 0")))


def test_that_a_tool_that_fails_is_told_in_its_own_words(merged, tool, tmp_path):
    python = tool('[ "$1" = -c ] && exit 0; mkdir "$3"; touch "$3/half"; echo "no memory left" >&2; exit 3')
    with pytest.raises(ExportError, match=r"tool for gptq wrote no 'config.json'.*no memory left"):
        export(merged, tmp_path / "out", "gptq", Tools(python), [(1, 2)])
    assert not (tmp_path / "out").exists()


def test_that_a_model_that_was_changed_after_the_merge_is_refused_with_both_hashes(merged, tmp_path):
    with (merged / "config.json").open("a", encoding="utf-8") as stream:
        stream.write(" ")
    with pytest.raises(ExportError, match=r"merged with hash '[0-9a-f]{12}', now it is '[0-9a-f]{12}'"):
        export(merged, tmp_path / "out", "gguf", Tools(PYTHON))
