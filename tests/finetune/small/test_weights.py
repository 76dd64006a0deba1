"""The weights that ship: whole, as their card says, and able to name facts of a shop that they never saw."""

import re
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

import finetune.small
from agent.generator.card import check_card
from agent.generator.digest import hash_base
from agent.prompt import fill
from finetune.small.corpus.policies import Shelf
from finetune.small.corpus.rows import draw_rows
from finetune.small.measure import SEED, open_drafter

SMALL = Path(finetune.small.__file__).parent
BASE, ADAPTER = SMALL / "weights" / "base", SMALL / "weights" / "lanting"
CARD = (SMALL / "MODEL_CARD.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["base/model.safetensors", "base/tokenizer.json", "lanting/adapter_model.safetensors"])
def test_that_the_files_are_those_of_the_card(name):
    digest = sha256((SMALL / "weights" / name).read_bytes()).hexdigest()
    assert f"`{name}` | `{digest}`" in CARD


def test_that_the_adapter_fits_the_base_and_the_prompt():
    check_card(ADAPTER, hash_base(BASE))


def test_that_all_weights_take_less_than_twenty_megabytes():
    assert sum(path.stat().st_size for path in (SMALL / "weights").rglob("*") if path.is_file()) < 20e6


def test_that_the_base_names_facts_of_a_shop_it_never_saw():
    rows = [row for row in islice(draw_rows(SEED, Shelf.held_out()), 8) if re.search(r"〔\d", row.answer)]
    draft = open_drafter(BASE)
    filled = [
        fill(draft(row), [fact.text for fact in row.occasion.brief.facts], row.occasion.brief.ask) for row in rows
    ]
    assert all(one.named and not one.unknown for one in filled)
