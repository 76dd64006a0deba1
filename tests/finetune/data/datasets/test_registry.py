import json

import pytest

from finetune.data.datasets.load import load_datasets
from finetune.data.datasets.wanted import Wanted, read_wanted
from finetune.errors import ConfigError, DataError

ALPACA = {"instruction": "能退吗", "input": "", "output": "可以退。"}


@pytest.fixture
def registry(tmp_path):
    def write(**entries):
        (tmp_path / "dataset_info.json").write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
        return tmp_path

    return write


def texts(file):
    return [(row.question, row.answer) for row in file.rows]


TAGS = {
    "role_tag": "who",
    "content_tag": "text",
    "user_tag": "buyer",
    "assistant_tag": "shop",
    "observation_tag": "result",
}


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        ({}, ALPACA),
        ({"columns": {"prompt": "q", "response": "a"}}, {"q": "能退吗", "a": "可以退。", "source": "web"}),
        (
            {"columns": {"prompt": "q", "query": "more", "response": "a"}},
            {"q": "能退吗", "more": None, "a": "可以退。"},
        ),
        (
            {"formatting": "sharegpt"},
            {"conversations": [{"from": "human", "value": "能退吗"}, {"from": "gpt", "value": "可以退。"}]},
        ),
        (
            {"formatting": "sharegpt", "columns": {"messages": "talk"}, "tags": TAGS},
            {"talk": [{"who": "buyer", "text": "能退吗"}, {"who": "shop", "text": "可以退。"}], "id": 7},
        ),
        (
            {"formatting": "openai", "columns": {"messages": "messages", "system": "head"}},
            {"messages": [{"role": "user", "content": "能退吗"}, {"role": "assistant", "content": "可以退。"}]},
        ),
    ],
)
def test_that_a_dataset_is_read_by_its_own_columns_and_tags(registry, write, profile, entry, row):
    folder = registry(shop={"file_name": "rows.json", **entry})
    write("rows.json", json.dumps([row], ensure_ascii=False))
    (file,) = load_datasets(["shop"], folder, profile, 0)
    assert texts(file) == [("能退吗", "可以退。")]


def test_that_a_tools_result_under_its_own_tag_is_context(registry, write, profile):
    said = [("buyer", "到哪了"), ("result", "已发货"), ("shop", "已经发货。")]
    write("rows.jsonl", {"conversations": [{"who": who, "text": text} for who, text in said]})
    folder = registry(shop={"file_name": "rows.jsonl", "formatting": "sharegpt", "tags": TAGS})
    (file,) = load_datasets(["shop"], folder / "dataset_info.json", profile, 0)
    assert file.rows[0].facts == ("已发货。",)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"file_nam": "a.json"}, "'file_nam' is no key; the nearest known one is 'file_name'"),
        ({"file_name": "a.json", "columns": {"promt": "q"}}, r"'columns\.promt' is no key; .* 'columns\.prompt'"),
        ({"file_name": "a.json", "tags": {"roletag": "q"}}, r"'tags\.roletag' is no key; .* 'tags\.role_tag'"),
        ({"file_name": "a.json", "formatting": "csv"}, "formatting: Input should be"),
        ({"file_name": "a.json", "ranking": True}, "'ranking' rows are pairs"),
        ({"file_name": "a.json", "columns": {"images": "pics"}}, r"'columns\.images': pictures are not learned"),
        ({"file_name": "a.json", "columns": {"kto_tag": "ok"}}, r"'columns\.kto_tag': answers marked good or bad"),
        ({"file_name": "a.json", "columns": {"prompt": "text"}}, "text without answers"),
        ({"file_name": "a.json", "split": "test"}, "'split' is 'test'"),
        ({"hf_hub_url": "a/b"}, "'hf_hub_url' is not read: download the file, and name it as 'file_name'"),
        ({}, "no file is named"),
        ("a.json", "expected keys and values"),
    ],
)
def test_that_what_cannot_be_honoured_is_refused_by_name(registry, profile, entry, message):
    with pytest.raises(ConfigError, match=rf"dataset 'shop': .*{message}|dataset 'shop': {message}"):
        load_datasets(["shop"], registry(shop=entry), profile, 0)


def test_that_an_unknown_dataset_is_told_with_the_nearest_one(registry, write, profile):
    folder = registry(returns={"file_name": "a.json"})
    with pytest.raises(ConfigError, match=r"no dataset 'return' in .*nearest known one is 'returns'"):
        load_datasets(["return"], folder, profile, 0)
    with pytest.raises(ConfigError, match=r"no registry is set \('datasets'\)"):
        load_datasets(["returns"], None, profile, 0)


def test_that_a_broken_row_of_a_dataset_is_named_with_its_line(registry, write, profile):
    folder = registry(shop={"file_name": "rows.jsonl", "columns": {"prompt": "q", "response": "a"}})
    write("rows.jsonl", {"q": "能退吗", "a": "可以退。"}, {"q": "能换吗"})
    with pytest.raises(DataError, match=r"rows\.jsonl:2: there is no column 'a'; the row has \['q'\]"):
        load_datasets(["shop"], folder, profile, 0)


def test_that_an_unreadable_registry_is_told(tmp_path, profile):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_datasets(["shop"], tmp_path, profile, 0)
    (tmp_path / "dataset_info.json").write_text("[", encoding="utf-8")
    with pytest.raises(ConfigError, match="no JSON"):
        load_datasets(["shop"], tmp_path, profile, 0)


def test_that_files_names_and_numbers_are_told_apart():
    assert read_wanted("rows/a.csv#20") == Wanted("rows/a.csv", 20) and read_wanted("rows/a.csv").is_file
    assert read_wanted("returns") == Wanted("returns") and not read_wanted("returns#5").is_file
    for wrong in ("returns#", "returns#0", "returns#all", "#5"):
        with pytest.raises(ConfigError, match="expected a file or dataset and a number of rows"):
            read_wanted(wrong)


def test_that_so_many_rows_are_drawn_as_are_asked_for_and_none_twice(write, profile):
    path = write("a.csv", "question,answer", *(f"第{number}个问题,好的" for number in range(40)))
    first, again, other = (load_datasets([f"{path}#10"], None, profile, seed)[0] for seed in (1, 1, 2))
    assert texts(first) == texts(again) != texts(other)
    assert len(set(texts(first))) == 10 and not first.notes
    (short,) = load_datasets([f"{path}#50"], None, profile, 1)
    assert len(short.rows) == 40
    assert "40 rows, 10 fewer than asked for" in short.notes[0].message
    assert set(texts(first)) < set(texts(load_datasets([f"{path}#20"], None, profile, 1)[0]))
