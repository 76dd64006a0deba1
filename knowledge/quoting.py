"""Blocks rendered as sentences that keep their meaning when quoted alone.

A list item takes its lead-in along, a table row its headers, an answer its question as heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.blocks import Block, Item
from knowledge.sentences import MAX_CHARS, closed, split_sentences

_COLONS = ("\uff1a", ":")
_STOPS = "\u3002\uff01\uff1f!?"
_LOOSE_ENDS = "\u3002\uff1b;\uff0c, "
_DENIAL = re.compile("不(?!同)|无法|禁止|谢绝|除外|例外|拒绝|暂停|仅限|只限")
_QUESTION = re.compile(r"^(?:问题?|[Qq\uff31]\d{0,2})\s*[:\uff1a\u3001.]\s*(?=\S)")
_ANSWER = re.compile(r"^(?:答案?|[Aa\uff21]\d{0,2})\s*[:\uff1a\u3001.]\s*(?=\S)")
_UNIT = re.compile(r"^(.+?)\s*[(\uff08]\s*([A-Za-z%\u2103\u00b0/\u00b2]{1,8}|[\u4e00-\u9fff]{1,3})\s*[)\uff09]$")
_WRAPPED_AT = 40
"""A line of at least this many characters without an end mark goes on in the next line."""
_SHORT_ITEM = 12
"""Items up to this length, without an end mark, do not stand alone."""
_LONG_LEAD = 80


@dataclass(frozen=True)
class Quote:
    """One sentence that can be quoted alone."""

    text: str
    headings: tuple[str, ...]
    line: int
    """Where its block begins in the body, from 0."""


def quotes(blocks: list[Block], title: str) -> list[Quote]:
    """Render the blocks of a policy.

    Args:
        blocks: in order.
        title: of the policy; stands in for a heading where there is none.

    Returns:
        Sentences in order, each at most ``MAX_CHARS`` long.
    """
    found: list[Quote] = []
    lead = asked = ""
    section: tuple[str, ...] = ()
    for position, block in enumerate(blocks):
        if block.headings != section:
            section, asked = block.headings, ""
        if block.kind != "paragraph":
            texts = _rendered(block, lead, asked or (block.headings[-1] if block.headings else title))
            found.extend(Quote(text, _under(block.headings, asked), block.line) for text in texts)
            lead = ""
            continue
        follower = blocks[position + 1] if position + 1 < len(blocks) else None
        leads = follower is not None and follower.kind != "paragraph" and follower.headings == block.headings
        lead = ""
        for line in _lines(block.text):
            question = _QUESTION.match(line)
            if question:
                asked = line[question.end() :]
                continue
            texts = split_sentences(_ANSWER.sub("", line) if asked else line)
            lead = texts.pop() if leads and texts and texts[-1].endswith(_COLONS) else ""
            found.extend(Quote(closed(text), _under(block.headings, asked), block.line) for text in texts)
    return found


def _under(headings: tuple[str, ...], asked: str) -> tuple[str, ...]:
    return (*headings, asked) if asked else headings


def _lines(text: str) -> list[str]:
    """The lines of a paragraph, with lines that were only wrapped joined again."""
    lines: list[str] = []
    for line in (line.strip() for line in text.split("\n")):
        before = lines[-1] if lines else ""
        wrapped = before and before[-1] not in _STOPS + "\uff1b;\uff1a:" and len(before) >= _WRAPPED_AT
        if before and (wrapped or before[-1] in "\uff0c,\u3001") and not _QUESTION.match(line):
            glue = " " if before[-1].isascii() and line[:1].isascii() else ""
            lines[-1] = before + glue + line
        elif line:
            lines.append(line)
    return lines


def _rendered(block: Block, lead: str, heading: str) -> list[str]:
    texts = _list(block, lead, heading) if block.kind == "list" else _table(block, lead, heading)
    return [text for text in texts if text]


def _list(block: Block, lead: str, heading: str) -> list[str]:
    denies = not lead and bool(_DENIAL.search(heading))
    lead = lead or (_as_lead(heading) if heading and _are_fragments(block.items) else "")
    steps = _steps(block, lead)
    if steps:
        return [steps]
    return [text for item in block.items for text in _item(item, lead or _denial(item, heading, denies))]


def _are_fragments(items: tuple[Item, ...]) -> bool:
    """Whether the items are mere words that need their heading to make sense."""
    open_ended = all(item.text.strip()[-1:] not in _STOPS for item in items if item.text.strip())
    return open_ended and any(len(item.text) <= _SHORT_ITEM for item in items)


def _denial(item: Item, heading: str, denies: bool) -> str:
    """The heading as lead-in of an item that would mean the opposite without it."""
    return _as_lead(heading) if denies and not _DENIAL.search(item.text) else ""


def _as_lead(text: str) -> str:
    return text.strip().rstrip(_STOPS + _LOOSE_ENDS + "\uff1a:") + "\uff1a"


def _steps(block: Block, lead: str) -> str:
    """An ordered list that fits in one sentence is quoted whole: its order is part of its meaning."""
    if not lead or len(block.items) < 2 or not all(item.number and not item.children for item in block.items):
        return ""
    bodies = [_flat(item.text).rstrip(_LOOSE_ENDS) for item in block.items]
    if any(stop in body for body in bodies for stop in _STOPS + "\n"):
        return ""
    whole = (
        lead + "\uff1b".join(f"{item.number} {body}" for item, body in zip(block.items, bodies, strict=True)) + "\u3002"
    )
    return whole if len(whole) <= MAX_CHARS else ""


def _flat(text: str) -> str:
    return "".join(_lines(text)) if "\n" in text else text.strip()


def _item(item: Item, lead: str) -> Iterator[str]:
    text = "\n".join(_lines(item.text))
    if not item.children:
        yield from _with_lead(text, lead)
        return
    names = text.endswith(_COLONS) or (text and len(text) <= 30 and text[-1] not in _STOPS)
    if not names:
        yield from _with_lead(text, lead)
    inner = _as_lead(text) if names else ""
    inner = lead + inner if inner and len(lead) + len(inner) <= _LONG_LEAD else inner or lead
    for child in item.children:
        if child.kind == "paragraph":
            yield from _with_lead("\n".join(_lines(child.text)), inner)
        else:
            yield from _rendered(child, inner, "")


def _with_lead(text: str, lead: str) -> list[str]:
    if not lead:
        return [closed(part) for part in split_sentences(text)]
    whole = closed(lead + _flat(text))
    if len(whole) <= MAX_CHARS and "\n" not in text:
        return [whole] if text.strip() else []
    return [closed(part) for said in split_sentences(text) for part in split_sentences(lead + said)]


def _table(block: Block, lead: str, heading: str) -> list[str]:
    denied = bool(_DENIAL.search(heading)) and not any(_DENIAL.search("".join(row)) for row in block.rows)
    lead = lead or (_as_lead(heading) if denied else "")
    rows = [_row(block.header, row) for row in block.rows]
    return [text for parts in rows if parts for text in _row_sentences(parts, lead)]


def _row_sentences(parts: list[str], lead: str) -> list[str]:
    """A row as one sentence, or as several that each repeat its first cell."""
    whole = closed(lead + "\uff0c".join(parts))
    if len(whole) <= MAX_CHARS or len(parts) == 1:
        return [closed(text) for text in split_sentences(whole)] if len(whole) > MAX_CHARS else [whole]
    first = lead + parts[0]
    first = first + "\uff0c" if len(first) <= _LONG_LEAD else ""
    texts = [] if first else split_sentences(closed(lead + parts[0]))
    for part in parts[1:]:
        texts.extend(closed(text) for text in split_sentences(first + part))
    return texts


def _row(header: tuple[str, ...], row: tuple[str, ...]) -> list[str]:
    return [_cell(name, _flat(cell)) for name, cell in zip(header, row, strict=True) if cell.strip()]


def _cell(name: str, cell: str) -> str:
    """One cell with its header: 身高155-160cm, or 尺码\uff1aS where it does not begin with a number."""
    cell = cell.rstrip(_LOOSE_ENDS)
    if not name:
        return cell
    with_unit = _UNIT.match(name)
    if with_unit and cell[-1:].isdigit():
        name, cell = with_unit.group(1), cell + with_unit.group(2)
    plain = cell[:1].isdigit() and "\u4e00" <= name[-1] <= "\u9fff"
    return name + cell if plain else f"{name}\uff1a{cell}"
