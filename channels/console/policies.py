"""``/console/api/knowledge/policies``, ``/policy``, ``/check`` and ``/edit``: what the shop's policies say, and what editors make of them."""

import asyncio
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, Field

from channels.console.errors import NothingThere
from channels.console.shelf import Shelf
from channels.console.sign_in import StaffDoor
from channels.console.wire import ERRORS, Asked, Told
from knowledge.checks.all import check_pack
from knowledge.edits import Edit, file_hash, is_writable, pack_text, policy_file
from knowledge.errors import PackError
from knowledge.findings import Finding
from knowledge.pack import load_pack
from knowledge.standing import Serving, Standing, Validity, standings

MOST_CHARS = 60_000
"""A longer policy is not taken: nobody reads it."""


class EditNoted(Told):
    """That a policy is being edited."""

    who: str
    at: AwareDatetime
    digest: str


class PolicyListed(Told):
    """One policy in the list."""

    file: str
    id: str | None
    title: str
    category: str
    effective_from: date | None
    effective_to: date | None
    regions: list[str]
    questions: list[str]
    validity: Validity
    serving: Serving
    successor: str | None
    edit: EditNoted | None
    problem: str | None


class PoliciesTold(Told):
    """Every policy, and what may be done with them."""

    today: date
    release_id: str
    is_writable: bool
    """Whether this server can write the pack's files."""
    policies: list[PolicyListed]


class EditTold(EditNoted):
    """An edit."""

    file: str
    text: str
    base: str | None


class PolicyTold(Told):
    """One policy's text: as the pack has it, and as its edit."""

    file: str
    text: str | None
    hash: str | None
    """Tells this text of the pack from any other."""
    edit: EditTold | None


class PlaceTold(Told):
    """A spot in a file."""

    file: str
    line: int | None


class FindingTold(PlaceTold):
    """One thing to look at."""

    kind: str
    severity: Literal["error", "warning", "note"]
    message: str
    advice: str
    related: list[PlaceTold]


class CheckTold(Told):
    """What was found in a text."""

    findings: list[FindingTold]
    elsewhere: int
    """Findings of other files; the list does not hold them."""


class TextShown(Asked):
    """A policy's text to be checked."""

    file: str = Field(max_length=400)
    text: str = Field(max_length=MOST_CHARS)


class TextKept(TextShown):
    """A policy's text to be kept."""

    base: str | None = Field(max_length=64)
    """Hash of the pack's text that it began from; null: the policy is new."""
    seen: str | None = Field(max_length=64)
    """Digest of the edit that was read last; null: there was none."""


class PolicyRoutes:
    """Policies and their edits.

    Args:
        door: lets people in.
        shelf: the shop's knowledge.
    """

    def __init__(self, door: StaffDoor, shelf: Shelf) -> None:
        self._door = door
        self._shelf = shelf

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/knowledge")
        router.add_api_route("/policies", self.policies, methods=["GET"], response_model=PoliciesTold, responses=ERRORS)
        router.add_api_route("/policy", self.policy, methods=["GET"], response_model=PolicyTold, responses=ERRORS)
        router.add_api_route("/check", self.check, methods=["POST"], response_model=CheckTold, responses=ERRORS)
        router.add_api_route("/edit", self.keep, methods=["PUT"], response_model=EditTold, responses=ERRORS)
        router.add_api_route("/edit", self.drop, methods=["DELETE"], status_code=204, responses=ERRORS)
        return router

    async def policies(self) -> PoliciesTold:
        """Tell every policy with where it stands: its edit's words where there is one."""
        shelf, release = self._shelf, self._shelf.releases.current()

        def look() -> PoliciesTold:
            found = standings(shelf.folder, shelf.edits.all(), release.passages, shelf.today)
            return PoliciesTold(
                today=shelf.today,
                release_id=release.release_id,
                is_writable=is_writable(shelf.folder),
                policies=[_listed(one) for one in found],
            )

        return await asyncio.to_thread(look)

    async def policy(self, file: str) -> PolicyTold:
        """Tell one policy's text, and its edit's."""
        return await asyncio.to_thread(self._policy, policy_file(file))

    def _policy(self, file: str) -> PolicyTold:
        text, edit = pack_text(self._shelf.folder, file), self._shelf.edits.find(file)
        if text is None and edit is None:
            raise NothingThere("policy", file)
        told = EditTold.model_validate(edit) if edit else None
        return PolicyTold(file=file, text=text, hash=file_hash(self._shelf.folder, file), edit=told)

    async def check(self, request: Request, shown: TextShown) -> CheckTold:
        """Look a text over as ``xiaoer knowledge check`` does, in its pack; nothing is kept."""
        self._door.allow(request, "editor")
        found = await asyncio.to_thread(self._findings, policy_file(shown.file), shown.text)
        mine = [one for one in found if shown.file in {one.place.file, *(spot.file for spot in one.related)}]
        return CheckTold(findings=[_finding(one) for one in mine], elsewhere=len(found) - len(mine))

    def _findings(self, file: str, text: str) -> list[Finding]:
        try:
            return check_pack(load_pack(self._shelf.folder, {file: text}), self._shelf.clock())
        except PackError as error:
            return list(error.findings)

    async def keep(self, request: Request, kept: TextKept) -> EditTold:
        """Keep an edit; refused with 409 where somebody else changed it since it was read."""
        person = self._door.allow(request, "editor")
        text = kept.text.replace("\r\n", "\n").replace("\r", "\n")
        edit = Edit(kept.file, text, kept.base, person.name, self._shelf.clock())
        return EditTold.model_validate(await asyncio.to_thread(self._shelf.edits.keep, edit, kept.seen))

    async def drop(self, request: Request, file: str, seen: str) -> None:
        """Give an edit up; refused with 409 where somebody else changed it since it was read."""
        self._door.allow(request, "editor")
        await asyncio.to_thread(self._shelf.edits.drop, policy_file(file), seen)


def _listed(one: Standing) -> PolicyListed:
    policy = one.policy
    return PolicyListed(
        file=one.file,
        id=policy.policy_id if policy else None,
        title=policy.title if policy else one.file,
        category=policy.category if policy else "",
        effective_from=policy.scope.effective_from if policy else None,
        effective_to=policy.scope.effective_to if policy else None,
        regions=list(policy.scope.regions) if policy else [],
        questions=list(policy.questions) if policy else [],
        validity=one.validity,
        serving=one.serving,
        successor=one.successor,
        edit=EditNoted.model_validate(one.edit) if one.edit else None,
        problem=one.problem.message if one.problem else None,
    )


def _finding(one: Finding) -> FindingTold:
    return FindingTold.model_validate(one.as_json())
