"""The one door through which every channel reaches the agent."""

from typing import Protocol, TypeAlias

from agent.messages import CustomerMessage, Reply
from agent.state import ConversationState
from agent.store.port import TurnRecord

Kept: TypeAlias = tuple[ConversationState, tuple[TurnRecord, ...]]
"""A conversation as it is kept: its state and its turns, oldest first."""


class Door(Protocol):
    """Takes a customer's message and gives the reply."""

    async def handle(self, message: CustomerMessage) -> Reply:
        """Take one turn.

        Raises:
            MessageRefused: the message cannot be taken as it stands; nothing was stored.
            ConversationBusy: another process changed the conversation meanwhile.
            StoreError: the conversation could not be read or kept.
        """
        ...

    async def conversation(self, conversation_id: str) -> Kept | None:
        """Read a conversation; None when there is none.

        Raises:
            StoreError: it could not be read.
        """
        ...
