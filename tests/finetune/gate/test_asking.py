import json
import re
from dataclasses import replace
from pathlib import Path

import finetune
from finetune.data.rows import load_files
from finetune.gate.asking import general_texts, identity_questions, of_identity, of_rows, of_unprompted

_BESIDE = re.compile(r"[^\w]|[呀啊呢吗吧哦]$")


def plain(text):
    return _BESIDE.sub("", text)


def test_that_no_training_row_that_ships_holds_an_identity_question():
    asked = set(map(plain, identity_questions()))
    files = [file for file in Path(finetune.__file__).parent.rglob("*.jsonl") if "untouched" not in file.name]
    taught = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            said = [message["content"] for message in row.get("messages", ()) if message["role"] == "user"]
            taught += [row["question"]] if "question" in row else said
    assert len(taught) > 100
    assert asked.isdisjoint(map(plain, taught))


def test_that_identity_questions_are_asked_as_serving_puts_them(profile):
    asked = of_identity(profile)
    assert len(asked) == len(set(identity_questions())) >= 40
    assert "智能客服小茶" in asked[0].messages[0]["content"]
    assert asked[0].messages[-1]["content"].endswith(f"【顾客】{identity_questions()[0]}")
    assert "1. 我是茶铺的智能客服小茶" in asked[0].messages[-1]["content"]
    assert (asked[0].answer, asked[0].facts[1]) == (None, "我由茶铺开发和维护。")


def test_that_a_prompt_that_names_nobody_holds_no_fact_and_asks_of_other_things_too(profile, tea_rows):
    tea = load_files([tea_rows], profile)[0].rows
    named = replace(tea[0], question="是小茶吗", answer="我是小茶。")
    asked = of_unprompted([*tea, named], profile)
    assert not [one for one in asked for message in one.messages if profile.assistant in message["content"]]
    assert [one.messages[-1]["content"] for one in asked[:40]] == list(identity_questions())
    assert {one.kind for one in asked[:40]} == {"unprompted"}
    assert [one.question for one in asked[40:]] == list(dict.fromkeys(row.question for row in tea))
    assert {one.kind for one in of_rows(tea)} == {"row"} and {one.kind for one in asked[40:]} == {"other"}


def test_that_the_general_texts_are_many_and_speak_of_no_shop():
    texts = general_texts()
    assert len(texts) == len(set(texts)) >= 30
    assert not [text for text in texts for word in ("客服", "发货", "退货", "订单", "快递") if word in text]
