"""Work that takes longer than a request: it goes on when the page is closed, and every worker of the server can tell how far it is.

Its state is a file beside the releases. While it goes on, its process holds a lock beside that file: a state that says ``running``
without a lock was left by a process that died.
"""

import asyncio
import fcntl
import json
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from agent.errors import AgentError
from channels.console.errors import WorkBusy
from knowledge.errors import KnowledgeError, PublishRefused
from knowledge.progress import OpenBar, Watch
from knowledge.whole_file import write_whole
from retrieval.errors import RetrievalError

Kind = Literal["publication", "preview", "gaps"]
Status = Literal["running", "done", "refused", "failed", "lost"]
"""``refused``: findings stand against it; ``lost``: the process that did it died."""
Job = Callable[[OpenBar], Mapping[str, Any]]
"""Does the work, tells how far it is, and gives what came of it as plain JSON."""

WORK_FOLDER = "work"
_TELL_S = 0.2
"""Progress is written down at most so often."""
_PATIENCE_S = 0.5
"""A lock may be held for a moment by somebody who only looks."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """One piece of work, as it stands."""

    work_id: str
    kind: Kind
    who: str
    began: datetime
    status: Status = "running"
    part: str = ""
    """What is being done now."""
    done: int = 0
    total: int = 0
    """Of the part; 0: not known."""
    ended: datetime | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    """What was asked for."""
    result: Mapping[str, Any] | None = None
    code: str = ""
    """The error's name; empty: there was none."""
    message: str = ""


class _Stopped(Exception):
    """The server closes: work is given up at the next step."""


_WORK = TypeAdapter(Work)


class WorkBoard:
    """Where work is begun and looked at; one of each kind at a time, in all workers together.

    Args:
        root: the shop's releases.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / WORK_FOLDER
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, kind: Kind, who: str, about: Mapping[str, Any], job: Job) -> Work:
        """Begin a piece of work in a thread of its own.

        Args:
            kind: of the work.
            who: began it.
            about: what was asked for, as plain JSON.
            job: does it.

        Raises:
            WorkBusy: work of this kind goes on.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = self._lock(kind)
        if lock is None:
            there = self.look(kind)
            raise WorkBusy(kind, there.who if there else "")
        work = Work(uuid.uuid4().hex[:12], kind, who, datetime.now(UTC), about=about)
        try:
            self._write(work)
            thread = threading.Thread(target=self._do, args=(work, job, lock), name=kind, daemon=True)
            thread.start()
        except BaseException:  # nobody does it: the next one must not find it locked
            os.close(lock)
            raise
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        return work

    def look(self, kind: Kind) -> Work | None:
        """The last work of a kind, as it stands; None: there was none."""
        work = self._read(kind)
        if work is None or work.status != "running":
            return work
        lock = self._open(kind)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return work
        finally:
            os.close(lock)
        work = self._read(kind)  # it may have ended since
        if work is not None and work.status == "running":
            return replace(work, status="lost", message="the server was stopped while this was done: begin it again")
        return work

    async def aclose(self) -> None:
        """Give up what goes on; what was half done leaves nothing behind."""
        self._closing.set()
        await self.finish()

    async def finish(self) -> None:
        """Wait until nothing goes on in this process."""
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _do(self, work: Work, job: Job, lock: int) -> None:
        told = _Telling(work, self._write, self._closing)
        end: dict[str, Any] = {
            "status": "failed",
            "code": "defect",
            "message": "the program failed, the log says where",
        }
        try:
            end = {"status": "done", "result": job(told.bar)}
        except PublishRefused as error:
            findings = [finding.as_json() for finding in error.findings]
            end = {**_ended(error, "refused"), "result": {"findings": findings}}
        except (AgentError, KnowledgeError, RetrievalError) as error:
            end = _ended(error, "failed")
        except _Stopped:
            end = {"status": "lost", "message": "the server was stopped while this was done: begin it again"}
        finally:
            if end.get("code") == "defect":
                _LOG.exception("%s failed", work.kind)
            self._write(replace(told.work, ended=datetime.now(UTC), **end))
            os.close(lock)

    def _lock(self, kind: Kind) -> int | None:
        """Hold a kind of work; None: somebody else does."""
        lock, last = self._open(kind), time.monotonic() + _PATIENCE_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if time.monotonic() > last:
                    os.close(lock)
                    return None
                time.sleep(_PATIENCE_S / 10)

    def _open(self, kind: Kind) -> int:
        return os.open(self._folder / f"{kind}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def _read(self, kind: Kind) -> Work | None:
        try:
            return _WORK.validate_json((self._folder / f"{kind}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, work: Work) -> None:
        text = json.dumps(asdict(work), ensure_ascii=False, default=str)
        write_whole(self._folder / f"{work.kind}.json", text.encode())


class _Telling:
    """Writes down how far a piece of work is."""

    def __init__(self, work: Work, write: Callable[[Work], None], closing: threading.Event) -> None:
        self.work = work
        self._write = write
        self._closing = closing
        self._told = 0.0

    @contextmanager
    def bar(self, about: str) -> Iterator[Watch]:
        """Begin a part of the work."""
        self._tell(about, 0, 0, at_once=True)
        yield lambda done, total: self._tell(about, done, total)

    def _tell(self, part: str, done: int, total: int, *, at_once: bool = False) -> None:
        if self._closing.is_set():
            raise _Stopped
        self.work = replace(self.work, part=part, done=done, total=total)
        if at_once or time.monotonic() - self._told > _TELL_S:
            self._told = time.monotonic()
            self._write(self.work)


def _ended(error: Exception, status: Status) -> dict[str, Any]:
    return {"status": status, "code": type(error).__name__, "message": str(error)}
