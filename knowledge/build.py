"""From a pack to a release: everything the agent will know, in one folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from knowledge.pack import Pack
from knowledge.progress import Watch, WatchedEmbedder
from knowledge.splitting import split_policy, split_product
from retrieval.embedders.port import Embedder, Vectors
from retrieval.pointer import ReleaseStore
from retrieval.release import ReleaseContents
from retrieval.release_format import Manifest
from retrieval.vector_cache import VectorCache


@dataclass(frozen=True)
class Built:
    """A release that lies ready beside the one that is served."""

    manifest: Manifest
    texts: int
    """Texts that the build needed the vectors of; 0 where the same release lay ready from an earlier build."""
    embedded: int
    """Of these, how many went through the model now."""

    @property
    def release_id(self) -> str:
        """The hash that names it."""
        return self.manifest.release_id

    @property
    def cached(self) -> int:
        """Of the texts, how many were known from earlier builds."""
        return self.texts - self.embedded

    def __str__(self) -> str:
        if not self.texts:
            return "Built before: nothing to embed."
        return f"{self.texts} texts: {self.embedded} embedded, {self.cached} from the cache."

    def as_json(self) -> dict[str, int]:
        """The counts as plain JSON."""
        return {"texts": self.texts, "embedded": self.embedded, "cached": self.cached}


class CountedVectors(VectorCache):
    """The vectors of earlier builds, counting what is asked of them.

    Args:
        folder: where the vectors lie.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: set[str] = set()
        self.embedded = 0

    def embed(self, embedder: Embedder, texts: Sequence[str]) -> tuple[Vectors, int]:
        """Encode texts, taking from the folder what it has; see ``VectorCache.embed``."""
        rows, embedded = super().embed(embedder, texts)
        self.asked.update(texts)
        self.embedded += embedded
        return rows, embedded


def default_releases() -> Path:
    """Where releases lie unless said otherwise: under the user's data folder."""
    return user_data_path("xiaoer", appauthor=False) / "releases"


def release_root(releases: Path, shop_id: str) -> Path:
    """The folder of one shop's releases.

    Args:
        releases: of all shops.
        shop_id: of the shop.
    """
    return releases / shop_id


def contents_of(pack: Pack) -> ReleaseContents:
    """What a pack's release holds.

    Args:
        pack: the pack.

    Returns:
        Policies first, then goods, each in the pack's order; whatever their dates, for the turn's time decides.
    """
    policies = [passage for policy in pack.policies for passage in split_policy(policy)]
    goods = [split_product(product) for product in pack.products]
    return ReleaseContents(
        shop=pack.shop.as_release(),
        passages=(*policies, *goods),
        catalogue=pack.catalogue,
        pack_hashes=dict(pack.file_hashes),
    )


def build(pack: Pack, root: Path, embedder: Embedder, watch: Watch = lambda done, total: None) -> Built:
    """Build a pack's release without serving it; only texts never seen before are embedded.

    Args:
        pack: the pack.
        root: the shop's releases.
        embedder: encodes what is to be found.
        watch: told the progress.

    Returns:
        The release; a pack built before gives the same one again.

    Raises:
        ReleaseError: it cannot be written.
    """
    vectors = CountedVectors(root / "vectors")
    manifest = ReleaseStore(root, WatchedEmbedder(embedder, watch)).add(contents_of(pack), vectors)
    return Built(manifest, len(vectors.asked), vectors.embedded)
