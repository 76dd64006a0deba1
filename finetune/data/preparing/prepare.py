"""Preparing rows: clean, mask, put into the serving prompt's context, reword, take evidence away, check."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from agent.privacy.masking import mask
from agent.profile import ShopProfile
from agent.understanding.opening import open_understander
from finetune.config import Config, MixSection
from finetune.data.datasets.load import load_datasets
from finetune.data.formats.dialogue import Dialogue
from finetune.data.preparing.cleaning import clean_dialogue
from finetune.data.preparing.example import Example, examples_of
from finetune.data.preparing.grounding import check, ground
from finetune.data.preparing.phrasing import variants
from finetune.data.preparing.reader import STRANGER, ShopReader
from finetune.data.preparing.repeats import without_repeats
from finetune.data.preparing.report import Report, Step, report_of
from finetune.data.preparing.templates import answered
from finetune.data.preparing.unanswerable import unanswerable
from finetune.problems import Problem
from knowledge.opening import open_release

Tell = Callable[[int, int], None]
"""Is told how many examples of how many have been looked up."""


@dataclass
class _Bench:
    """What is known while rows are prepared."""

    config: Config
    profile: ShopProfile
    steps: list[Step] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, name: str, before: int, after: int, changed: int, what: str) -> None:
        """Keep one step."""
        self.steps.append(Step(name, before, after, changed, what))


async def prepare_rows(
    config: Config, releases: Path | None = None, tell: Tell = lambda done, total: None
) -> tuple[tuple[Example, ...], Report]:
    """Prepare the rows of a configuration.

    The same configuration, data and shop give the same rows.

    Args:
        config: names data, shop, seed and what is added.
        releases: where the shop's release is built; None: under the user's data folder.
        tell: is told of the progress.

    Returns:
        Examples to be written, and the report of them.

    Raises:
        ConfigError: a dataset cannot be found or used.
        DataError: rows cannot be read.
        PackError: the shop cannot be read.
    """
    pack, release = open_release(config.shop, releases)
    bench = _Bench(config, ShopProfile.from_release(release.shop))
    dialogues = _read(bench)
    dialogues = _mask(bench, _clean(bench, dialogues))
    examples = [example for dialogue in _settle(bench, dialogues) for example in examples_of(dialogue)]
    async with ShopReader.open(pack, release, open_understander()) as reader:
        grounded = await _ground(bench, examples, reader, tell)
        own = await answered(pack, reader, config.prepare.templates, config.seed)
    bench.note(
        "templates",
        len(grounded),
        len(grounded) + len(own),
        len(own),
        "questions of the shop's own, answered by the program",
    )
    made = _with_variants(bench, [*grounded, *own])
    made = _with_unanswerable(bench, made)
    kept = _check(bench, made, "lint")
    return tuple(kept), report_of(bench.steps, kept, bench.refused, config.mix or MixSection(), bench.notes)


def _read(bench: _Bench) -> list[Dialogue]:
    config = bench.config
    files = load_datasets(config.data, config.datasets, bench.profile, config.seed)
    bench.notes += [problem.message for file in files for problem in file.notes]
    drawn = {row.place for file in files for row in file.rows}
    dialogues = [dialogue for file in files for dialogue in file.dialogues if dialogue.place in drawn]
    there = sum(len(file.dialogues) for file in files)
    bench.note("read", there, len(dialogues), there - len(dialogues), "conversations, those left that data draws")
    heads = sum(dialogue.system is not None for dialogue in dialogues)
    if heads:
        bench.notes.append(
            f"{heads} system messages of the data's own are left out: the shop's prompt takes their place"
        )
    return dialogues


def _clean(bench: _Bench, dialogues: Sequence[Dialogue]) -> list[Dialogue]:
    cleaned = [(dialogue, clean_dialogue(dialogue, bench.profile.style)) for dialogue in dialogues]
    kept = [after for _, after in cleaned if after is not None]
    changed = sum(after != before for before, after in cleaned)
    bench.note(
        "clean", len(dialogues), len(kept), changed, "HTML, links, noise, forms of address; without words: left out"
    )
    return kept


def _mask(bench: _Bench, dialogues: Sequence[Dialogue]) -> list[Dialogue]:
    masked = [_masked(dialogue, bench.profile.hotline or "") for dialogue in dialogues]
    changed = sum(before != after for before, after in zip(dialogues, masked, strict=True))
    bench.note("mask", len(dialogues), len(masked), changed, "personal data; the shop's hotline stays")
    return masked


def _masked(dialogue: Dialogue, hotline: str) -> Dialogue:
    def hide(text: str) -> str:
        return hotline.join(map(mask, text.split(hotline))) if hotline else mask(text)

    turns = tuple(replace(turn, text=hide(turn.text), found=tuple(map(hide, turn.found))) for turn in dialogue.turns)
    return replace(dialogue, turns=turns, context=tuple(map(hide, dialogue.context)))


def _settle(bench: _Bench, dialogues: Sequence[Dialogue]) -> tuple[Dialogue, ...]:
    kept = without_repeats(dialogues)
    bench.note(
        "repeats",
        len(dialogues),
        len(kept),
        len(dialogues) - len(kept),
        "the same question with nearly the same answer",
    )
    return kept


async def _ground(bench: _Bench, examples: Sequence[Example], reader: ShopReader, tell: Tell) -> list[Example]:
    customer = bench.config.prepare.customer or STRANGER
    grounded: list[Example] = []
    for done, example in enumerate(examples):
        tell(done, len(examples))
        read = await reader.read(example.history, example.question, customer)
        grounded.append(ground(example, read))
    tell(len(examples), len(examples))
    held = sum(bool(example.facts) for example in grounded)
    bench.note(
        "context",
        len(examples),
        len(grounded),
        held,
        "rows with the facts that serving's prompt would hold; one row an answer",
    )
    return _check(bench, grounded, "check")


def _check(bench: _Bench, examples: Iterable[Example], name: str) -> list[Example]:
    given, kept = list(examples), []
    for example in given:
        wrong = check(example, bench.profile)
        if wrong is None:
            kept.append(example)
        else:
            bench.refused.append(wrong)
    bench.note(
        name,
        len(given),
        len(kept),
        len(given) - len(kept),
        "answers that say what their context does not hold: refused",
    )
    return kept


def _with_variants(bench: _Bench, examples: list[Example]) -> list[Example]:
    known = {example.question for example in examples}
    made: list[Example] = []
    for example in examples:
        random = Random(f"{bench.config.seed}\0{example.group}\0{example.question}")
        for text in variants(example.question, bench.config.prepare.variants, random):
            if text not in known:
                known.add(text)
                made.append(replace(example, question=text, origin="variant"))
    bench.note("variants", len(examples), len(examples) + len(made), len(made), "other wordings of questions, by rule")
    return [*examples, *made]


def _with_unanswerable(bench: _Bench, examples: list[Example]) -> list[Example]:
    config = bench.config
    made = unanswerable(examples, config.prepare.unanswerable, bench.profile.style, config.seed)
    bench.note(
        "unanswerable",
        len(examples),
        len(examples) + len(made),
        len(made),
        "the right document taken out of the context",
    )
    return [*examples, *made]
