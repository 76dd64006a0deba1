"""Registered versions: each an immutable copy, named after its content, checked whenever it is read."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from agent.generator.card import CARD, CONFIG, WEIGHTS, Card, check_card
from agent.generator.digest import hash_file
from agent.generator.errors import BadAdapter
from agent.generator.registry.errors import VersionUnknown
from agent.generator.registry.gate import GATE, Gate, read_gate
from agent.generator.weights import check_folder
from retrieval.durable import sync

MANIFEST = "version.json"
_COPIED = (WEIGHTS, CONFIG, CARD, GATE)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}-[0-9a-f]{12}")


class Manifest(BaseModel):
    """Who registered a version, and what it is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    at: AwareDatetime
    who: str
    reason: str = ""
    forced: bool = False
    """Registered without a gate."""
    files: Mapping[str, str]
    """SHA-256 of each file."""


@dataclass(frozen=True)
class Version:
    """One registered adapter, checked."""

    folder: Path
    manifest: Manifest
    card: Card
    gate: Gate | None

    @property
    def name(self) -> str:
        """What replies call it."""
        return self.manifest.version


@dataclass(frozen=True)
class Origin:
    """Who registers an adapter, and why."""

    who: str
    at: datetime
    """Aware."""
    reason: str = ""
    forced: bool = False


def add_version(versions: Path, source: Path, origin: Origin, name: str | None = None) -> Version:
    """Copy an adapter beside the others; the same content is not copied twice.

    Args:
        versions: the folder of versions; made if absent.
        source: an adapter with its card.
        origin: for the record.
        name: the version's name before its digest; None: the run's.

    Raises:
        BadAdapter: it is damaged, pickled or has no usable name.
    """
    check_folder(source)
    check_card(source)
    files = {file: hash_file(source / file) for file in _COPIED if (source / file).is_file()}
    version = f"{name or _run_name(source)}-{_digest(files)}"
    if not _VERSION.fullmatch(version):
        raise BadAdapter(
            f"{version!r} is no name for a version: letters, digits, '.', '_' and '-', up to 40; give another with --name"
        )
    folder = versions / version
    if not folder.exists():
        manifest = Manifest(
            version=version, at=origin.at, who=origin.who, reason=origin.reason, forced=origin.forced, files=files
        )
        _copy(source, folder, manifest)
    return read_version(versions, version)


def read_version(versions: Path, version: str, base_sha256: str | None = None) -> Version:
    """Read a version and check every file of it.

    Args:
        versions: the folder of versions.
        version: its name.
        base_sha256: of the model that is to speak with it; None: not compared.

    Raises:
        VersionUnknown: there is none.
        BadAdapter: it was changed after it was registered, or is for another base or prompt; both values are named.
    """
    folder = versions / version
    if not _VERSION.fullmatch(version) or not folder.is_dir():
        raise VersionUnknown(version, list_versions(versions))
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BadAdapter(
            f"{str(folder)!r} holds no readable {MANIFEST}: {error}; register the adapter again"
        ) from error
    check_folder(folder)
    _check_files(folder, manifest)
    if (expected := _digest(manifest.files)) != version.rpartition("-")[2]:
        raise BadAdapter(f"{MANIFEST} in {str(folder)!r} is of {expected!r}, not of {version!r}; register it again")
    card = check_card(folder, base_sha256)
    return Version(folder, manifest, card, read_gate(folder, card.adapter_sha256))


def list_versions(versions: Path) -> tuple[str, ...]:
    """The names of all versions, as they are written; what is being copied is not among them."""
    if not versions.is_dir():
        return ()
    return tuple(sorted(path.name for path in versions.iterdir() if _VERSION.fullmatch(path.name)))


def _check_files(folder: Path, manifest: Manifest) -> None:
    found = {file.name: hash_file(file) for file in folder.iterdir() if file.is_file() and file.name != MANIFEST}
    for name in sorted(found.keys() | manifest.files.keys()):
        here, written = found.get(name, "nothing"), manifest.files.get(name, "nothing")
        if here != written:
            raise BadAdapter(
                f"{name!r} in {str(folder)!r} was registered with hash {written[:12]!r}, now it is {here[:12]!r}; register "
                "the adapter again"
            )


def _copy(source: Path, folder: Path, manifest: Manifest) -> None:
    """A crash leaves a folder with a dot, which nobody reads."""
    partial = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        for name in manifest.files:
            shutil.copyfile(source / name, partial / name)
        (partial / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        _check_files(partial, manifest)
        for file in partial.iterdir():
            file.chmod(0o444)
            sync(file)
        partial.rename(folder)
    except OSError as error:
        # Where the folder is there now, another process copied the same content.
        if not folder.is_dir():
            raise BadAdapter(
                f"{str(folder)!r} cannot be written ({error.strerror}); make room and try again"
            ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _run_name(source: Path) -> str:
    place = source.resolve()
    named = place.parent.name if place.name in ("best", "last") else place.name
    return re.sub(r"[^A-Za-z0-9._-]+", "-", named).strip("-.") or "adapter"


def _digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()[:12]
