"""One entry of a registry: where a dataset lies and how its rows are written."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finetune.errors import ConfigError
from finetune.nearest import nearest


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Columns(_Part):
    """Which column of the file holds what; None: the file has none."""

    prompt: str | None = None
    query: str | None = None
    response: str | None = None
    history: str | None = None
    messages: str | None = None
    system: str | None = None
    tools: str | None = None
    chosen: str | None = None
    rejected: str | None = None
    kto_tag: str | None = None
    images: str | None = None
    videos: str | None = None
    audios: str | None = None


class Tags(_Part):
    """Keys of a message, and how its speakers are called; None: as the format has it."""

    role_tag: str | None = None
    content_tag: str | None = None
    user_tag: str | None = None
    assistant_tag: str | None = None
    observation_tag: str | None = None
    function_tag: str | None = None
    system_tag: str | None = None


class Entry(_Part):
    """A dataset as a ``dataset_info.json`` describes it."""

    file_name: str | None = None
    """Relative to the registry's folder."""
    formatting: Literal["alpaca", "sharegpt", "openai"] = "alpaca"
    columns: Columns | None = None
    tags: Tags = Tags()
    num_samples: int | None = Field(default=None, ge=1)
    """So many rows are taken where ``data`` says no other number; None: all."""
    ranking: bool = False
    split: str = "train"
    subset: str | None = None
    folder: str | None = None
    revision: str | None = None
    hf_hub_url: str | None = None
    ms_hub_url: str | None = None
    om_hub_url: str | None = None
    script_url: str | None = None
    cloud_file_name: str | None = None

    @property
    def named(self) -> Columns:
        """The columns; without any named, those of the format."""
        if self.columns is not None:
            return self.columns
        if self.formatting == "alpaca":
            return Columns(prompt="instruction", query="input", response="output", history="history", system="system")
        return Columns(messages="conversations" if self.formatting == "sharegpt" else "messages")


_ELSEWHERE = ("hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name")
_NOT_LEARNED = {
    "chosen": "pairs of better and worse answers",
    "rejected": "pairs of better and worse answers",
    "kto_tag": "answers marked good or bad",
    "images": "pictures",
    "videos": "videos",
    "audios": "sound",
}


def read_entry(name: str, values: Any, origin: str) -> Entry:
    """Read an entry, and refuse by name what cannot be honoured.

    Args:
        name: of the dataset.
        values: as the registry says it.
        origin: the registry, for messages.

    Raises:
        ConfigError: a key is unknown (the nearest known one is named), a value does not fit, or the dataset is of a kind that cannot
            be learned or lies where nothing is read from.
    """
    where = f"{origin}: dataset {name!r}"
    if not isinstance(values, dict):
        raise ConfigError(f"{where}: expected keys and values such as {{'file_name': 'rows.json'}}, got {values!r}")
    for shape, part, inner in (
        (Entry, values, ""),
        (Columns, values.get("columns"), "columns."),
        (Tags, values.get("tags"), "tags."),
    ):
        for key in part if isinstance(part, dict) else ():
            if key not in shape.model_fields:
                near = nearest(str(key), shape.model_fields)
                raise ConfigError(f"{where}: {inner + key!r} is no key; the nearest known one is {inner + near!r}")
    try:
        entry = Entry.model_validate(values)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        raise ConfigError(f"{where}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}; mend the registry") from error
    _refuse(entry, where)
    return entry


def _refuse(entry: Entry, where: str) -> None:
    if entry.ranking:
        raise ConfigError(
            f"{where}: 'ranking' rows are pairs of answers for preference training; name a dataset with one answer a row"
        )
    for column, what in _NOT_LEARNED.items():
        if getattr(entry.named, column) is not None:
            raise ConfigError(f"{where}: 'columns.{column}': {what} are not learned here; name a dataset of text alone")
    if entry.file_name is None:
        elsewhere = [key for key in _ELSEWHERE if getattr(entry, key) is not None]
        said = f"{elsewhere[0]!r} is not read: download the file" if elsewhere else "no file is named"
        raise ConfigError(f"{where}: {said}, and name it as 'file_name'")
    if entry.split != "train":
        raise ConfigError(f"{where}: 'split' is {entry.split!r}; a file is one split: name the file of that split")
    if entry.formatting == "alpaca" and (entry.named.prompt is None or entry.named.response is None):
        raise ConfigError(f"{where}: 'columns' names no 'prompt' or no 'response'; text without answers is not learned")
    if entry.formatting != "alpaca" and entry.named.messages is None:
        raise ConfigError(f"{where}: 'columns' names no 'messages'; say which column holds the conversation")
