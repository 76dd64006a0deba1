"""Pulling: bringing a base model from a hub, file by file, going on where it broke off."""

import asyncio
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import httpx

from agent.generator.digest import hash_file
from agent.generator.models.errors import DownloadFailed, NotOnHub, NotUsable
from agent.generator.models.folder import PULLED, Pulled, find_pulled, read_pulled
from agent.generator.models.hub import Hub, HubFile, Listing

Tell = Callable[[str, int, int], None]
"""Told which file is brought, and of the whole model how many bytes are here, of how many."""

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_FILE = re.compile(r"[A-Za-z0-9_][\w.-]*")
_SUFFIXES = frozenset({".safetensors", ".json", ".txt", ".jinja", ".model", ".tiktoken"})
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)


@dataclass(frozen=True)
class Patience:
    """How often a download that breaks off is taken up again."""

    tries: int = 5
    """In a row without a byte more."""
    pause_s: float = 1.0
    """Before the second; it doubles with each further one."""


async def pull(
    hub: Hub,
    model: str,
    models: Path,
    *,
    revision: str | None = None,
    tell: Tell | None = None,
    patience: Patience | None = None,
) -> Path:
    """Bring a base model; what is here already is not brought again.

    Args:
        hub: where it lies.
        model: ``owner/name``.
        models: the folder of pulled models.
        revision: branch, tag or commit; None: the hub's own first one.
        tell: told how far it is.
        patience: with a line that breaks off.

    Returns:
        Its folder; it is there only when every file is.

    Raises:
        HubError: it cannot be had, or not whole.
    """
    if not _NAME.fullmatch(model):
        raise NotUsable(
            f"{model!r} is no name of a model on a hub; expected owner/name, such as Qwen/Qwen2.5-0.5B-Instruct"
        )
    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {hub.token}"} if hub.token else {})
    async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=True, headers=headers) as client:
        listing = await hub.listing(client, model, revision)
        files = _wanted(listing)
        folder = models / model
        if find_pulled(model, models) == folder:
            await asyncio.to_thread(_same, folder, files, listing)
            return folder
        with _held(folder.with_name(f".{folder.name}.partial")) as partial:
            _refuse_full(partial, files)
            bringing = _Bringing(client, hub, listing, partial, patience or Patience(), tell)
            for file in files:
                await bringing.bring(file, files)
            await asyncio.to_thread(_finish, partial, folder, hub, listing, files)
    return folder


def _wanted(listing: Listing) -> tuple[HubFile, ...]:
    """Weights, configuration and tokenizer; nothing that can run code, and nothing in folders."""
    files = tuple(
        file
        for file in listing.files
        if Path(file.name).suffix in _SUFFIXES and _FILE.fullmatch(file.name) and file.name != PULLED
    )
    names = {file.name for file in files}
    if "config.json" not in names or not any(name.endswith(".safetensors") for name in names):
        raise NotUsable(
            f"model {listing.name!r} has no config.json with weights in .safetensors; other formats can run code when read, "
            "so none is brought: choose a model that has them"
        )
    return files


def _same(folder: Path, files: tuple[HubFile, ...], listing: Listing) -> None:
    for file in files:
        if not (folder / file.name).is_file() or file.digest.of(folder / file.name) != file.digest.value:
            raise NotUsable(
                f"{str(folder)!r} holds revision {read_pulled(folder).revision[:12]!r}, whose {file.name!r} is not that of "
                f"{listing.revision[:12]!r}; delete the folder, or name another one with --models"
            )


@contextmanager
def _held(partial: Path) -> Iterator[Path]:
    """The folder of what is here already, for one process at a time; a crash lets go."""
    try:
        partial.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_RDONLY)
    except OSError as error:
        raise DownloadFailed(f"{str(partial)!r} cannot be written ({error.strerror}); name another --models") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield partial
    except BlockingIOError as error:
        raise DownloadFailed(f"{str(partial)!r} is being filled by another process; wait for it") from error
    finally:
        os.close(descriptor)


