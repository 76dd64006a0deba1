import json

import pytest

from evaluation.play.reading import read_cases
from knowledge.errors import PackError

TURN = {"turns": [{"customer": "你好"}]}


def write(path, *names):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps({"id": name, **TURN}) for name in names), encoding="utf-8")
    return path


def test_that_files_and_folders_are_read_in_their_order(tmp_path, tea) -> None:
    single = write(tmp_path / "z.jsonl", "z-1")
    write(tmp_path / "folder" / "b.jsonl", "b-1")
    write(tmp_path / "folder" / "a-untouched.jsonl", "a-2", "a-1")
    found = read_cases([single, tmp_path / "folder"], tea[0]).cases
    assert [case.case_id for case in found] == ["z-1", "a-2", "a-1", "b-1"]
    assert [case.split for case in found] == [None, "untouched", "untouched", None]


def test_that_without_a_path_the_packs_own_transcripts_are_played(tea) -> None:
    assert [case.case_id for case in read_cases([], tea[0]).cases] == [one.id for one in tea[0].transcripts]


def test_that_the_same_files_have_the_same_digest(tmp_path, tea) -> None:
    path = write(tmp_path / "a.jsonl", "a-1")
    first = read_cases([path], tea[0]).digests
    write(path, "a-2")
    assert first[0].startswith("a.jsonl ")
    assert read_cases([path], tea[0]).digests != first


def test_that_an_id_used_in_two_files_is_refused(tmp_path, tea) -> None:
    paths = [write(tmp_path / name, "same") for name in ("a.jsonl", "b.jsonl")]
    with pytest.raises(PackError, match="same"):
        read_cases(paths, tea[0])


def test_that_a_path_with_nothing_to_play_is_refused(tmp_path, tea) -> None:
    with pytest.raises(PackError, match="nothing to play"):
        read_cases([tmp_path], tea[0])
