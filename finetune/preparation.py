"""Preparation: everything of a run that needs no weights."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from agent.profile import ShopProfile
from finetune.config import Config
from finetune.data.datasets.load import load_datasets
from finetune.data.encode import EncodedRows, encode_rows
from finetune.data.identity.share import check_share
from finetune.data.lint import lint
from finetune.data.mix import mix_rows
from finetune.data.rows import DataFile
from finetune.data.split import Split, split_rows
from finetune.errors import DataError
from finetune.problems import Problem, errors_of
from finetune.training.base import find_model, load_tokenizer
from knowledge.pack import default_pack
from knowledge.shop import load_shop


@dataclass(frozen=True)
class Checked:
    """Rows as they were read, with what is wrong with them."""

    files: tuple[DataFile, ...]
    problems: tuple[Problem, ...]
    profile: ShopProfile

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(file.rows) for file in self.files)


@dataclass(frozen=True)
class Prepared:
    """Rows split, and encoded where the base model lies on this machine."""

    config: Config
    checked: Checked
    split: Split
    """What is taken of the rows, in the mix."""
    notes: tuple[Problem, ...]
    """What was left out, and what is short of what was asked for."""
    folder: Path | None
    """Of the base model; None: it is not on this machine."""
    train: EncodedRows | None
    """None: not encoded, for want of the model."""
    evaluation: EncodedRows | None


def load_profile(shop: Path | None) -> ShopProfile:
    """Read the shop whose prompt heads the rows.

    Raises:
        PackError: it cannot be read.
    """
    return ShopProfile.from_release(load_shop(shop or default_pack()).as_release())


def check(config: Config) -> Checked:
    """Read the rows and look for what must not be learned.

    Raises:
        ConfigError: a dataset cannot be found or used.
        DataError: rows cannot be read.
        PackError: the shop cannot be read.
    """
    profile = load_profile(config.shop)
    files = load_datasets(config.data, config.datasets, profile, config.seed)
    rows = [row for file in files for row in file.rows]
    notes = (note for file in files for note in file.notes)
    return Checked(files, (*lint(rows, profile), *check_share(rows), *notes), profile)


def prepare(config: Config, *, fetch: bool) -> Prepared:
    """Read, check, split, mix and encode the rows of a run.

    The split is made of all rows of the files, before any are drawn: more or fewer rows never move a question to the other side.

    Args:
        config: the run.
        fetch: whether the base model may be brought from its hub.

    Raises:
        ConfigError: a dataset cannot be found or used.
        DataError: rows cannot be read, or must not be learned.
        ModelError: the base model or its tokenizer cannot be found or read.
        MaskError: a row's labels are not its answer and its end token.
    """
    checked = check(config)
    wrong = errors_of(checked.problems)
    if wrong:
        raise DataError(wrong)
    split, notes = _split(checked, config)
    folder = find_model(config.model, fetch=fetch)
    if folder is None:
        return Prepared(config, checked, split, notes, None, None, None)
    tokenizer = load_tokenizer(folder)
    train, evaluation = (encode_rows(tokenizer, rows, config.max_tokens) for rows in (split.train, split.evaluation))
    return Prepared(config, checked, split, notes, folder, _marked(train, config), _marked(evaluation, config))


def _split(checked: Checked, config: Config) -> tuple[Split, tuple[Problem, ...]]:
    whole = split_rows([row for file in checked.files for row in file.pool], config.eval_share, config.seed)
    taken = {id(row) for file in checked.files for row in file.rows}
    train, evaluation = (tuple(row for row in rows if id(row) in taken) for rows in (whole.train, whole.evaluation))
    notes = tuple(problem for problem in checked.problems if problem.kind == "setting")
    if config.mix is None:
        return Split(train, evaluation, whole.clusters), notes
    mixed = mix_rows(train, config.mix.target, config.seed)
    wrong = errors_of(mixed.problems)
    if wrong:
        raise DataError(wrong)
    return Split(mixed.rows, evaluation, whole.clusters), (*notes, *mixed.problems)


def hash_rows(rows: EncodedRows) -> str:
    """SHA-256 over what is learned from rows, in their order."""
    digest = hashlib.sha256()
    for encoded in rows.rows:
        line = json.dumps([encoded.row.messages, encoded.row.answer], ensure_ascii=False, sort_keys=True)
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _marked(rows: EncodedRows, config: Config) -> EncodedRows:
    """Rows that are left out on purpose are no errors."""
    if config.too_long == "refuse":
        return rows
    left_out = tuple(replace(problem, severity="warning", message=_left_out(problem)) for problem in rows.too_long)
    return EncodedRows(rows.rows, left_out)


def _left_out(problem: Problem) -> str:
    return f"left out: {problem.message.partition(';')[0]}"
