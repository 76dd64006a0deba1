"""One card a turn: what was said, expected beside got, the baseline's reply, and why."""

from collections.abc import Sequence

from evaluation.records import PlayedTurn
from evaluation.report.faults import Fault
from evaluation.report.html.judged import JudgedTurn, kinds_of
from evaluation.report.html.markup import chip, esc, said, table
from evaluation.report.html.trace import trace_of

MOST = 2000
"""So many turns stand on the page, the worst; the run file has all."""
_CONTEXT = 6
_WAYS = {"broke": "bad", "mended": "good", "differs": "info"}
_GRAVE = ("crash", "foreign", "identity", "confirmation", "state", "ungrounded", "invented")


def turn_cards(turns: Sequence[JudgedTurn]) -> str:
    """The cards of turns, with the controls that filter them.

    Args:
        turns: in the order in which they are shown.
    """
    shown = turns[:MOST]
    cards = "".join(_card(turn) for turn in shown)
    rest = f'<p class="lead">{len(turns) - MOST} more turns stand in the run file.</p>' if len(turns) > MOST else ""
    return f'{_filters(turns)}<div id="turns">{cards}</div><p id="none" class="lead" hidden>No turn is like that.</p>{rest}'


def _filters(turns: Sequence[JudgedTurn]) -> str:
    failed = sum(bool(turn.faults) for turn in turns)
    ways = {way: sum(turn.way == way for turn in turns) for way in _WAYS}
    states = [("failed", "failed", failed), *((way, way, count) for way, count in ways.items() if count)]
    states.append(("all", "all", len(turns)))
    begin = "failed" if failed else "all"
    buttons = "".join(
        f'<button type="button" data-show="{name}" aria-pressed="{str(name == begin).lower()}">{label} <b>{count}</b></button>'
        for name, label, count in states
    )
    families = sorted({turn.case.family for turn in turns if turn.case.family})
    splits = sorted({turn.case.split for turn in turns if turn.case.split})
    kinds = [(kind, f"{kind} ({count})") for kind, count in kinds_of(turns).items()]
    picks = _pick("score", "score", kinds) + _pick("family", "family", [(one, one) for one in families])
    picks += _pick("split", "split", [(one, one) for one in splits]) if len(splits) > 1 else ""
    search = '<input id="search" type="search" placeholder="search in messages, replies, traces" aria-label="search" autocomplete="off">'
    hints = (
        ("/", "search"),
        ("j", "next"),
        ("k", "previous"),
        ("o", "open"),
        ("f", "failed or all"),
        ("t", "light, dark"),
    )
    keys = f'<span class="keys">{"".join(f"<kbd>{key}</kbd> {does}" for key, does in hints)}</span>'
    return (
        f'<div class="filters" role="search"><div class="states" role="group" aria-label="which turns">{buttons}</div>{search}{picks}'
        f'<span id="count" role="status" aria-live="polite"></span>{keys}</div>'
    )


def _pick(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    if not options:
        return ""
    told = "".join(f'<option value="{esc(value)}">{esc(text)}</option>' for value, text in options)
    return f'<select id="{name}" aria-label="{label}"><option value="">every {label}</option>{told}</select>'


def _card(one: JudgedTurn) -> str:
    kinds = " ".join(dict.fromkeys(fault.kind for fault in one.faults))
    chips = "".join(_fault_chip(fault) for fault in _each_kind(one.faults)) or chip("passed", "good")
    changed = chip(one.way, _WAYS[one.way]) if one.way else ""
    where = f"{one.case.case_id}{f' · trial {one.case.trial}' if one.case.trial > 1 else ''} · turn {one.turn.number}"
    tags = "".join(chip(tag) for tag in (one.case.family, one.case.split) if tag)
    reply = one.turn.reply.reply if one.turn.reply else ""
    answer = said(reply) if reply else f"<em>{esc(one.turn.crash or 'no words of the bot')}</em>"
    data = f'data-kinds="{esc(kinds)}" data-family="{esc(one.case.family)}" data-split="{one.case.split or ""}" data-way="{one.way or ""}"'
    hidden = "" if one.faults else " data-passed"
    return (
        f'<details class="turn{" failed" if one.faults else ""}" id="{esc(one.anchor)}" {data}{hidden}>'
        f'<summary><span class="where"><code>{esc(where)}</code>{tags}<span class="marks">{changed}{chips}</span></span>'
        f'<span class="ask">{said(one.turn.customer)}</span><span class="answer">{answer}</span></summary>'
        f'<div class="body"><div class="talk">{_talk(one)}{_beside(one.faults)}{_was(one)}</div>'
        f'<div class="why">{trace_of(one.turn)}</div></div></details>'
    )


def _each_kind(faults: Sequence[Fault]) -> list[Fault]:
    return list({fault.kind: fault for fault in faults}.values())


def _fault_chip(fault: Fault) -> str:
    return chip(
        fault.kind, "bad" if fault.kind in _GRAVE else "warn", f"expected {fault.expected}; got {fault.got}"[:300]
    )


def _talk(one: JudgedTurn) -> str:
    """The conversation up to the turn, the turn itself last."""
    before = [turn for turn in one.case.turns if turn.number < one.turn.number]
    left_out = f'<p class="lead">{len(before) - _CONTEXT} turns before these</p>' if len(before) > _CONTEXT else ""
    earlier = "".join(_exchange(turn, "earlier") for turn in before[-_CONTEXT:])
    reference = one.turn.reference
    person = f'<p class="bubble reference"><small>a person said</small>{said(reference)}</p>' if reference else ""
    return f"{left_out}{earlier}{_exchange(one.turn, 'now')}{person}"


def _exchange(turn: PlayedTurn, kind: str) -> str:
    outcome = turn.reply.outcome if turn.reply else "crashed"
    reply = (
        said(turn.reply.reply)
        if turn.reply and turn.reply.reply
        else f"<em>{esc(turn.crash or 'no words of the bot')}</em>"
    )
    return (
        f'<p class="bubble customer {kind}">{said(turn.customer)}</p>'
        f'<p class="bubble agent {kind}"><small>{esc(outcome)}</small>{reply}</p>'
    )


def _beside(faults: Sequence[Fault]) -> str:
    rows = [
        (
            chip(fault.kind, "bad" if fault.kind in _GRAVE else "warn")
            + (f" {fault.share:.0%} met" if fault.share else ""),
            said(fault.expected),
            said(fault.got),
        )
        for fault in faults
    ]
    return table(("", "expected", "got"), rows, "beside") if rows else ""


def _was(one: JudgedTurn) -> str:
    if not one.changes:
        return ""
    parts = ", ".join(dict.fromkeys(part for change in one.changes for part in change.parts))
    lost = "".join(chip(f"lost {name}", "bad") for change in one.changes for name in change.lost)
    won = "".join(chip(f"won {name}", "good") for change in one.changes for name in change.won)
    reply = ""
    if one.was is not None:
        words = said(one.was.reply.reply) if one.was.reply else f"<em>{esc(one.was.crash)}</em>"
        outcome = one.was.reply.outcome if one.was.reply else "crashed"
        reply = f'<p class="bubble agent earlier"><small>baseline: {esc(outcome)}</small>{words}</p>'
    return f'<div class="was"><p class="lead">changed since the baseline: {esc(parts)} {lost}{won}</p>{reply}</div>'
