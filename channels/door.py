"""The one door through which every channel reaches the agent."""

from typing import Protocol

from agent.messages import CustomerMessage, Reply


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
