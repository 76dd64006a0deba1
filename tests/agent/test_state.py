from agent.messages import PendingAction
from agent.state import HISTORY_KEPT, ConversationState, PendingSlot


def test_that_a_state_comes_back_from_json_as_it_was() -> None:
    pending = PendingAction("cancel_order", {"order_id": "A-1"}, "ab" * 32, "取消订单", "t-1")
    state = ConversationState(
        customer_id="U1",
        turns=2,
        history=(("customer", "取消"), ("assistant", "确认吗？")),
        last_intents=("cancel_order",),
        pending=pending,
        slot=PendingSlot("cancel_order", "order"),
        offered=("c-1",),
    )
    assert ConversationState.from_json(state.to_json()) == state


def test_that_only_the_latest_exchanges_stay_in_the_state() -> None:
    state = ConversationState()
    for number in range(20):
        state = state.with_exchange(f"问{number}", f"答{number}")
    assert len(state.history) == HISTORY_KEPT
    assert state.history[-1] == ("assistant", "答19")
    assert state.turns == 20


def test_that_a_turn_without_a_reply_leaves_no_empty_line_in_the_history() -> None:
    assert ConversationState().with_exchange("在吗", "").history == (("customer", "在吗"),)
