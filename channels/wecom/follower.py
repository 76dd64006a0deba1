"""Handoffs of ours on their way to WeCom's sessions."""

from agent.store.channels import LoggedMove
from agent.store.port import HandoffStore
from channels.wecom.address import Address, address_of
from channels.wecom.errors import WecomError, failure_of
from channels.wecom.sessions import Sessions


class WecomFollower:
    """Moves sessions with our conversations; what WeCom did itself is so already, and nothing is done.

    Args:
        sessions: moved.
        store: knows where a conversation stands by now.
    """

    def __init__(self, sessions: Sessions, store: HandoffStore) -> None:
        self._sessions = sessions
        self._store = store

    async def follow(self, logged: LoggedMove) -> None:
        """Move a session; see `Follower`.

        Raises:
            DeliveryFailed: it was not moved.
        """
        address = address_of(logged.conversation_id)
        found = await self._store.load(logged.conversation_id)
        stage = logged.move.to_stage
        if address is None or found is None:
            return
        is_with_people = found.state.owner == "human"
        if is_with_people and found.state.stage != stage:
            return  # A later move says how it is now.
        try:
            await self._act(address, logged, is_with_people)
        except WecomError as error:
            raise failure_of(f"move-{logged.seq}", error) from error

    async def _act(self, address: Address, logged: LoggedMove, is_with_people: bool) -> None:
        stage = logged.move.to_stage
        if stage == "queued" and is_with_people:
            await self._sessions.hand_over(address)
        elif stage == "human" and is_with_people:
            await self._sessions.assign(address, logged.move.actor)
        elif stage in ("closed", "returning"):
            await self._sessions.end(address)
