"""The style's budgets, counted over the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("agent", "channels", "evaluation", "finetune", "knowledge", "retrieval", "tools", "benchmarks")
FILES = sorted([ROOT / "xiaoer.py", *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))])

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
"""Lines of code, without the docstring; with it none is over `LONGEST_WHOLE`."""
LONGEST_WHOLE = 60
LONGER_FUNCTIONS: dict[str, str] = {}
"""``file:function`` to the reason why it is over the budget."""

VAGUE_NAMES = {"utils", "common", "helpers", "manager", "util", "helper", "misc"}


def _functions(file: Path) -> Iterator[tuple[str, int, int]]:
    """Each function with its lines of code and its lines as a whole."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            whole = (node.end_lineno or node.lineno) - node.lineno + 1
            said = node.body[0] if ast.get_docstring(node) else None
            yield f"{_name(file)}:{node.name}", whole - (said.end_lineno - said.lineno + 1 if said else 0), whole


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_that_a_file_fits_its_budget(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_that_each_function_fits_its_budget(file):
    over = {name for name, code, _ in _functions(file) if code > LONGEST_FUNCTION}
    assert over <= set(LONGER_FUNCTIONS)
    assert [name for name, _, whole in _functions(file) if whole > LONGEST_WHOLE] == []


def test_that_no_exception_outlives_its_reason():
    over = {name for file in FILES for name, code, _ in _functions(file) if code > LONGEST_FUNCTION}
    assert set(LONGER_FUNCTIONS) <= over


def test_that_each_name_says_what_the_file_is_about():
    assert [_name(file) for file in FILES if VAGUE_NAMES & {part.removesuffix(".py") for part in file.parts}] == []


def test_that_nothing_is_left_for_later():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    assert [_name(file) for file in FILES if any(mark in file.read_text(encoding="utf-8") for mark in marks)] == []


def test_that_no_module_imports_itself_in_a_circle():
    imports = {_module(file): _imports(file) for file in FILES}
    known = {name: {found for found in names if found in imports} for name, names in imports.items()}
    assert _circle(known) == []


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(file: Path) -> set[str]:
    """Modules that a module imports when it is loaded; what a function imports is loaded later."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found - {_module(file)}


def _circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules left when those that import nothing left are taken away, again and again."""
    left = dict(graph)
    while free := [name for name, names in left.items() if not names & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)
