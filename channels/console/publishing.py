"""``/console/api/knowledge/work``, ``/preview``, ``/publication``, ``/history`` and ``/rollback``: from edits to what customers are told."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, Field

from channels.console.errors import NothingThere
from channels.console.shelf import Shelf
from channels.console.sign_in import StaffDoor
from channels.console.wire import ERRORS, Asked, Told
from channels.console.work import Kind, Status, Work
from channels.insight import Rehearsal
from knowledge.edits import Edit
from knowledge.errors import EditConflict
from knowledge.history import read_difference, read_history
from knowledge.pack import Pack
from knowledge.progress import OpenBar, Watch
from knowledge.publish import Editor, kept_releases, publish, rollback
from knowledge.trial import TranscriptTrial, Verdict
from retrieval.release import Release

KINDS: tuple[Kind, ...] = ("preview", "publication", "gaps")
SHOWN = 200
"""So many changes of the past are told."""


class WorkTold(Told):
    """How far a piece of work is."""

    work_id: str
    kind: Kind
    who: str
    status: Status
    part: str
    done: int
    total: int
    began: AwareDatetime
    ended: AwareDatetime | None
    about: Mapping[str, Any]
    code: str
    message: str


class WorkShown(WorkTold):
    """A piece of work with what came of it."""

    result: Mapping[str, Any] | None


class FilesChosen(Asked):
    """Whose edits count."""

    files: list[str] = Field(max_length=500)


class Publication(FilesChosen):
    """What is to be published, and why."""

    reason: str = Field(default="", max_length=500)
    force: bool = False
    """In spite of what stands against it; needs a reason."""


class Rollback(Asked):
    """What is to be served again."""

    release_id: str | None = Field(default=None, max_length=80)
    """Null: what was served before."""
    reason: str = Field(default="", max_length=500)


class Moved(Told):
    """What is served now."""

    release_id: str
    previous: str | None


class ChangeTold(Told):
    """One change of what is served."""

    at: AwareDatetime
    who: str
    action: Literal["publish", "rollback", "feed"]
    release_id: str
    previous: str | None
    reason: str
    forced: bool
    overridden: list[str]
    difference: Mapping[str, Any]
    is_kept: bool
    """Whether it can be served again."""


class HistoryTold(Told):
    """What was served, the latest first."""

    current: str | None
    changes: list[ChangeTold]


class DifferenceTold(Told):
    """One change, line by line."""

    text: str


class PublishingRoutes:
    """Previews, publications and what came of them.

    Args:
        door: lets people in.
        shelf: the shop's knowledge.
        rehearsal: asks releases before customers do.
    """

    def __init__(self, door: StaffDoor, shelf: Shelf, rehearsal: Rehearsal) -> None:
        self._door = door
        self._shelf = shelf
        self._rehearsal = rehearsal

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/knowledge")
        get, post = ["GET"], ["POST"]
        router.add_api_route("/work", self.works, methods=get, response_model=list[WorkTold], responses=ERRORS)
        router.add_api_route("/work/{kind}", self.work, methods=get, response_model=WorkShown, responses=ERRORS)
        for path, begin in (("/preview", self.preview), ("/publication", self.publication), ("/gaps", self.gaps)):
            router.add_api_route(path, begin, methods=post, status_code=202, response_model=WorkTold, responses=ERRORS)
        router.add_api_route("/history", self.history, methods=get, response_model=HistoryTold, responses=ERRORS)
        router.add_api_route(
            "/difference", self.difference, methods=get, response_model=DifferenceTold, responses=ERRORS
        )
        router.add_api_route("/rollback", self.roll_back, methods=post, response_model=Moved, responses=ERRORS)
        return router

    async def works(self) -> list[WorkTold]:
        """Tell the last work of each kind, whoever began it and whichever process does it."""
        found = [await asyncio.to_thread(self._shelf.board.look, kind) for kind in KINDS]
        return [WorkTold.model_validate(one) for one in found if one is not None]

    async def work(self, kind: Kind) -> WorkShown:
        """Tell the last work of a kind, with what came of it."""
        found = await asyncio.to_thread(self._shelf.board.look, kind)
        if found is None:
            raise NothingThere("work", kind)
        return WorkShown.model_validate(found)

    async def preview(self, request: Request, chosen: FilesChosen) -> WorkTold:
        """Begin to ask the served release and the edited pack the same questions."""
        shelf = self._shelf
        edits, now = await asyncio.to_thread(shelf.edits_of, chosen.files), shelf.clock()

        def job(bar: OpenBar) -> Mapping[str, Any]:
            return self._rehearsal.preview(shelf.folder, shelf.root, shelf.embedder, edits, shelf.state, now, bar)

        return await self._begin(request, "preview", _about(edits), job)

    async def publication(self, request: Request, asked: Publication) -> WorkTold:
        """Begin to publish edits: checked, built, asked and played first; the served release stays where anything stands against it."""
        person = self._door.allow(request, "editor")
        edits = await asyncio.to_thread(self._shelf.edits_of, asked.files)
        editor = Editor(person.name, asked.reason.strip(), asked.force)
        about = {**_about(edits), "reason": editor.reason, "force": editor.force}
        return await self._begin(request, "publication", about, lambda bar: self._publish(edits, editor, bar))

    async def gaps(self, request: Request) -> WorkTold:
        """Begin to put together what customers ask in vain."""
        shelf = self._shelf

        def job(bar: OpenBar) -> Mapping[str, Any]:
            return self._rehearsal.gaps(shelf.shop, shelf.root, shelf.embedder, shelf.state, bar)

        return await self._begin(request, "gaps", {}, job)

    async def history(self) -> HistoryTold:
        """Tell who published or took back what, when and why, the latest first."""
        root = self._shelf.root
        current, manifests = await asyncio.to_thread(kept_releases, root)
        kept = {manifest.release_id for manifest in manifests}
        entries = await asyncio.to_thread(read_history, root)
        told = [
            ChangeTold(**entry.model_dump(), is_kept=entry.release_id in kept) for entry in reversed(entries[-SHOWN:])
        ]
        return HistoryTold(current=current, changes=told)

    async def difference(self, release_id: str, previous: str | None = None) -> DifferenceTold:
        """Tell one change of the history line by line."""
        root = self._shelf.root
        entries = await asyncio.to_thread(read_history, root)
        found = next((one for one in entries if (one.release_id, one.previous) == (release_id, previous)), None)
        if found is None:
            raise NothingThere("change", release_id)
        return DifferenceTold(text=await asyncio.to_thread(read_difference, root, found))

    async def roll_back(self, request: Request, asked: Rollback) -> Moved:
        """Serve an older release again; the pack's files stay as they are."""
        person = self._door.allow(request, "editor")
        editor = Editor(person.name, asked.reason.strip())
        served, previous = await asyncio.to_thread(
            rollback, self._shelf.root, self._shelf.embedder, editor, asked.release_id
        )
        return Moved(release_id=served, previous=previous)

    async def _begin(self, request: Request, kind: Kind, about: Mapping[str, Any], job: Any) -> WorkTold:
        person = self._door.allow(request, "editor")
        work: Work = await asyncio.to_thread(self._shelf.board.begin, kind, person.name, about, job)
        return WorkTold.model_validate(work)

    def _publish(self, edits: Sequence[Edit], editor: Editor, bar: OpenBar) -> Mapping[str, Any]:
        shelf = self._shelf
        with bar("build") as watch:
            trial = _ToldTrial(self._rehearsal.open_trial(), bar)
            done = publish(
                shelf.folder,
                shelf.root,
                shelf.embedder,
                editor,
                now=shelf.clock(),
                watch=watch,
                trial=trial,
                edits=edits,
            )
        for edit in edits:
            with suppress(EditConflict):  # it was edited on meanwhile: what came since is not published yet
                shelf.edits.drop(edit.file, edit.digest)
        return done.as_json()


class _ToldTrial:
    """A trial whose two plays, of the served release and of the coming one, are parts of the work."""

    def __init__(self, trial: TranscriptTrial, bar: OpenBar) -> None:
        self._trial = trial
        self._bar = bar
        self._parts = iter(("trial_served", "trial_coming"))

    def run(self, pack: Pack, release: Release, watch: Watch) -> Sequence[Verdict]:
        """Play every transcript; see ``knowledge.trial.TranscriptTrial``."""
        with self._bar(next(self._parts)) as told:
            return self._trial.run(pack, release, told)


def _about(edits: Sequence[Edit]) -> dict[str, Any]:
    return {"files": list(_files(edits))}


def _files(edits: Sequence[Edit]) -> Iterator[str]:
    return (edit.file for edit in edits)
