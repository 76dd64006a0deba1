"""A hub of a few bytes, served over TCP, that can break off, lie and forget."""

import asyncio
import hashlib
import json
from contextlib import asynccontextmanager

import pytest

WEIGHTS = bytes(range(256)) * 40
FILES = {
    "config.json": b'{"model_type": "qwen3"}',
    "tokenizer.json": b"{}",
    "model.safetensors": WEIGHTS,
    "README.md": b"about",
    "pytorch_model.bin": b"pickle",
    "onnx/config.json": b"{}",
}
COMMIT = "c0ffee" * 6 + "abcd"


class FakeHub:
    """Speaks as both hubs do, one connection for each request; counts what is asked."""

    def __init__(self):
        self.files = dict(FILES)
        self.lies = {}
        """File to what is sent in its place."""
        self.break_after = []
        """Bytes after which the next downloads of the weights break off."""
        self.ignores_ranges = False
        self.refuses = {}
        """Beginning of a path to the status it gets."""
        self.asked = []
        self.url = ""

    async def answer(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        self.asked.append((path, headers.get("range"), headers.get("authorization")))
        for part in self._reply(path, headers.get("range")):
            writer.write(part)
        await writer.drain()
        writer.close()

    def _reply(self, path, wanted):
        status = next((status for begin, status in self.refuses.items() if path.startswith(begin)), 200)
        if status != 200:
            return [_head(status, 0)]
        if "/repo/files?" in path or path.startswith("/api/models/"):
            body = json.dumps(self._modelscope() if "/repo/files?" in path else self._huggingface()).encode()
            return [_head(200, len(body)), body]
        if path.startswith("/stored/"):
            return self._file(path.removeprefix("/stored/"), wanted)
        name = path.rpartition("FilePath=")[2] if "FilePath=" in path else path.partition(f"/resolve/{COMMIT}/")[2]
        return [
            f"HTTP/1.1 302 Found\r\nLocation: /stored/{name}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        ]

    def _file(self, name, wanted):
        body = self.lies.get(name, self.files[name])
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and not self.ignores_ranges else 0
        sent = body[start:]
        more = f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}\r\n" if start else ""
        stop = self.break_after.pop(0) if self.break_after and name == "model.safetensors" else None
        return [_head(206 if start else 200, len(sent), more), sent[:stop]]

    def _huggingface(self):
        def sibling(name, body):
            blob = hashlib.sha1(f"blob {len(body)}\0".encode() + body, usedforsecurity=False).hexdigest()
            large = {"lfs": {"sha256": hashlib.sha256(body).hexdigest()}} if name.endswith(".safetensors") else {}
            return {"rfilename": name, "size": len(body), "blobId": blob, **large}

        return {"sha": COMMIT, "siblings": [sibling(*item) for item in self.files.items()]}

    def _modelscope(self):
        files = [
            {"Path": name, "Type": "blob", "Size": len(body), "Sha256": hashlib.sha256(body).hexdigest()}
            for name, body in self.files.items()
        ]
        return {"Code": 200, "Data": {"Files": [{"Path": "onnx", "Type": "tree"}, *files]}}


def _head(status, length, more=""):
    return f"HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n".encode()


@asynccontextmanager
async def _serving(hub):
    server = await asyncio.start_server(hub.answer, "127.0.0.1", 0)
    hub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield hub
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def hub():
    async with _serving(FakeHub()) as serving:
        yield serving
