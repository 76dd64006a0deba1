"""Places that goods go to: countries, provinces, cities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SOURCE = Path(__file__).with_name("regions.txt")
_ORIGIN_AFTER = re.compile(r"(?:进口|生产|制造|产的?|原装|品牌|牌子|版|代购|货|风|料|设计|本土|直采|料理|寿司|留学生)")
_ORIGIN_BEFORE = re.compile(r"(?:来自|产自|进口自|原产|产地(?:是|在)?)$")
_REMOTE_WORDS = re.compile(r"偏远|边远")
_CAPITALS = re.compile(r"(?<![A-Za-z])(US|UK)(?![A-Za-z])")


@dataclass(frozen=True)
class Place:
    """One place of a message."""

    code: str
    """ISO 3166-1 alpha-2 of the country; ZZ: abroad, no country named."""
    name: str
    """The province or country in Chinese."""
    said: str
    """As it stands in the folded message."""
    is_remote: bool = False
    """Whether carriers usually ask more for it."""


@cache
def _gazetteer() -> tuple[Mapping[str, Place], re.Pattern[str]]:
    """Every name with its place, and the pattern that finds them, the longest first; read once."""
    places: dict[str, Place] = {}
    for line in _SOURCE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        code, name, remote, others = line.split("|")
        for said in (name, *filter(None, others.split(","))):
            places[said] = Place(code, name, said, remote == "remote")
    names = sorted(places, key=lambda said: (-len(said), said))
    spelled = [rf"(?<![a-z]){said}(?![a-z])" if said.isascii() else said for said in names]
    return places, re.compile("|".join(spelled))


def find_places(text: str, plain: str) -> tuple[Place, ...]:
    """Find places that goods may go to. Where goods come from (日本进口, 产自新疆) is not such a place.

    Args:
        text: folded text.
        plain: the same with the case as typed, to tell US and UK from words.

    Returns:
        Places in order of appearance, each once.
    """
    places, pattern = _gazetteer()
    found: dict[int, Place] = {}
    for match in pattern.finditer(text):
        if _ORIGIN_AFTER.match(text, match.end()) or _ORIGIN_BEFORE.search(text[: match.start()]):
            continue
        found[match.start()] = places[match.group()]
    for match in _CAPITALS.finditer(plain):
        code, name = ("US", "美国") if match.group() == "US" else ("GB", "英国")
        found[match.start()] = Place(code, name, match.group().lower())
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def is_remote_area(text: str, places: tuple[Place, ...]) -> bool:
    """Whether a message speaks of a remote area, by name or as 偏远地区."""
    return any(place.is_remote for place in places) or _REMOTE_WORDS.search(text) is not None
