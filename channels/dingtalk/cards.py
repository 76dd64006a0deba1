"""What the card of a handoff shows, and which buttons it has."""

import json
from collections.abc import Mapping
from typing import Literal

from agent.messages import Stage
from agent.store.records import HandoffTicket
from channels.contact_centre.package import REASONS, describe

Act = Literal["take", "return", "close"]
"""What a button does."""

PUBLIC_TEMPLATE = "1366a1eb-bc54-4859-ac88-517c56a9acb1.schema"
"""DingTalk's own card of Markdown and buttons, which every organisation has."""
_BUTTONS: Mapping[Act, tuple[str, str]] = {
    "take": ("接手", "blue"),
    "return": ("交还机器人", "gray"),
    "close": ("结束会话", "gray"),
}
_OFFERED: Mapping[str, tuple[Act, ...]] = {"queued": ("take", "close"), "human": ("return", "close")}
"""Buttons by where the conversation stands."""
_STANDS: Mapping[str, str] = {
    "queued": "等待接手",
    "human": "{person} 正在处理",
    "returning": "{person} 已交还机器人",
    "closed": "{person} 已结束会话",
}


def card_of(ticket: HandoffTicket, stage: Stage, person: str | None = None) -> dict[str, str]:
    """What the card shows.

    Args:
        ticket: of the handoff.
        stage: where its conversation stands.
        person: who moved it there; None: nobody.
    """
    stands = _STANDS.get(stage, "").format(person=person or "客服")
    buttons = [
        {"text": words, "color": color, "id": f"{act}:{ticket.ticket_id}", "request": True}
        for act in _OFFERED.get(stage, ())
        for words, color in (_BUTTONS[act],)
    ]
    layout = {"order": ["msgTitle", "msgContent", "msgButtons"], "msgButtons": buttons}
    return {
        "title": f"{REASONS.get(ticket.reason, ticket.reason)} · {stands}",
        "markdown": describe(ticket),
        "tips": stands,
        "sys_full_json_obj": json.dumps(layout, ensure_ascii=False),
    }


def pressed(button: str) -> tuple[Act, str] | None:
    """What a button asks for: the act and the ticket; None: it is none of ours."""
    act, _, ticket_id = button.partition(":")
    for known in _BUTTONS:
        if act == known and ticket_id:
            return known, ticket_id
    return None
