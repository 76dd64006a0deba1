"""Handoffs as DingTalk sees them: a card when a person is due, changed as the conversation moves."""

from agent.store.channels import LoggedMove
from agent.store.port import HandoffStore
from channels.dingtalk.cards import card_of
from channels.dingtalk.client import DingtalkClient
from channels.dingtalk.held import HeldTickets


class CardFollower:
    """Shows and changes cards.

    Args:
        client: of DingTalk.
        store: knows the tickets.
        held: who has which conversation.
        group: openConversationId of the group that gets the cards.
        template: of the card.
    """

    def __init__(
        self, client: DingtalkClient, store: HandoffStore, held: HeldTickets, group: str, template: str
    ) -> None:
        self._client = client
        self._store = store
        self._held = held
        self._group = group
        self._template = template

    async def follow(self, logged: LoggedMove) -> None:
        """Show a handoff, or what became of it; see `Follower`."""
        move = logged.move
        ticket = await self._store.ticket(move.ticket_id) if move.ticket_id else None
        if ticket is None or move.reason == "note" or ticket.reason == "taken_over":
            return
        shown = card_of(ticket, move.to_stage, move.actor)
        if move.from_stage in ("bot", "offering"):
            # The id of the card is the ticket's: shown again after a crash it stays one card.
            await self._client.show_card(self._group, self._template, ticket.ticket_id, shown)
        else:
            await self._client.change_card(ticket.ticket_id, shown)
        if move.from_stage == "human":
            await self._held.drop(ticket.ticket_id)
