"""The Hugging Face hub, and mirrors that speak as it does.

Source: the hub's API, ``GET /api/models/{name}/revision/{revision}?blobs=true`` and ``GET /{name}/resolve/{revision}/{file}``.
"""

from dataclasses import dataclass, field
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.generator.models.errors import HubUnreachable
from agent.generator.models.hub import Digest, HubFile, HubName, Listing, ask


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Large(_Wire):
    sha256: str


class _Sibling(_Wire):
    rfilename: str
    size: int = 0
    blob_id: str = Field(alias="blobId")
    lfs: _Large | None = None


class _Model(_Wire):
    sha: str
    siblings: tuple[_Sibling, ...]


@dataclass
class HuggingFace:
    """The Hugging Face hub."""

    endpoint: str = "https://huggingface.co"
    token: str | None = field(default=None, repr=False)
    name: HubName = "huggingface"

    async def listing(self, client: httpx.AsyncClient, model: str, revision: str | None) -> Listing:
        """List a model's files, each with git's digest or, where it is large, with its SHA-256."""
        wanted = revision or "main"
        url = f"{self.endpoint}/api/models/{quote(model)}/revision/{quote(wanted, safe='')}"
        said = await ask(client, self, url, f"model {model!r} at {wanted!r}", {"blobs": "true"})
        try:
            found = _Model.model_validate_json(said)
        except ValidationError as error:
            raise HubUnreachable(self.endpoint, "its answer is no list of files") from error
        return Listing(model, found.sha, tuple(map(_file, found.siblings)))

    def url(self, listing: Listing, file: HubFile) -> str:
        """Where a file lies; the hub sends on to its store."""
        return f"{self.endpoint}/{quote(listing.name)}/resolve/{listing.revision}/{quote(file.name)}"


def _file(told: _Sibling) -> HubFile:
    digest = Digest("sha256", told.lfs.sha256) if told.lfs else Digest("git", told.blob_id)
    return HubFile(told.rfilename, told.size, digest)
