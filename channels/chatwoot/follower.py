"""What becomes of a handoff in Chatwoot: a private note with the package, and the conversation opened, given back or ended."""

from dataclasses import replace

from agent.messages import Stage
from agent.store.channels import LoggedMove
from agent.store.port import HandoffStore
from channels.chatwoot.client import ChatwootClient
from channels.chatwoot.events import Status
from channels.chatwoot.notes import Notes
from channels.chatwoot.place import Place, place_of
from channels.chatwoot.standing import Standings
from channels.contact_centre.package import describe

_STATUSES: dict[Stage, Status] = {
    "bot": "pending",
    "offering": "pending",
    "returning": "pending",
    "queued": "open",
    "human": "open",
    "closed": "resolved",
}
"""How a conversation stands in Chatwoot at each stage."""
_THEN = "处理完把会话设回“待处理”(pending)，机器人会接着回复；不需要机器人再跟进就直接解决。"


class ChatwootFollower:
    """Keeps Chatwoot in step.

    Args:
        client: of the account.
        store: knows tickets and stages.
        standings: how conversations stand in Chatwoot.
        notes: leaves them.
    """

    def __init__(self, client: ChatwootClient, store: HandoffStore, standings: Standings, notes: Notes) -> None:
        self._client = client
        self._store = store
        self._standings = standings
        self._notes = notes

    async def follow(self, logged: LoggedMove) -> None:
        """Act on a move; see `Follower`."""
        move, note_id = logged.move, f"note-{logged.seq}"
        if move.reason == "note":
            await self._notes.leave(note_id, logged.conversation_id, f"**{move.actor}**：{move.note}")
            return
        if move.from_stage in ("bot", "offering") and move.to_stage == "queued" and move.reason != "taken_over":
            ticket = await self._store.ticket(move.ticket_id or "")
            if ticket is not None:
                await self._notes.leave(note_id, logged.conversation_id, describe(ticket, _THEN))
        await self._bring_in_line(logged, place_of(logged.conversation_id))

    async def _bring_in_line(self, logged: LoggedMove, place: Place) -> None:
        """Set a conversation's status, unless it has moved on here or stands so there."""
        found = await self._store.load(logged.conversation_id)
        wanted = _STATUSES[logged.move.to_stage]
        if found is None or _STATUSES[found.state.stage] != wanted:
            return
        if (await self._standings.of(place)).status == wanted:
            return
        moment = await self._client.set_status(place, wanted, f"move-{logged.seq}")
        async with self._standings.hold(place):
            known = await self._standings.of(place)
            if known.status != wanted:
                standing = replace(known, status=wanted, was=known.status, set_by=moment)
                await self._standings.keep(place, standing, logged.conversation_id)
