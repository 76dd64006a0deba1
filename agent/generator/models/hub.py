"""A hub: where base models lie, with the name, size and digest of each of their files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import httpx

from agent.generator.models.errors import HubUnreachable, NotOnHub

HubName = Literal["huggingface", "modelscope"]
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Digest:
    """What a file must be."""

    kind: Literal["sha256", "git"]
    """``git``: SHA-1 as git takes it of a blob, its length before its content."""
    value: str

    def of(self, file: Path) -> str:
        """The digest of this kind of a file."""
        if self.kind == "sha256":
            digest = hashlib.sha256()
        else:
            digest = hashlib.sha1(f"blob {file.stat().st_size}\0".encode(), usedforsecurity=False)
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()


@dataclass(frozen=True)
class HubFile:
    """One file of a model."""

    name: str
    size: int
    """In bytes."""
    digest: Digest


@dataclass(frozen=True)
class Listing:
    """A model at one revision."""

    name: str
    revision: str
    """A commit where the hub tells one: files do not change under it."""
    files: tuple[HubFile, ...]


class Hub(Protocol):
    """Lists models and says where their files lie."""

    name: HubName
    endpoint: str
    token: str | None

    async def listing(self, client: httpx.AsyncClient, model: str, revision: str | None) -> Listing:
        """List a model's files.

        Args:
            client: to ask with.
            model: ``owner/name``.
            revision: branch, tag or commit; None: the hub's own first one.

        Raises:
            HubUnreachable: no hub answers.
            NotOnHub: there is no such model or revision, or it wants a key.
        """
        ...

    def url(self, listing: Listing, file: HubFile) -> str:
        """Where a file lies."""
        ...


async def ask(client: httpx.AsyncClient, hub: Hub, url: str, what: str, params: Mapping[str, str]) -> bytes:
    """Get a listing.

    Args:
        client: to ask with.
        hub: whom.
        url: its address.
        what: model and revision, for messages.
        params: of the query.

    Raises:
        HubUnreachable: no hub answers, or not as one.
        NotOnHub: there is no such model or revision, or it wants a key.
    """
    try:
        response = await client.get(url, params=dict(params))
    except httpx.HTTPError as error:
        raise HubUnreachable(hub.endpoint, f"{type(error).__name__} {error}".strip()) from error
    if response.status_code in (401, 403):
        raise NotOnHub(
            f"the hub at {hub.endpoint!r} shows {what} to nobody without a key, or has none: check the name, or set HF_TOKEN"
        )
    if response.status_code == 404:
        raise NotOnHub(f"the hub at {hub.endpoint!r} has no {what}; check name and --revision")
    if response.status_code != 200:
        raise HubUnreachable(hub.endpoint, f"status {response.status_code}")
    return response.content
