"""A preview as one HTML page that needs nothing else: no script, no network; readable on a telephone."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import SequenceMatcher
from html import escape

from evaluation.editing.answering import Said
from evaluation.editing.asked import Origin
from evaluation.editing.preview import CHANGE_KINDS, Change, ChangeKind, Preview

KIND_NAMES: dict[ChangeKind, str] = {
    "flip": "结论变了",
    "outcome": "结果变了",
    "source": "依据变了",
    "wording": "说法变了",
    "passages": "只是找到的段落变了",
}
ORIGIN_NAMES: dict[Origin, str] = {"question": "政策自带问题", "transcript": "对话样例", "customer": "顾客真实提问"}
OUTCOME_NAMES = {
    "answered": "已回答",
    "clarify": "追问",
    "declined": "未答",
    "handoff": "转人工",
    None: "出错",
}
_WHY = {"yes → no": "可以 → 不可以", "no → yes": "不可以 → 可以"}
_STYLE = """
:root{color-scheme:light dark;--line:#8884;--old:#c0392b;--new:#1e8449;--weak:#888}
*{box-sizing:border-box}
body{font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:0 auto;max-width:64rem;
padding:1rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
p{margin:.3rem 0}.weak{color:var(--weak);font-size:.85rem}
nav a{display:inline-block;margin:.2rem .5rem .2rem 0;padding:.1rem .6rem;border:1px solid var(--line);border-radius:1rem;
text-decoration:none;color:inherit}
article{border:1px solid var(--line);border-radius:.6rem;padding:.7rem .9rem;margin:.7rem 0}
article.flip{border-left:.3rem solid var(--old)}
h3{font-size:1rem;margin:0 0 .3rem;overflow-wrap:anywhere}
.why{color:var(--old);font-weight:600}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.8rem}
.pair>div{min-width:0;overflow-wrap:anywhere}
.side{font-size:.8rem;color:var(--weak)}
del{color:var(--old);text-decoration:line-through}ins{color:var(--new);text-decoration:none;font-weight:600}
summary{cursor:pointer;font-size:.85rem;color:var(--weak)}
li.gone{color:var(--old)}li.new{color:var(--new)}
ul{margin:.2rem 0;padding-left:1.2rem;font-size:.85rem}
@media(max-width:40rem){body{padding:.6rem}.pair{grid-template-columns:1fr}}
"""
_WORD = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|.", re.DOTALL)


def preview_page(preview: Preview, shop: str, made_at: datetime) -> str:
    """Show a preview as a page.

    Args:
        preview: what changes.
        shop: the shop's name.
        made_at: when it was made, in the shop's time zone.

    Returns:
        HTML; every text of the shop and its customers is escaped.
    """
    title = f"{escape(shop)}：发布前预览"
    lead = (
        f"<p>线上版本 <code>{escape(preview.served)}</code> → 新版本 <code>{escape(preview.coming)}</code></p>"
        f'<p class="weak">{made_at:%Y-%m-%d %H:%M}，共问了 {preview.messages} 句，{len(preview.changes)} 句的回答有变化。</p>'
    )
    kinds = [kind for kind in CHANGE_KINDS if preview.of(kind)]
    links = "".join(f'<a href="#{kind}">{KIND_NAMES[kind]} {len(preview.of(kind))}</a>' for kind in kinds)
    parts = "".join(_section(kind, preview) for kind in kinds) or "<p>没有任何变化。</p>"
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style>"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head>\n<body><h1>{title}</h1>{lead}<nav>{links}</nav>{parts}'
        "</body></html>\n"
    )


def marked_differences(before: str, after: str) -> tuple[str, str]:
    """Two texts as HTML with what differs marked, by whole numbers and words.

    Args:
        before: loses what is marked ``del``.
        after: gains what is marked ``ins``.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    left, right = [], []
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lost, gained = escape("".join(old[old_start:old_end])), escape("".join(new[new_start:new_end]))
        left.append(lost if kind == "equal" or not lost else f"<del>{lost}</del>")
        right.append(gained if kind == "equal" or not gained else f"<ins>{gained}</ins>")
    return "".join(left), "".join(right)


def _section(kind: ChangeKind, preview: Preview) -> str:
    changes = preview.of(kind)
    cards = "".join(_card(change) for change in changes)
    return f'<section id="{kind}"><h2>{KIND_NAMES[kind]}（{len(changes)}）</h2>{cards}</section>'


def _card(change: Change) -> str:
    before, after = marked_differences(change.before.reply, change.after.reply)
    where = f"{ORIGIN_NAMES[change.origin]} · {change.name}" + (f" · 第{change.number}句" if change.number > 1 else "")
    why = "；".join(_WHY.get(one, one) for one in change.why) if change.kind == "flip" else ""
    return (
        f'<article class="{change.kind}"><h3>{escape(change.text)}</h3>'
        + (f'<p class="why">{escape(why)}</p>' if why else "")
        + f'<div class="pair">{_side("现在", change.before, before)}{_side("发布后", change.after, after)}</div>'
        + f"<details><summary>找到的段落</summary>{_passages(change)}</details>"
        + f'<p class="weak">{escape(where)}</p></article>'
    )


def _side(name: str, said: Said, reply: str) -> str:
    cited = "、".join(said.cited) or "无"
    about = f"{name} · {OUTCOME_NAMES[said.outcome]} · 依据：{escape(cited)}"
    return f'<div><p class="side">{about}</p><p>{reply or escape(said.crash) or "（没有回复）"}</p></div>'


def _passages(change: Change) -> str:
    return f"<ul>{''.join(_listed(change))}</ul>"


def _listed(change: Change) -> Iterator[str]:
    old, new = change.before.found, change.after.found
    for passage_id, text in new.items():
        state = "" if old.get(passage_id) == text else ' class="new"'
        yield f"<li{state}><code>{escape(passage_id)}</code> {escape(text)}</li>"
    for passage_id, text in old.items():
        if new.get(passage_id) != text:
            yield f'<li class="gone"><code>{escape(passage_id)}</code> <del>{escape(text)}</del></li>'
