"""Preparing rows: clean, mask, put into the serving prompt's context, reword, take evidence away, check."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from agent.profile import ShopProfile
from agent.understanding.opening import open_understander
from finetune.config import Config, MixSection
from finetune.data.datasets.load import load_datasets
from finetune.data.formats.dialogue import Dialogue
from finetune.data.preparing.example import Example
from finetune.data.preparing.phrasing import variants
from finetune.data.preparing.reader import STRANGER, ShopReader
from finetune.data.preparing.report import Report, report_of, share_notes
from finetune.data.preparing.steps import Steps, Tell
from finetune.data.preparing.templates import answered
from finetune.data.preparing.unanswerable import unanswerable
from knowledge.opening import open_release


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
    steps = Steps(ShopProfile.from_release(release.shop))
    examples = steps.tidy(_read(steps, config))
    async with ShopReader.open(pack, release, open_understander()) as reader:
        grounded = await steps.ground(examples, reader, tell, config.prepare.customer or STRANGER)
        own = await answered(pack, reader, config.prepare.templates, config.seed)
    count = len(grounded)
    steps.note("templates", count, count + len(own), len(own), "questions of the shop's own, answered by the program")
    made = _with_unanswerable(steps, _with_variants(steps, [*grounded, *own], config), config)
    kept = tuple(steps.check(made, "lint"))
    steps.note_form([example for example in kept if example.origin == "given"])
    return kept, report_of(
        steps.done, kept, steps.refused, config.mix or MixSection(), (*steps.notes, *share_notes(kept))
    )


def _read(steps: Steps, config: Config) -> list[Dialogue]:
    files = load_datasets(config.data, config.datasets, steps.profile, config.seed)
    steps.notes += [problem.message for file in files for problem in file.notes]
    drawn = {row.place for file in files for row in file.rows}
    dialogues = [dialogue for file in files for dialogue in file.dialogues if dialogue.place in drawn]
    there = sum(len(file.dialogues) for file in files)
    steps.note("read", there, len(dialogues), there - len(dialogues), "conversations; those left that data draws")
    heads = sum(dialogue.system is not None for dialogue in dialogues)
    if heads:
        steps.notes.append(
            f"{heads} system messages of the data's own are left out: the shop's prompt takes their place"
        )
    return dialogues


def _with_variants(steps: Steps, examples: Sequence[Example], config: Config) -> list[Example]:
    known = {example.question for example in examples}
    made: list[Example] = []
    for example in examples:
        random = Random(f"{config.seed}\0{example.group}\0{example.question}")
        for text in variants(example.question, config.prepare.variants, random):
            if text not in known:
                known.add(text)
                made.append(replace(example, question=text, origin="variant"))
    steps.note("variants", len(examples), len(examples) + len(made), len(made), "other wordings of questions, by rule")
    return [*examples, *made]


def _with_unanswerable(steps: Steps, examples: Sequence[Example], config: Config) -> list[Example]:
    made = unanswerable(examples, config.prepare.unanswerable, steps.profile.style, config.seed)
    count = len(examples)
    steps.note("unanswerable", count, count + len(made), len(made), "the right document taken out of the context")
    return [*examples, *made]
