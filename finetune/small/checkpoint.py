"""An unfinished pre-training: what it goes on from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Progress:
    """How far a training is."""

    step: int = 0
    tokens: int = 0
    spent_s: float = 0.0
    """Seconds of training, over all its parts."""


def save_checkpoint(path: Path, model: Any, optimizer: Any, progress: Progress) -> None:
    """Write everything that goes on, so that a kill at any moment leaves a whole checkpoint."""
    import torch

    new = path.with_suffix(".new")
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "progress": vars(progress)}
    torch.save(state, new)
    new.replace(path)


def load_checkpoint(path: Path, model: Any, optimizer: Any, device: str) -> Progress:
    """Read a checkpoint into a model and its optimizer.

    Returns:
        How far it was.
    """
    import torch

    state = torch.load(path, map_location=device, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"])
