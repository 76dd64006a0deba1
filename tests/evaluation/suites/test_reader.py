import json

import pytest

from evaluation.play.reading import read_cases
from evaluation.simulator.customer import ScriptedCustomer
from evaluation.suites.reader import TaskReader, load_tasks
from evaluation.suites.spans import FREE
from knowledge.errors import PackError
from knowledge.pack import default_pack, load_pack

TASK = {"id": "a-1", "customer_id": "U1001", "asks": [{"say": "包邮吗", "gold": ["满99元包邮。"]}]}


@pytest.fixture
def file(tmp_path):
    def write(*tasks, name="shipping-untouched.jsonl"):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(task, ensure_ascii=False) for task in tasks), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def pack():
    return load_pack(default_pack())


def test_that_a_file_gives_family_and_half(file, pack) -> None:
    (untouched,) = TaskReader().read(file(TASK), pack)
    (tuned,) = TaskReader().read(file(TASK, name="shipping.jsonl"), pack)
    assert (untouched.family, untouched.split, tuned.family, tuned.split) == (
        "shipping",
        "untouched",
        "shipping",
        "tuned",
    )
    assert untouched.task["asks"][0]["say"] == "包邮吗"


def test_that_tasks_are_told_from_transcripts(file) -> None:
    transcript = {"id": "t", "turns": [{"customer": "你好"}]}
    assert TaskReader().reads(file(TASK))
    assert not TaskReader().reads(file(transcript, name="talk.jsonl"))
    assert not TaskReader().reads(file(TASK, name="task.json"))


def test_that_a_replay_plays_a_folder_of_tasks(file, pack) -> None:
    folder = file(TASK, {**TASK, "id": "a-2"}).parent
    assert [case.case_id for case in read_cases([folder], pack).cases] == ["a-1", "a-2"]


def test_that_every_wrong_line_is_told_with_its_number(file) -> None:
    wrong = file({**TASK, "handof": {}}, TASK, {**TASK, "asks": []})
    with pytest.raises(PackError) as error:
        load_tasks(wrong)
    assert "handof" in str(error.value)
    assert {finding.place.line for finding in error.value.findings} == {1, 3}


def test_that_a_line_that_is_no_json_is_told(tmp_path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"asks": ', encoding="utf-8")
    with pytest.raises(PackError, match="not JSON"):
        load_tasks(path)


def test_that_a_task_that_writes_a_key_twice_is_refused(tmp_path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"asks": [], "id": "a", "id": "b"}', encoding="utf-8")
    with pytest.raises(PackError, match="'id' stands twice"):
        load_tasks(path)


async def test_that_the_same_task_is_put_the_same_way_twice(file, pack) -> None:
    (case,) = TaskReader().read(file(TASK), pack)
    first, second = [await case.script(1).next([]) for _ in range(2)]
    assert first == second
    assert first.text == "包邮吗"


async def test_that_a_model_may_speak_for_the_customers_and_the_case_says_so(file, pack) -> None:
    reader = TaskReader(lambda task: ScriptedCustomer([task.asks[0].say, "随便问问"]))
    (case,) = reader.read(file(TASK), pack)
    assert case.tags == (FREE,)
    assert (await case.script(1).next([])).text == "包邮吗"
