"""The folder of a run: what lies where, and whether it may be continued."""

import json
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

    def begin(self, config: Config, origin: Origin) -> None:
        """Take an empty folder for a new run.

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
            save_config(config, self.path / "config.yaml")
        except OSError as error:
            raise RunError(
                f"output {str(self.path)!r} cannot be written ({error.strerror}); name another one"
            ) from error

    def resume(self, config: Config, origin: Origin) -> Path:
        """Find where to go on.

        Returns:
            The newest checkpoint that is whole.

        Raises:
            RunError: there is none, or the run had other settings, rows, another base model or another prompt.
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
        whole = [folder for folder in self.checkpoints.glob("checkpoint-*") if _is_whole(folder)]
        if not whole:
            raise RunError(f"{str(self.path)!r} holds no whole checkpoint; delete the folder and start again")
        return max(whole, key=_step)


def _identity(config: Config, origin: Origin) -> dict[str, Any]:
    """Settings that decide the numbers, and the origin; paths and how much is kept may change."""
    settings = config.model_dump(mode="json", exclude={"output", "model", "data", "shop", "keep_checkpoints", "gate"})
    lora = {f"lora.{key}": value for key, value in settings.pop("lora").items()}
    return {**settings, **lora, **vars(origin)}


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
