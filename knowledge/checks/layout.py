"""Markdown that does not say what the editor sees: tables, lists and headings that split badly."""

import re
from collections.abc import Iterator

from knowledge.blocks import Block, parse_blocks
from knowledge.checks.occasion import Occasion
from knowledge.findings import Finding
from knowledge.pack import Pack
from knowledge.policies import Policy
from knowledge.sentences import MAX_CHARS, split_sentences

_TABLE_ROW = re.compile(r"^\s{0,3}\|.*\|\s*$")
_RULE = re.compile(r"^\s{0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_TIGHT_HEADING = re.compile(r"^#{1,6}[^\s#]")
_TIGHT_ITEM = re.compile(r"^\s*(?:[-+](?=[\u4e00-\u9fff])|\*(?=[\u4e00-\u9fff][^*]*$))")
_HTML = re.compile(r"<(table|tr|td|ul|ol|li|div|img)\b", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]*\]\(")
_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_CELL = re.compile(r"(?<!\\)\|")


def layout(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find tables, lists, headings and sentences that would be read wrongly.

    Args:
        pack: the pack.
        occasion: when the check takes place.
    """
    for policy in pack.policies:
        blocks, sections = parse_blocks(policy.body)
        tables = _table_lines(policy, blocks)
        yield from _lines(policy, tables)
        yield from _cells(policy, blocks)
        yield from _long(policy, blocks)
        filled = {block.headings[: depth + 1] for block in blocks for depth in range(len(block.headings))}
        for section in sections:
            if section.headings not in filled and section.headings != (policy.title,):
                yield _warn(
                    policy,
                    section.line,
                    f"under {section.headings[-1]!r} stands nothing",
                    "Write its text, or remove it",
                )
        yield from _torn(policy, blocks)


def _warn(policy: Policy, line: int, message: str, advice: str) -> Finding:
    return Finding("layout", "warning", policy.body_place(line), f"{message}.", f"{advice}.")


def _table_lines(policy: Policy, blocks: list[Block]) -> set[int]:
    return {
        line
        for block in blocks
        if block.kind == "table"
        for line in range(block.line, block.line + len(block.rows) + 2)
    }


def _lines(policy: Policy, tables: set[int]) -> Iterator[Finding]:
    fenced = False
    for number, line in enumerate(policy.body.split("\n")):
        if _FENCE.match(line):
            fenced = not fenced
        elif _TABLE_ROW.match(line) and number not in tables:
            yield _warn(policy, number, "this row belongs to no table", "Give the table a header and a line |---|---|")
        elif _TIGHT_HEADING.match(line):
            yield _warn(policy, number, f"{line[:20]!r} is no heading", "Put a blank after the last #")
        elif _TIGHT_ITEM.match(line):
            yield _warn(policy, number, f"{line[:20]!r} is no list item", "Put a blank after the dash")
        elif _HTML.search(line):
            yield _warn(policy, number, "HTML is not read", "Write the table or list in Markdown")
        elif _PICTURE.search(line):
            yield _warn(policy, number, "a picture cannot be quoted", "Write what it shows as text")
    if fenced:
        yield _warn(policy, 0, "a code fence is not closed", "Close it with ``` or remove it")


def _cells(policy: Policy, blocks: list[Block]) -> Iterator[Finding]:
    lines = policy.body.split("\n")
    for block in (block for block in blocks if block.kind == "table"):
        wanted = len(block.header)
        for offset in range(len(block.rows)):
            number = block.line + 2 + offset
            cells = len(_CELL.split(lines[number].strip().strip("|"))) if number < len(lines) else wanted
            if cells != wanted:
                yield _warn(
                    policy,
                    number,
                    f"this row has {cells} cells, the header {wanted}",
                    "Give each row a cell for each column",
                )
            elif not all(block.rows[offset]):
                yield _warn(policy, number, "a cell of this row is empty", "Write what holds there, or 无")
        names = [name for name in block.header if name]
        if len(set(names)) < len(names):
            yield _warn(policy, block.line, "two columns have one name", "Name each column differently")
        if sum(not name for name in block.header[1:]):
            yield _warn(policy, block.line, "a column has no name", "Name each column")


def _long(policy: Policy, blocks: list[Block]) -> Iterator[Finding]:
    for block in blocks:
        texts = [block.text, *(item.text for item in block.items)]
        for text in texts:
            for line in text.split("\n"):
                if len(line) > MAX_CHARS and any(len(part) >= MAX_CHARS - 1 for part in split_sentences(line)):
                    yield _warn(
                        policy,
                        block.line,
                        f"{line[:20]!r}… has no pause in {MAX_CHARS} characters",
                        "Cut it into sentences",
                    )


def _torn(policy: Policy, blocks: list[Block]) -> Iterator[Finding]:
    """A lead-in that promises a list which does not follow."""
    for position, block in enumerate(blocks):
        if block.kind != "paragraph" or not block.text.rstrip().endswith(("\uff1a", ":")):
            continue
        follower = blocks[position + 1] if position + 1 < len(blocks) else None
        if follower is None or follower.headings != block.headings:
            message = f"{block.text.strip()[-20:]!r} promises a list that does not follow"
            yield _warn(policy, block.line, message, "Add the list, or end the sentence")
