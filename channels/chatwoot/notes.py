"""Private notes in Chatwoot, each left once."""

from agent.store.channels import ChannelMemory
from channels.chatwoot.client import ChatwootClient
from channels.chatwoot.place import NAME, place_of


class Notes:
    """Leaves notes for people.

    Args:
        client: of the account.
        memory: knows which notes were left.
    """

    def __init__(self, client: ChatwootClient, memory: ChannelMemory) -> None:
        self._client = client
        self._memory = memory

    async def leave(self, note_id: str, conversation_id: str, text: str) -> None:
        """Leave a note unless it is there: by our record, by its coming back as an event, or by Chatwoot's own word.

        Args:
            note_id: the same for the same note.
            conversation_id: ours.
            text: in Markdown.

        Raises:
            DeliveryFailed: it was not left, or nobody knows.
        """
        place = place_of(conversation_id)
        if await self._memory.recall(NAME, _key(note_id, conversation_id)) is not None:
            return
        if not await self._client.has(place, note_id):
            await self._client.say(place, text, note_id, is_private=True)
        await self.mark(note_id, conversation_id)

    async def mark(self, note_id: str, conversation_id: str) -> None:
        """Record that a note was left."""
        await self._memory.remember(NAME, _key(note_id, conversation_id), "", conversation_id)


def _key(note_id: str, conversation_id: str) -> str:
    return f"{note_id}/{conversation_id}"
