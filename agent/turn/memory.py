"""What the next turn needs to know of this one."""

from dataclasses import replace

from agent.handoff.reasons import ledger_after
from agent.messages import Reply, Stage
from agent.state import ConversationState
from agent.turn.context import Turn
from agent.understanding.understand import DialogueContext


def dialogue_context(turn: Turn) -> DialogueContext:
    """The part of the conversation that understanding looks at."""
    state = turn.state
    return DialogueContext(
        catalogue=turn.catalogue,
        page_product_id=turn.message.product_id,
        focus_product_id=state.focus_product,
        last_intents=state.last_intents,
        last_order_id=state.last_order_id,
        previous_texts=state.customer_texts,
        pending_slot=state.slot,
    )


def remember(turn: Turn, reply: Reply, stage: Stage) -> ConversationState:
    """The conversation's state after the turn.

    A proposal is pending for one turn and parked after that, until it is answered. Unresolved turns are counted in a row;
    a turn that was answered, or that asked for what it needs, sets the count back.

    Args:
        turn: worked.
        reply: what it answered.
        stage: where it leaves the conversation.
    """
    notes, state = turn.notes, turn.state
    ledger = ledger_after(turn)
    intents = tuple(intent for intent in reply.intents if intent not in ("greeting", "thanks", "chitchat"))
    return replace(
        state.with_exchange(turn.message.text, reply.reply),
        stage=stage,
        last_intents=intents or state.last_intents,
        focus_product=notes.product_id or _explicit_product(turn) or state.focus_product,
        last_order_id=notes.order_id or state.last_order_id,
        pending=reply.pending_action,
        parked=None if reply.pending_action or notes.settled else state.pending or state.parked,
        slot=notes.slot,
        failures=ledger.in_a_row,
        failed_by=ledger.kinds,
        anger=ledger.angry_turns,
        offered=tuple(dict.fromkeys((*state.offered, *notes.offered))),
        ticket_id=reply.handoff.ticket_id if reply.handoff else state.ticket_id,
    )


def _explicit_product(turn: Turn) -> str | None:
    mention = turn.understood.products
    return mention.product_ids[0] if mention.product_ids and not mention.ambiguous else None
