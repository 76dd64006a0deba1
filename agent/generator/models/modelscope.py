"""The ModelScope hub.

Source: the hub's API, ``GET /api/v1/models/{name}/repo/files`` and ``GET /api/v1/models/{name}/repo?FilePath=…``.
"""

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.generator.models.errors import HubUnreachable
from agent.generator.models.hub import Digest, HubFile, HubName, Listing, ask


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _File(_Wire):
    path: str = Field(alias="Path")
    kind: str = Field(default="blob", alias="Type")
    size: int = Field(default=0, alias="Size")
    sha256: str = Field(default="", alias="Sha256")


class _Data(_Wire):
    files: tuple[_File, ...] = Field(alias="Files")


class _Answer(_Wire):
    data: _Data = Field(alias="Data")


@dataclass
class ModelScope:
    """The ModelScope hub."""

    endpoint: str = "https://www.modelscope.cn"
    token: str | None = field(default=None, repr=False)
    name: HubName = "modelscope"

    async def listing(self, client: httpx.AsyncClient, model: str, revision: str | None) -> Listing:
        """List a model's files, each with its SHA-256."""
        wanted = revision or "master"
        url = f"{self.endpoint}/api/v1/models/{quote(model)}/repo/files"
        params = {"Revision": wanted, "Recursive": "true"}
        said = await ask(client, self, url, f"model {model!r} at {wanted!r}", params)
        try:
            found = _Answer.model_validate_json(said).data.files
        except ValidationError as error:
            raise HubUnreachable(self.endpoint, "its answer is no list of files") from error
        blobs = (file for file in found if file.kind == "blob" and file.sha256)
        return Listing(model, wanted, tuple(HubFile(one.path, one.size, Digest("sha256", one.sha256)) for one in blobs))

    def url(self, listing: Listing, file: HubFile) -> str:
        """Where a file lies."""
        query = urlencode({"Revision": listing.revision, "FilePath": file.name})
        return f"{self.endpoint}/api/v1/models/{quote(listing.name)}/repo?{query}"
