"""Showing turns to a person at a terminal."""

import json

from rich.console import Console
from rich.text import Text

from channels.http.wire import ChatReply, SourceTold, ToolTold


def show_trace(console: Console, told: ChatReply) -> None:
    """Print why a turn answered as it did.

    Args:
        console: where to.
        told: the turn.
    """
    rows = [
        ("intent", f"{', '.join(told.intents) or '-'}  →  {told.outcome}, {told.strategy}"),
        ("sources", ", ".join(_source(source) for source in told.sources)),
        ("tools", ", ".join(_tool(tool) for tool in told.tools)),
        ("waits", told.pending_action.summary if told.pending_action else ""),
        ("handoff", f"{told.handoff.reason}, ticket {told.handoff.ticket_id}" if told.handoff else ""),
        ("worded by", told.worded_by),
        ("took", f"{told.timings_ms.get('total', 0.0):.1f} ms" + (", stored reply" if told.replayed else "")),
    ]
    for name, said in rows:
        if said:
            console.print(Text(f"  {name:<10}", style="dim").append(said, style="dim"))


def _source(source: SourceTold) -> str:
    version = f" v{source.version}" if source.version is not None else ""
    dates = ""
    if source.effective_from or source.effective_to:
        dates = f" ({source.effective_from or ''}…{source.effective_to or ''})"
    return f"{source.kind} {source.id}{version}{dates}"


def _tool(tool: ToolTold) -> str:
    args = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in tool.args.items())
    return f"{tool.name}({args}) {'ok' if tool.ok else tool.error or 'failed'}"