def _refuse_full(partial: Path, files: tuple[HubFile, ...]) -> None:
    needed = sum(file.size for file in files) - sum(file.stat().st_size for file in partial.iterdir())
    free = shutil.disk_usage(partial).free
    if free < needed:
        raise DownloadFailed(
            f"{needed / 1e9:.1f} GB are still to come to {str(partial)!r}, {free / 1e9:.1f} GB are free; make room"
        )


def _finish(partial: Path, folder: Path, hub: Hub, listing: Listing, files: tuple[HubFile, ...]) -> None:
    hashes = {file.name: hash_file(partial / file.name) for file in files}
    pulled = Pulled(
        name=listing.name,
        hub=hub.name,
        endpoint=hub.endpoint,
        revision=listing.revision,
        at=datetime.now(UTC),
        files=hashes,
    )
    (partial / PULLED).write_text(pulled.model_dump_json(indent=1), encoding="utf-8")
    for stale in partial.glob("*.part"):
        stale.unlink()
    partial.rename(folder)


@dataclass(frozen=True)
class _Bringing:
    """One model on its way."""

    client: httpx.AsyncClient
    hub: Hub
    listing: Listing
    partial: Path
    patience: Patience
    tell: Tell | None

    async def bring(self, file: HubFile, files: tuple[HubFile, ...]) -> None:
        """Bring one file, and see that it is what the hub said."""
        done = self.partial / file.name
        if done.is_file() and await asyncio.to_thread(file.digest.of, done) == file.digest.value:
            return
        # The digest in its name: what was begun for another revision is not gone on with.
        part = self.partial / f"{file.name}.{file.digest.value[:12]}.part"
        before = sum(other.size for other in files[: files.index(file)])
        whole = sum(other.size for other in files)

        def told(here: int) -> None:
            if self.tell is not None:
                self.tell(file.name, before + here, whole)

        await self._persist(file, part, told)
        found = await asyncio.to_thread(file.digest.of, part)
        if found != file.digest.value:
            part.unlink()
            raise DownloadFailed(
                f"{file.name!r} of {self.listing.name!r} came with {file.digest.kind} {found[:12]!r}, the hub says "
                f"{file.digest.value[:12]!r}; it was dropped: pull again, or from another hub"
            )
        part.rename(done)

    async def _persist(self, file: HubFile, part: Path, told: Callable[[int], None]) -> None:
        """Go on until the file is whole, or nothing more comes."""
        failures, why = 0, "the stream ended"
        while (here := _size(part)) < file.size:
            if failures >= self.patience.tries:
                raise DownloadFailed(
                    f"{file.name!r} of {self.listing.name!r} broke off at {here} of {file.size} bytes ({why}); pull again to go on"
                )
            if failures:
                await asyncio.sleep(self.patience.pause_s * 2 ** (failures - 1))
            try:
                await self._stream(file, part, here, told)
            except httpx.HTTPError as error:
                why = f"{type(error).__name__} {error}".strip()
            failures = 0 if _size(part) > here else failures + 1

    async def _stream(self, file: HubFile, part: Path, here: int, told: Callable[[int], None]) -> None:
        headers = {"Range": f"bytes={here}-"} if here else {}
        async with self.client.stream("GET", self.hub.url(self.listing, file), headers=headers) as response:
            if response.status_code in (401, 403, 404):
                raise NotOnHub(
                    f"the hub refuses {file.name!r} with {response.status_code}; accept the model's terms there, or set HF_TOKEN"
                )
            response.raise_for_status()
            goes_on = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
                f"bytes {here}-"
            )
            with _opened(part, goes_on) as stream:
                async for chunk in response.aiter_bytes():
                    stream.write(chunk)
                    told(stream.tell())


def _size(part: Path) -> int:
    part.touch()
    return part.stat().st_size


def _opened(part: Path, goes_on: bool) -> BinaryIO:
    return part.open("ab" if goes_on else "wb")
