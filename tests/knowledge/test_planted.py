"""Mistakes planted one at a time into a sound pack, written down before the checks were looked at; see ``planted/``."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from knowledge.checks.all import check_pack
from knowledge.errors import PackError
from knowledge.pack import default_pack, load_pack

PLANTED = Path(__file__).parent / "planted"
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
MISTAKES, SOUND = (
    yaml.safe_load((PLANTED / name).read_text(encoding="utf-8")) for name in ("mistakes.yaml", "sound.yaml")
)


def _findings(pet, edits):
    for edit in edits:
        if "write" in edit:
            pet.write(edit["write"], edit["text"])
        else:
            pet.change(edit["change"], edit["old"], edit["new"])
    try:
        return check_pack(load_pack(pet.folder), NOW)
    except PackError as error:
        return list(error.findings)


def _names(finding, mistake):
    files = {finding.place.file, *(place.file for place in finding.related)}
    return finding.kind in mistake["kind"] and mistake["at"] in files


def test_that_nine_of_ten_planted_mistakes_are_found(pet):
    whole = {path: path.read_bytes() for path in pet.folder.rglob("*") if path.is_file()}
    missed = []
    for mistake in MISTAKES:
        if not any(_names(finding, mistake) for finding in _findings(pet, mistake["edits"])):
            missed.append(mistake["id"])
        for path in [path for path in pet.folder.rglob("*") if path.is_file()]:
            path.unlink() if path not in whole else path.write_bytes(whole[path])
    assert len(MISTAKES) >= 60
    assert 1 - len(missed) / len(MISTAKES) >= 0.9, missed


@pytest.mark.parametrize("edit", SOUND, ids=lambda edit: edit["id"])
def test_that_a_sound_edit_has_no_finding(pet, edit):
    assert _findings(pet, edit["edits"]) == []


@pytest.mark.parametrize("folder", [PLANTED / "base", default_pack(), PLANTED.parents[1] / "packs" / "chaye"])
def test_that_a_sound_pack_has_no_finding(folder):
    assert check_pack(load_pack(folder), NOW) == []
