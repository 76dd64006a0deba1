"""The default encoder as a sentence-transformers module, for all that is built on that library."""

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.input_module import InputModule

from retrieval.embedders.use import TUNED_NAME, UseEmbedder
from retrieval.embedders.use_network import DIMENSIONS


class UseModule(InputModule):  # type: ignore[misc]  # the library ships without types
    """One module that goes from text to sentence vector; ``SentenceTransformer(modules=[UseModule()])``.

    Saving writes a configuration only: the weights lie in the installed packages, and ``load`` opens them again.

    Args:
        name: ``use-customer`` or ``use-multilingual-v3``.
    """

    config_keys: list[str] = ["name"]  # noqa: RUF012  # the base class declares it mutable

    def __init__(self, name: str = TUNED_NAME) -> None:
        super().__init__()
        self.name = name
        self._embedder = UseEmbedder(name)
        # The library reads a model's device and type from its parameters; this encoder has none of its own.
        self.anchor = torch.nn.Parameter(torch.zeros(1), requires_grad=False)

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **_: Any) -> dict[str, torch.Tensor]:
        """Encode here: the model takes text, so there are no token ids to hand on."""
        texts = [f"{prompt or ''}{text}" for text in inputs]
        return {"sentence_embedding": torch.from_numpy(self._embedder.embed(texts))}  # [n, 512]

    def forward(self, features: dict[str, torch.Tensor], **_: Any) -> dict[str, torch.Tensor]:
        """Pass on the vectors made by ``preprocess``."""
        return features

    def get_embedding_dimension(self) -> int:
        """512."""
        return DIMENSIONS

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the configuration file by which the module is found again."""
        self.save_config(output_path)


def use_sentence_transformer() -> SentenceTransformer:
    """The default encoder as a whole sentence-transformers model on the CPU."""
    return SentenceTransformer(modules=[UseModule()], device="cpu")
