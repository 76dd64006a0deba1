"""Replies, notices and the words of people on their way to a customer in Chatwoot."""

from agent.store.mail import OutgoingMessage
from channels.chatwoot.client import ChatwootClient
from channels.chatwoot.place import place_of


class ChatwootSender:
    """Writes into conversations as the agent bot.

    Args:
        client: of the account.
    """

    def __init__(self, client: ChatwootClient) -> None:
        self._client = client

    async def send(self, message: OutgoingMessage) -> None:
        """Write a message; see `Sender`."""
        place = place_of(message.conversation_id)
        if message.attempts > 1 and await self._client.has(place, message.message_id):
            return
        await self._client.say(place, message.text, message.message_id)
