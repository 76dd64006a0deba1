"""Policies: one Markdown file each, with its scope in the front matter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import Marked, read_yaml
from knowledge.schema import Day, Record, parse
from knowledge.shop import Words
from knowledge.source import read_source
from retrieval.passages import DecidedBy, Scope

POLICIES_FOLDER = "policies"

NOT_EDITED: Mapping[str, str] = {}

_FENCE = re.compile(r"---[ \t]*")
_ID = r"^[^\s#*?\[\]/\\]{1,80}$"


class FrontMatter(Record):
    """The head of a policy file."""

    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1, max_length=120)
    category: str = Field(min_length=1, max_length=40)
    effective_from: Day | None = None
    effective_to: Day | None = None
    regions: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")], ...] | None = None
    products: Words | None = None
    version: Annotated[int, Field(ge=0)] | None = None
    owner: str | None = None
    questions: Words | None = None
    decided_by: DecidedBy = "ask"
    """Which day picks the version: the day asked, the day of the order or the day it was signed for."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValueError(f"effective_to {self.effective_to} lies before effective_from {self.effective_from}")
        return self


@dataclass(frozen=True)
class Policy:
    """One rule of the shop, in one version."""

    policy_id: str
    title: str
    category: str
    scope: Scope
    body: str
    """Markdown, without the front matter."""
    body_line: int
    """The line of the file at which the body begins, from 1."""
    file: str
    """Relative to the pack's folder."""
    places: Mapping[tuple[str | int, ...], Place]
    """Where each key of the front matter stands."""
    version: int | None = None
    owner: str | None = None
    questions: tuple[str, ...] = ()
    decided_by: DecidedBy = "ask"

    def place(self, *path: str | int) -> Place:
        """Where a key of the front matter stands; the file's first line where it is absent.

        Args:
            path: the key, and the position in its list.
        """
        return self.places.get(path, Place(self.file, 1))

    def body_place(self, line: int) -> Place:
        """The file's place of a line of the body.

        Args:
            line: in the body, from 0.
        """
        return Place(self.file, self.body_line + line)


def policy_files(folder: Path) -> list[str]:
    """The policy files of a pack, sorted, relative to the pack.

    Args:
        folder: the pack.
    """
    found = (path.relative_to(folder) for path in (folder / POLICIES_FOLDER).rglob("*.md") if path.is_file())
    return sorted(path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts))


def load_policies(folder: Path, edited: Mapping[str, str] = NOT_EDITED) -> tuple[Policy, ...]:
    """Read every policy of a pack.

    Args:
        folder: the pack.
        edited: texts that count instead of their files, or beside them, by their names relative to the pack.

    Returns:
        Policies in the order of their files.

    Raises:
        PackError: with the findings of all files, also for an id that two files use.
    """
    policies: list[Policy] = []
    findings: list[Finding] = []
    first: dict[str, Policy] = {}
    for file in sorted({*policy_files(folder), *edited}):
        try:
            policy = parse_policy(edited[file] if file in edited else read_source(folder, file), file)
        except PackError as error:
            findings.extend(error.findings)
            continue
        known = first.setdefault(policy.policy_id, policy)
        if known is not policy:
            findings.append(_same_id(policy, known))
        policies.append(policy)
    if findings:
        raise PackError(findings)
    return tuple(policies)


def parse_policy(text: str, file: str) -> Policy:
    """Read the text of one policy file.

    Args:
        text: front matter between two lines of ``---``, then Markdown.
        file: relative to the pack, for messages.

    Raises:
        PackError: the front matter is missing, broken or does not fit, or there is no body.
    """
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not _FENCE.fullmatch(lines[start]):
        message = "a policy begins with its front matter between two lines of '---'."
        raise PackError(
            [Finding("front_matter", "error", Place(file, start + 1), message, "Write id, title and category there.")]
        )
    end = next((number for number in range(start + 1, len(lines)) if _FENCE.fullmatch(lines[number])), None)
    if end is None:
        message = "the front matter is not closed."
        raise PackError(
            [Finding("front_matter", "error", Place(file, start + 1), message, "Add a line '---' after its last key.")]
        )
    marked = read_yaml("\n".join(lines[start + 1 : end]), file, first_line=start + 2)
    head = _head(marked, file, start)
    body = "\n".join(lines[end + 1 :])
    if not body.strip():
        message = f"policy {head.id!r} has no text."
        raise PackError(
            [Finding("empty_policy", "error", Place(file, end + 1), message, "Write its text under the front matter.")]
        )
    return _policy(head, body, end + 2, marked)


def _head(marked: Marked, file: str, start: int) -> FrontMatter:
    if not isinstance(marked.value, dict):
        message = "the front matter must hold keys and values."
        raise PackError(
            [Finding("front_matter", "error", Place(file, start + 1), message, "Write id, title and category there.")]
        )
    absent: dict[str, Any] = {key: value for key, value in marked.value.items() if value is not None}
    return parse(FrontMatter, Marked(file, absent, marked.places))


def _policy(head: FrontMatter, body: str, body_line: int, marked: Marked) -> Policy:
    return Policy(
        policy_id=head.id,
        title=head.title,
        category=head.category,
        scope=Scope(head.effective_from, head.effective_to, head.regions or (), head.products or ()),
        body=body,
        body_line=body_line,
        file=marked.file,
        places=marked.places,
        version=head.version,
        owner=head.owner,
        questions=head.questions or (),
        decided_by=head.decided_by,
    )


def _same_id(policy: Policy, known: Policy) -> Finding:
    message = f"policy id {policy.policy_id!r} is used by {known.file} already."
    advice = "Give each file its own id; a new version is a new file with its own id and dates."
    return Finding("duplicate_id", "error", policy.place("id"), message, advice, (known.place("id"),))
