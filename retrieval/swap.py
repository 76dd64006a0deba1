"""A release with other goods: the catalogue is swapped, everything else is shared with the release it comes from."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from retrieval import release_format
from retrieval.catalogue import Catalogue
from retrieval.durable import sync
from retrieval.errors import ReleaseError
from retrieval.passages import Passage
from retrieval.release_format import CATALOGUE, FRESH_GOODS, MANIFEST, MANIFEST_SUM, Manifest


@dataclass(frozen=True)
class OtherGoods:
    """What is other in the new release."""

    catalogue: Catalogue
    fresh: Sequence[Passage] = ()
    """One passage for each product that the indexes do not know, or know otherwise."""


def swap_goods(base: Path, goods: OtherGoods) -> Manifest:
    """Write a release beside another one that has all in common with it but the goods.

    The files in common are hard links, or copies where the disk knows no links: nothing is embedded and nothing indexed, and neither
    release is ever changed. A release of the same content is not written twice; a damaged one is replaced.

    Args:
        base: a release, known to be intact.
        goods: what is to be other.

    Returns:
        The new release's manifest; its folder lies beside the base, under its id.

    Raises:
        ReleaseError: the base's manifest cannot be read.
    """
    manifest = release_format.read_manifest(base)
    own = {CATALOGUE: release_format.catalogue_bytes(goods.catalogue)}
    if goods.fresh:
        own[FRESH_GOODS] = release_format.passages_bytes(goods.fresh)
    swapped = _manifest(manifest, own, goods)
    folder = base.with_name(swapped.release_id)
    if folder == base or _is_intact(folder):
        return release_format.read_manifest(folder)
    partial = Path(mkdtemp(prefix=f".{folder.name}.", dir=base.parent))
    try:
        _fill(partial, base, swapped, own)
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
        sync(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return swapped


def _manifest(base: Manifest, own: Mapping[str, bytes], goods: OtherGoods) -> Manifest:
    kept = {name: hashed for name, hashed in base.files.items() if name not in (CATALOGUE, FRESH_GOODS)}
    files = {**kept, **{name: sha256(content).hexdigest() for name, content in own.items()}}
    skus = sum(len(product.skus) for product in goods.catalogue.products)
    return replace(
        base,
        release_id=release_format.id_of_files(files, base.embedder),
        built_at=datetime.now(UTC),
        counts={**base.counts, "products": len(goods.catalogue.products), "skus": skus},
        files=files,
        texts_embedded=0,
    )


def _is_intact(folder: Path) -> bool:
    try:
        release_format.check_files(folder, release_format.read_manifest(folder))
    except ReleaseError:
        return False
    return True


def _fill(folder: Path, base: Path, manifest: Manifest, own: Mapping[str, bytes]) -> None:
    """Write the release's own files, link the others, and force all names and contents to the disk."""
    folder.chmod(0o755)
    for name in manifest.files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in own:
            path.write_bytes(own[name])
        else:
            _share(base / name, path)
    release_format.write_manifest(folder, manifest)
    for name in (*own, MANIFEST, MANIFEST_SUM):
        sync(folder / name)
    for path in {folder, *((folder / name).parent for name in manifest.files)}:
        sync(path)


def _share(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
        sync(target)
