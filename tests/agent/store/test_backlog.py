from dataclasses import replace
from datetime import timedelta

from agent.state import ConversationState
from agent.store.backlog import Backlog, read_backlog
from agent.store.records import TurnEffects


async def test_that_an_empty_store_has_no_backlog(store, ticket) -> None:
    assert await read_backlog(store.reader, ticket.created_at) == Backlog()


async def test_that_open_handoffs_and_unsent_messages_are_counted(store, make_turn, ticket) -> None:
    now = ticket.created_at + timedelta(minutes=5)
    for number, status in enumerate(("open", "open", "taken", "closed")):
        conversation = f"c-{number}"
        turn = make_turn(conversation)
        turn = replace(turn, request={"text": "在吗", "channel": "wecom" if number else "web"})
        own = replace(
            ticket,
            ticket_id=f"k-{number}",
            conversation_id=conversation,
            status=status,
            created_at=ticket.created_at + timedelta(minutes=number),
        )
        told = TurnEffects(told=number == 3)
        await store.commit(turn, ConversationState(customer_id="U1"), 0, own, told)
    assert await read_backlog(store.reader, now) == Backlog(2, 1, 300.0, {"web": 1, "wecom": 2})
