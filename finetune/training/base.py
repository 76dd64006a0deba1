"""The base model: where it lies, how large it is, and the weights that a run starts from."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agent.generator.errors import BadModel
from agent.generator.models.folder import find_pulled, models_folder
from agent.generator.weights import Weights, load_weights
from finetune.config import Precision
from finetune.errors import ModelError

_WANTED = ("*.safetensors", "*.json", "*.txt", "*.jinja", "*.model")


@dataclass(frozen=True)
class BaseShape:
    """The sizes of a base model, read from its files without loading it."""

    config: Mapping[str, Any]
    """Its ``config.json``."""
    matrices: Mapping[str, tuple[int, ...]]
    """Shape of each tensor, by name."""

    @property
    def parameters(self) -> int:
        """How many numbers it holds."""
        return sum(_product(shape) for shape in self.matrices.values())

    def size_of(self, name: str) -> int:
        """A number of its configuration; 0 where it has none of this name."""
        value = self.config.get(name)
        return value if isinstance(value, int) else 0

    def targets(self, modules: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """(outputs, inputs) of each layer that an adapter on these modules sits on."""
        found = (
            shape
            for name, shape in self.matrices.items()
            if name.rpartition(".weight")[0].rpartition(".")[2] in modules
        )
        return tuple((shape[0], shape[1]) for shape in found if len(shape) == 2)


def find_model(name: str, *, fetch: bool) -> Path | None:
    """Find a base model on this machine, or bring it.

    Args:
        name: a folder, the name of a model that was pulled (``xiaoer models pull``), or a name on the model hub.
        fetch: whether it may be brought from the hub.

    Returns:
        Its folder; None: it is not on this machine and was not to be brought.

    Raises:
        ModelError: there is neither such a folder nor such a model, or the hub cannot be reached.
    """
    folder = find_pulled(name, models_folder())
    if folder is not None:
        return folder
    if Path(name).is_absolute() or name.startswith(".") or name.count("/") != 1:
        raise ModelError(f"there is no model folder {name!r}; name a folder, or a hub name such as 'owner/model'")
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(_WANTED), local_files_only=not fetch))
    except LocalEntryNotFoundError as error:
        if not fetch:
            return None
        raise ModelError(
            f"model {name!r} is not on this machine and no hub answers; give a local folder, see: xiaoer models pull"
        ) from error
    except (HfHubHTTPError, HFValidationError, httpx.HTTPError, OSError) as error:
        raise ModelError(f"model {name!r} cannot be brought from the hub: {error}; give a local folder") from error


def read_shape(folder: Path) -> BaseShape:
    """Read the sizes of a base model.

    Raises:
        ModelError: its configuration or its weights cannot be read.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        matrices: dict[str, tuple[int, ...]] = {}
        for file in sorted(folder.glob("*.safetensors")):
            matrices |= _read_header(file)
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise ModelError(f"the model in {str(folder)!r} cannot be read: {error}; fetch it again") from error
    if not matrices or not isinstance(config, dict):
        raise ModelError(f"{str(folder)!r} holds no safetensors weights with a config.json; give the folder of a model")
    return BaseShape(MappingProxyType(config), MappingProxyType(matrices))


def load_tokenizer(folder: Path) -> Any:
    """Load a model's tokenizer.

    Raises:
        ModelError: it cannot be read, or has no chat template.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(f"the tokenizer in {str(folder)!r} cannot be read: {error}; fetch it again") from error
    if tokenizer.chat_template is None:
        raise ModelError(f"the tokenizer in {str(folder)!r} has no chat template; use a chat model")
    return tokenizer


def choose_precision(wanted: Precision) -> Precision:
    """Say in which precision this machine computes.

    Raises:
        ModelError: bf16 is wanted and the GPU has none.
    """
    import torch

    has_gpu = torch.cuda.is_available()
    has_bf16 = not has_gpu or torch.cuda.is_bf16_supported(including_emulation=False)
    if wanted == "bf16" and not has_bf16:
        raise ModelError("precision bf16 is set and this GPU has none: set precision to fp32")
    if wanted == "auto":
        return "bf16" if has_gpu and has_bf16 else "fp32"
    return wanted


def load_base(folder: Path, precision: Precision) -> Weights:
    """Load a base model, checked key by key.

    Args:
        folder: a transformers model in safetensors.
        precision: ``fp32`` or ``bf16``; on a CPU the weights stay in fp32 and bf16 is computed in.

    Raises:
        ModelError: it cannot be used.
    """
    import torch

    has_gpu = torch.cuda.is_available()
    try:
        weights = load_weights(folder, None, "cuda" if has_gpu and precision == "bf16" else "cpu")
    except BadModel as error:
        raise ModelError(str(error)) from error
    if has_gpu:
        weights.model.to("cuda")
    return weights


def _read_header(file: Path) -> dict[str, tuple[int, ...]]:
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(length))
    return {name: tuple(entry["shape"]) for name, entry in header.items() if name != "__metadata__"}


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product
