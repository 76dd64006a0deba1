"""Writing HTML: every text from outside is escaped here."""

import re
from collections.abc import Iterable
from html import escape

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def esc(value: object) -> str:
    """A value as text that is safe in HTML, also inside a quoted attribute; what HTML cannot hold becomes a visible mark."""
    return escape(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value)), quote=True)


def said(text: str) -> str:
    """Words of a conversation: in Chinese, on their own whatever their writing direction."""
    return f'<bdi lang="zh">{esc(text)}</bdi>'


def chip(text: object, kind: str = "", title: str = "") -> str:
    """A small label.

    Args:
        text: on it.
        kind: its style.
        title: told when the pointer rests on it.
    """
    about = f' title="{esc(title)}"' if title else ""
    return f'<span class="chip {esc(kind)}"{about}>{esc(text)}</span>'


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    """A table.

    Args:
        heads: of the columns, plain text.
        rows: cells that are HTML already.
        kind: its style.
    """
    head = "".join(f'<th scope="col">{esc(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table class="{esc(kind)}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def section(name: str, title: str, body: str, lead: str = "") -> str:
    """A part of the page; nothing where it is empty.

    Args:
        name: its anchor.
        title: plain text.
        body: HTML.
        lead: one plain sentence below the title.
    """
    if not body:
        return ""
    about = f'<p class="lead">{esc(lead)}</p>' if lead else ""
    return f'<section id="{esc(name)}" aria-labelledby="{esc(name)}-title"><h2 id="{esc(name)}-title">{esc(title)}</h2>{about}{body}</section>'


def page(title: str, body: str, style: str, script: str = "") -> str:
    """A whole page that may load nothing.

    Args:
        title: plain text.
        body: HTML.
        style: CSS.
        script: JavaScript of our own; holds no text from outside.
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    head = (
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{esc(title)}</title><style>{style}</style>"
    )
    ending = f"<script>{script}</script>" if script else ""
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{body}{ending}</body></html>\n'
