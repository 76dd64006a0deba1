"""Where each policy of a shop stands: in force or not, served or not, as an editor sees them in a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.checks.dates import successor_of
from knowledge.edits import Edit, texts_of
from knowledge.errors import PackError
from knowledge.findings import Finding
from knowledge.policies import Policy, parse_policy, policy_files
from knowledge.source import read_source
from knowledge.splitting import split_policy
from retrieval.passages import Passage

Validity = Literal["in_force", "future", "over", "superseded", "broken"]
"""``superseded``: over, and another one follows; ``broken``: the file cannot be read, so nothing is known of it."""
Serving = Literal["as_it_stands", "otherwise", "not_at_all"]
"""Whether customers are answered from the file as it stands in the pack."""


@dataclass(frozen=True)
class Standing:
    """One policy's file, and where it stands."""

    file: str
    validity: Validity
    serving: Serving
    policy: Policy | None
    """As the edit has it, where there is one, else as the pack; None: it cannot be read."""
    edit: Edit | None
    """What is not published yet."""
    successor: str | None = None
    """Id of the policy that follows it."""
    problem: Finding | None = None
    """Why the file cannot be read."""


def standings(folder: Path, edits: Sequence[Edit], passages: Iterable[Passage], today: date) -> tuple[Standing, ...]:
    """Look every policy of a pack over, and every edit of one.

    Args:
        folder: the pack.
        edits: not published yet.
        passages: of the release that is served.
        today: in the shop's time zone.

    Returns:
        One for each file, by its name; a broken file hides no other.
    """
    texts, kept = texts_of(edits), {edit.file: edit for edit in edits}
    served = _by_policy(passages)
    in_pack = policy_files(folder)
    written = {file: _read(folder, file, {}) for file in in_pack}
    wanted = {file: _read(folder, file, texts) for file in sorted({*in_pack, *texts})}
    policies = tuple(one for one in wanted.values() if isinstance(one, Policy))
    found = []
    for file, one in wanted.items():
        serving = _serving(written.get(file), served)
        if isinstance(one, Policy):
            successor = successor_of(one, policies) if one.scope.effective_to else None
            follows = successor.policy_id if successor else None
            found.append(Standing(file, validity_of(one, follows, today), serving, one, kept.get(file), follows))
        else:
            found.append(Standing(file, "broken", serving, None, kept.get(file), problem=one))
    return tuple(found)


def validity_of(policy: Policy, successor: str | None, today: date) -> Validity:
    """Whether a policy holds on a day.

    Args:
        policy: the policy.
        successor: id of the one that follows it; None: none does.
        today: in the shop's time zone.
    """
    begins, ends = policy.scope.effective_from, policy.scope.effective_to
    if begins is not None and begins > today:
        return "future"
    if ends is not None and ends < today:
        return "superseded" if successor else "over"
    return "in_force"


def _read(folder: Path, file: str, texts: Mapping[str, str]) -> Policy | Finding:
    try:
        return parse_policy(texts[file] if file in texts else read_source(folder, file), file)
    except PackError as error:
        return error.first


def _by_policy(passages: Iterable[Passage]) -> dict[str, tuple[Passage, ...]]:
    found: dict[str, tuple[Passage, ...]] = {}
    for one in passages:
        if one.kind == "policy":
            found[one.source_id] = (*found.get(one.source_id, ()), one)
    return found


def _serving(written: Policy | Finding | None, served: Mapping[str, tuple[Passage, ...]]) -> Serving:
    if not isinstance(written, Policy) or written.policy_id not in served:
        return "not_at_all"
    return "as_it_stands" if split_policy(written) == served[written.policy_id] else "otherwise"
