"""Groups that a shop gives a name: 偏远地区指新疆、西藏、青海. Rules speak of the group, customers of one that belongs to it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_DEFINES = re.compile(
    r"^(?P<name>[\u4e00-\u9fff]{2,8}?)(?:是?指的?是?|(?<=地区)包括|(?<=区域)包括|(?<=城市)包括)(?P<members>[^，,。；;（(]+)"
)
_BETWEEN = re.compile(r"、|和|及|以及|与|等$")
_LONGEST = 6
"""Characters of a member; what is longer describes, and lists nothing."""


@dataclass(frozen=True)
class Group:
    """One name and what belongs to it."""

    name: str
    members: frozenset[str]
    """At least two."""


def group_defined(sentence: str) -> Group | None:
    """The group that a sentence says the members of; None: it defines none.

    Args:
        sentence: of a policy.
    """
    found = _DEFINES.match(sentence.strip())
    if found is None:
        return None
    members = [member.strip() for member in _BETWEEN.split(found["members"]) if member and member.strip()]
    if len(members) < 2 or any(len(member) > _LONGEST for member in members):
        return None
    return Group(found["name"], frozenset(members))


def groups_of(sentences: Iterable[str]) -> tuple[Group, ...]:
    """All groups that sentences define, in their order.

    Args:
        sentences: of a shop's policies.
    """
    return tuple(group for sentence in sentences if (group := group_defined(sentence)) is not None)
