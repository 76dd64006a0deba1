"""The body of a policy as blocks: paragraphs, lists and tables, each with the headings above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

BlockKind = Literal["paragraph", "list", "table"]

_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>")
_LISTED = re.compile(
    r"\s*(\d{1,2}\s*(?:\u3001|[.)\uff09](?!\d))|[(\uff08](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)\uff09]"
    r"|[\u2460-\u2473]|[一二三四五六七八九十]{1,3}\u3001|[\u2022\u00b7\u25cf\u25aa\u25a0\u25c6])\s*"
)
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]{1,3}\u3001|\d{1,2}[.\u3001](?!\d))\s*")
_TASK = re.compile(r"^\[[ xX]\]\s+")
_BOLD_LEVEL = 7
"""A short line all in bold is read as a heading below all others."""


@dataclass(frozen=True)
class Item:
    """One item of a list."""

    text: str
    """Plain text; line feeds where the editor broke the line."""
    number: str
    """``1.`` in an ordered list, else empty."""
    children: tuple["Block", ...] = ()
    """Blocks inside the item, below its first paragraph."""


@dataclass(frozen=True)
class Block:
    """One paragraph, list or table."""

    kind: BlockKind
    headings: tuple[str, ...]
    """From the outermost."""
    line: int
    """In the body, from 0."""
    text: str = ""
    """Of a paragraph."""
    items: tuple[Item, ...] = ()
    """Of a list."""
    header: tuple[str, ...] = ()
    """Of a table."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of a table, each as long as the header."""


@dataclass(frozen=True)
class Section:
    """One heading."""

    headings: tuple[str, ...]
    """With those above it, from the outermost."""
    line: int


def parse_blocks(body: str) -> tuple[list[Block], list[Section]]:
    """Read Markdown.

    Args:
        body: of a policy; comments are the editors' own notes and are left out, so is text that is struck out.

    Returns:
        The blocks and the headings, both in order.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "code", "reference"])
    root = SyntaxTreeNode(parser.parse(_COMMENT.sub(lambda found: "\n" * found.group().count("\n"), body)))
    blocks: list[Block] = []
    sections: list[Section] = []
    above: list[tuple[int, str]] = []
    for node in root.children:
        if node.type == "heading":
            level = int(node.tag[1:])
            above = [one for one in above if one[0] < level]
            above.append((level, _NUMBERED.sub("", _inline(node).replace("\n", " ").strip())))
            sections.append(Section(tuple(text for _, text in above), _line(node)))
        elif _is_bold_line(node):
            above = [*(one for one in above if one[0] < _BOLD_LEVEL), (_BOLD_LEVEL, _inline(node).strip())]
        else:
            blocks.extend(_blocks(node, tuple(text for _, text in above)))
    return blocks, sections


def _line(node: SyntaxTreeNode) -> int:
    return node.map[0] if node.map else 0


def _blocks(node: SyntaxTreeNode, headings: tuple[str, ...]) -> Iterator[Block]:
    if node.type in ("paragraph", "heading"):
        yield from _paragraph_blocks(_inline(node), headings, _line(node))
    elif node.type in ("bullet_list", "ordered_list"):
        yield _list_block(node, headings)
    elif node.type == "table":
        yield _table_block(node, headings)
    elif node.type in ("fence", "code_block"):
        yield Block("paragraph", headings, _line(node), text=node.content.strip())
    else:
        for child in node.children:
            yield from _blocks(child, headings)


def _paragraph_blocks(text: str, headings: tuple[str, ...], line: int) -> Iterator[Block]:
    """A paragraph; lines numbered by hand (``1\u3001``, ``(1)``, ``①``) become a list."""
    lines = text.split("\n")
    starts = [number for number, said in enumerate(lines) if _LISTED.match(said)]
    if len(starts) < 2:
        if text.strip():
            yield Block("paragraph", headings, line, text=text)
        return
    if any(said.strip() for said in lines[: starts[0]]):
        yield Block("paragraph", headings, line, text="\n".join(lines[: starts[0]]))
    ends = [*starts[1:], len(lines)]
    items = (_hand_item("\n".join(lines[start:end])) for start, end in zip(starts, ends, strict=True))
    yield Block("list", headings, line + starts[0], items=tuple(items))


def _hand_item(text: str) -> Item:
    found = _LISTED.match(text)
    sign = found.group(1) if found else ""
    return Item(text[found.end() :] if found else text, sign if any(char.isdigit() for char in sign) else "")


def _is_bold_line(node: SyntaxTreeNode) -> bool:
    if node.type != "paragraph" or not node.children:
        return False
    parts = [child for child in node.children[0].children if child.type != "text" or child.content.strip()]
    text = _inline(node).strip()
    return (
        len(parts) == 1 and parts[0].type == "strong" and 0 < len(text) <= 30 and text[-1] not in "\u3002\uff01!\uff1a:"
    )


def _list_block(node: SyntaxTreeNode, headings: tuple[str, ...]) -> Block:
    items: list[Item] = []
    first = int(node.attrs.get("start", 1))
    for position, child in enumerate(node.children):
        number = f"{first + position}." if node.type == "ordered_list" else ""
        parts = list(child.children)
        text = _inline(parts.pop(0)) if parts and parts[0].type == "paragraph" else ""
        inner = tuple(block for part in parts for block in _blocks(part, headings))
        text = _TASK.sub("", text)
        if text.strip() or inner:
            items.append(Item(text, number, inner))
    return Block("list", headings, _line(node), items=tuple(items))


def _table_block(node: SyntaxTreeNode, headings: tuple[str, ...]) -> Block:
    rows = [tuple(_inline(cell).strip() for cell in row.children) for part in node.children for row in part.children]
    return Block("table", headings, _line(node), header=rows[0], rows=tuple(rows[1:]))


def _inline(node: SyntaxTreeNode) -> str:
    """The text of a block's inline part, without marks."""
    inline = next((child for child in node.children if child.type == "inline"), None)
    text = "" if inline is None else "".join(_text(child) for child in inline.children)
    return _TAG.sub("", _BREAK.sub("\n", text)).replace("**", "").replace("\u00a0", " ")


def _text(node: SyntaxTreeNode) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    if node.type == "s":
        return ""
    if node.type in ("text", "code_inline", "image"):
        return node.content
    return "".join(_text(child) for child in node.children)
