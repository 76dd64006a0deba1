"""The page of the settings names each one, with its default where that is a value."""

import re
from pathlib import Path

from agent.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in PAGE.splitlines() if line.startswith("| `")]


def test_that_the_page_names_every_setting_and_no_other():
    named = {name for row in ROWS for name in re.findall(r"`(\w+)`", row[0])}
    assert named <= set(Settings.model_fields)
    missing = [name for name in Settings.model_fields if f"`{name}`" not in PAGE]
    assert missing == []


def test_that_the_page_states_the_defaults_of_the_program():
    wrong = []
    for names, default, _ in ROWS:
        stated = [value.strip("` ") for value in default.split(",")]
        for name, value in zip(re.findall(r"`(\w+)`", names), stated, strict=False):
            held = Settings.model_fields[name].default
            if isinstance(held, bool | int | float) and float(held) != float(value.replace("false", "0")):
                wrong.append((name, value, held))
            if isinstance(held, str) and held != value:
                wrong.append((name, value, held))
    assert wrong == []
