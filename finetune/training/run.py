"""The folder of a run: what lies where, and whether it may be continued."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.config import Config, save_config
from finetune.errors import RunError


@dataclass(frozen=True)
class Origin:
    """What decides the numbers of a run: with another one of these it is another run."""

    base_hash: str
    train_hash: str
    eval_hash: str
    prompt_version: str
    start_hash: str | None = None
    """Of the adapter that is tuned further; None: a new one."""


@dataclass(frozen=True)
class RunFolder:
    """The output folder of one run."""

    path: Path

    @property
    def best(self) -> Path:
        """The adapter with the lowest loss on the evaluation rows."""
        return self.path / "best"

    @property
    def last(self) -> Path:
        """The adapter at the end."""
        return self.path / "last"

    @property
    def checkpoints(self) -> Path:
        """States to resume from; they are never served."""
        return self.path / "checkpoints"

    @property
    def log(self) -> Path:
        """One JSON object a line: losses by step."""
        return self.path / "log.jsonl"

    @property
    def start(self) -> Path:
        """Copy of the adapter that is tuned further."""
        return self.path / "start"

    @property
    def plan(self) -> Path:
        """What the run set out to do, in JSON."""
        return self.path / "plan.json"

    @property
    def baseline(self) -> Path:
        """What the untuned base answered before training, one JSON object a line."""
        return self.path / "baseline.jsonl"

    @property
    def answers(self) -> Path:
        """The same with what the adapter answers after training."""
        return self.path / "answers.jsonl"

    def stage(self, name: str) -> "RunFolder":
        """The folder of a stage; the last one has the run's own."""
        return RunFolder(self.path / "stages" / name)

    def begin(self, config: Config, origin: Origin, plan: Mapping[str, Any]) -> None:
        """Take an empty folder for a new run.

        Args:
            config: the run.
            origin: what decides its numbers beside the configuration.
            plan: what it sets out to do, for the report.

        Raises:
            RunError: it holds something.
        """
        try:
            if self.path.exists() and any(self.path.iterdir()):
                raise RunError(
                    f"output {str(self.path)!r} is not empty; resume the run in it with --resume, or name another folder"
                )
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / "run.json").write_text(json.dumps(_identity(config, origin), indent=1), encoding="utf-8")
            self.plan.write_text(json.dumps(plan, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
            save_config(config, self.path / "config.yaml")
        except OSError as error:
            raise RunError(
                f"output {str(self.path)!r} cannot be written ({error.strerror}); name another one"
            ) from error

    def check(self, config: Config, origin: Origin) -> None:
        """See that the run in this folder may be gone on with.

        Raises:
            RunError: there is none, or it had other settings, rows, another base model or another prompt.
        """
        try:
            before = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(f"{str(self.path)!r} holds no run to resume; start it without --resume") from error
        now = _identity(config, origin)
        for key in sorted(now.keys() | before.keys()):
            if now.get(key) != before.get(key):
                raise RunError(
                    f"the run in {str(self.path)!r} began with {key} {before.get(key)!r}, now it is {now.get(key)!r}; restore "
                    "it, or start another run in another folder"
                )

    def newest_checkpoint(self) -> Path | None:
        """Where to go on: the newest checkpoint that is whole; None: there is none yet."""
        whole = [folder for folder in self.checkpoints.glob("checkpoint-*") if _is_whole(folder)]
        return max(whole, key=_step, default=None)


_LEFT_OUT = frozenset(
    {
        "preset",
        "output",
        "model",
        "data",
        "datasets",
        "shop",
        "adapters",
        "keep_checkpoints",
        "baseline",
        "prepare",
        "gate",
    }
)


def _identity(config: Config, origin: Origin) -> dict[str, Any]:
    """Settings that decide the numbers, and the origin; paths and how much is kept or shown may change."""
    settings = config.model_dump(mode="json", exclude=set(_LEFT_OUT))
    lora = {f"lora.{key}": value for key, value in settings.pop("lora").items()}
    stages = [{key: value for key, value in stage.items() if key != "data"} for stage in settings.pop("stages")]
    return {**settings, **lora, "stages": stages, **vars(origin)}


def _is_whole(folder: Path) -> bool:
    """The trainer writes its state last."""
    try:
        state = json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(state.get("global_step") == _step(folder))


def _step(folder: Path) -> int:
    number = folder.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1
