"""Why a turn answered as it did: intents, passages, tools, drafts, times."""

from collections.abc import Iterator, Mapping, Sequence

from agent.messages import Reply, ToolUse
from evaluation.records import Claim, PlayedTurn, RejectedDraft, Trace
from evaluation.report.html.markup import chip, esc, said, table

_OWN_TIMES = ("total", "begin")


def trace_of(turn: PlayedTurn) -> str:
    """The trace of a turn as HTML."""
    return "".join(_block(title, body) for title, body in _blocks(turn) if body)


def _block(title: str, body: str) -> str:
    return f'<div class="block"><h4>{esc(title)}</h4>{body}</div>'


def _blocks(turn: PlayedTurn) -> Iterator[tuple[str, str]]:
    trace, reply = turn.trace, turn.reply
    yield "Intents", _intents(trace)
    yield "Passages", _passages(trace)
    if reply is not None:
        yield "Tools", _tools(reply.tools)
        yield from _ends(reply, trace)
    yield "Drafts that were not sent", "".join(_draft(draft) for draft in trace.rejected)
    yield "Claims", "".join(_claim(claim) for claim in turn.claims)
    yield "Mood and failures", _mood(trace)
    if reply is not None:
        yield "Sources cited", "".join(chip(f"{one.kind} {one.id}", "", one.title) for one in reply.sources)
        yield "Reply", _manner(reply)
        yield "Time", _times(reply.timings_ms)


def _ends(reply: Reply, trace: Trace) -> Iterator[tuple[str, str]]:
    """What the turn leaves open: a yes to be waited for, a person to take over."""
    if reply.pending_action is not None:
        pending = reply.pending_action
        told = f"<p><code>{esc(pending.tool)}({esc(_args(pending.args))})</code></p><p>{said(pending.summary)}</p>"
        yield "Waits for a yes", told
    if reply.handoff is not None:
        notice = f"<p>{chip(reply.handoff.reason, 'warn')} {said(reply.handoff.notice)}</p>"
        yield "Handover", notice + _package(trace)


def _tools(uses: Sequence[ToolUse]) -> str:
    rows = [
        (
            f"<code>{esc(use.name)}</code>",
            f"<code>{esc(_args(use.args))}</code>",
            chip(use.effect, "warn" if use.effect == "write" else ""),
            chip("ok", "good") if use.ok else chip(use.error or "failed", "bad"),
            f"{use.elapsed_ms:.1f} ms",
        )
        for use in uses
    ]
    return table(("call", "arguments", "effect", "end", "time"), rows, "plain") if rows else ""


def _claim(claim: Claim) -> str:
    words = f"{claim.kind} {claim.text}"
    return chip(words, "good") if claim.supported else chip(words, "bad", "stands nowhere")


def _manner(reply: Reply) -> str:
    told = [f"worded by {reply.worded_by}", reply.strategy]
    told += [f"release {reply.release_id}"] if reply.release_id else []
    told += [f"adapter {reply.adapter_id}"] if reply.adapter_id else []
    return "".join(chip(one) for one in told)


def _intents(trace: Trace) -> str:
    rows = "".join(
        f'<li><span class="meter"><i style="width:{max(0.0, min(1.0, seen.confidence)) * 100:.0f}%"></i></span>'
        f"<b>{esc(seen.intent)}</b> {seen.confidence:.2f} {said(seen.clause)}</li>"
        for seen in trace.intents
    )
    unsure = chip("too unlike anything known", "warn") if trace.abstained else ""
    return f'{unsure}<ul class="meters">{rows}</ul>' if rows or unsure else ""


def _passages(trace: Trace) -> str:
    rows = [
        f'<li><span class="meter"><i style="width:{max(0.0, min(1.0, one.score or 0.0)) * 100:.0f}%"></i></span>'
        f"<code>{esc(one.passage_id)}</code> {'' if one.score is None else f'{one.score:.2f}'}</li>"
        if not one.dropped
        else f'<li class="dropped"><span>dropped</span> <code>{esc(one.passage_id)}</code> {esc(one.dropped)}</li>'
        for one in trace.passages
    ]
    return f'<ul class="meters">{"".join(rows)}</ul>' if rows else ""


def _draft(draft: RejectedDraft) -> str:
    found = "".join(chip(f"{finding.kind}: {finding.span}", "bad") for finding in draft.findings)
    return f'<blockquote class="draft">{said(draft.text)}<div>{found}</div></blockquote>'


def _package(trace: Trace) -> str:
    if not trace.package:
        return ""
    rows = "".join(f"<dt>{esc(key)}</dt><dd>{said(_plain(value))}</dd>" for key, value in trace.package.items())
    return f"<details><summary>what the person reads</summary><dl>{rows}</dl></details>"


def _mood(trace: Trace) -> str:
    shown = [f"{name} {value}" if value is not True else name for name, value in trace.mood.items() if value]
    return "".join(chip(one) for one in shown) + "".join(chip(f"failed: {one}", "warn") for one in trace.failures)


def _times(timings: Mapping[str, float]) -> str:
    whole = timings.get("total") or sum(timings.values()) or 1.0
    shown = {name: value for name, value in timings.items() if name not in _OWN_TIMES and value / whole >= 0.01}
    pieces = "".join(
        f'<i class="t{number % 6}" style="flex:{value:.3f}" title="{esc(name)} {value:.1f} ms"></i>'
        for number, (name, value) in enumerate(shown.items())
    )
    told = "".join(
        f'<span><i class="t{number % 6}"></i>{esc(name)} {value:.1f}</span>'
        for number, (name, value) in enumerate(shown.items())
    )
    return (
        f'<div class="stack">{pieces}</div><p class="legend">{told}<span>total {whole:.1f} ms</span></p>'
        if pieces
        else ""
    )


def _args(args: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in args.items())


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_plain(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_plain(one) for one in value)
    return str(value)
