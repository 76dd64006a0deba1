"""Formats: a merged model for llama.cpp (GGUF), or in four bits for vLLM (GPTQ, AWQ), by those formats' own tools.

The tools want other versions than this program, so each runs in an environment of its own.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.generator.digest import hash_base
from finetune.errors import ExportError
from finetune.export.merge import copy_rest, read_merged, refuse_taken

Target = Literal["gguf", "gptq", "awq"]

ROWS = 256
"""So many rows are calibrated with."""
_SCRIPT = Path(__file__).with_name("compress.py")
_FINDS = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
_SAID_CHARS = 600


@dataclass(frozen=True)
class Tools:
    """Where the tools lie."""

    python: Path
    """Of the environment that holds them."""
    converter: Path | None = None
    """llama.cpp's ``convert_hf_to_gguf.py``."""


def export(merged: Path, out: Path, to: Target, tools: Tools, rows: Sequence[Sequence[int]] = ()) -> Path:
    """Bring a merged model into another format.

    Args:
        merged: a folder that `merge` wrote.
        out: the folder to write; must be empty or absent.
        to: the format.
        tools: what writes it.
        rows: token ids of rows to calibrate with, prompt and answer; for ``gptq`` and ``awq``.

    Returns:
        What a server is to load: the folder, or the file in it.

    Raises:
        ExportError: the tool is missing or failed, the folder is taken, or the model is not what was merged.
    """
    refuse_taken(out)
    written, found = read_merged(merged).get("sha256"), hash_base(merged)
    if written != found:
        raise ExportError(
            f"the model in {str(merged)!r} was merged with hash {str(written)[:12]!r}, now it is {found[:12]!r}; merge again"
        )
    try:
        return _gguf(merged, out, tools) if to == "gguf" else _four_bits(merged, out, to, tools, rows)
    except ExportError:
        shutil.rmtree(out, ignore_errors=True)  # It was empty or absent before.
        raise


def _gguf(merged: Path, out: Path, tools: Tools) -> Path:
    converter = _converter(tools)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{merged.resolve().name}.gguf"
    _run([tools.python, converter, merged, "--outfile", file, "--outtype", "f16"], "gguf", file)
    return file


def _four_bits(merged: Path, out: Path, to: Target, tools: Tools, rows: Sequence[Sequence[int]]) -> Path:
    _refuse_missing(to, tools.python)
    if not rows:
        raise ExportError(
            f"{to} calibrates on rows like those that it will serve; name the run that has them with --config"
        )
    with tempfile.TemporaryDirectory() as scratch:
        calibration = Path(scratch) / "rows.jsonl"
        calibration.write_text("\n".join(json.dumps(list(row)) for row in rows[:ROWS]), encoding="utf-8")
        _run([tools.python, _SCRIPT, merged, out, to, calibration], to, out / "config.json")
    copy_rest(merged, out)
    return out


def _converter(tools: Tools) -> Path:
    if tools.converter is None or not tools.converter.is_file():
        raise ExportError(
            "gguf is written by llama.cpp's own converter, which is not here: git clone https://github.com/ggml-org/llama.cpp, "
            "pip install -r llama.cpp/requirements/requirements-convert_hf_to_gguf.txt into an environment of its own, then name "
            "both: --tool llama.cpp/convert_hf_to_gguf.py --python ENVIRONMENT/bin/python"
        )
    return tools.converter


def _refuse_missing(to: Target, python: Path) -> None:
    try:
        found = (
            subprocess.run([python, "-c", _FINDS, "llmcompressor"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        found = False
    if not found:
        raise ExportError(
            f"{to} needs llm-compressor, which {str(python)!r} does not have and this program's own environment cannot (it wants "
            "other versions): python3 -m venv .venv-export && .venv-export/bin/pip install llmcompressor==0.14.0.1 torch==2.13.0, "
            "then --python .venv-export/bin/python"
        )


def _run(command: Sequence[str | Path], to: Target, wanted: Path) -> None:
    try:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise ExportError(f"{str(command[0])!r} cannot be started ({error.strerror}); name another --python") from error
    if done.returncode or not wanted.is_file():
        said = done.stderr.strip()[-_SAID_CHARS:] or f"it left with {done.returncode}"
        raise ExportError(f"the tool for {to} wrote no {wanted.name!r}; it said at last: {said}")
