import pytest

from agent.errors import ConversationOwnedByAnother, MessageIdReused, MessageTooLong
from agent.messages import CustomerMessage
from channels.contact_centre.intake import TOO_LONG, Intake


class Reception:
    def __init__(self) -> None:
        self.refusal: Exception | None = None
        self.accepted: list[CustomerMessage] = []

    async def accept(self, message: CustomerMessage) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.accepted.append(message)


@pytest.fixture
def reception() -> Reception:
    return Reception()


def message(text: str = "在吗") -> CustomerMessage:
    return CustomerMessage("c-1", "m-1", "U1", text)


async def test_that_a_message_is_taken_on_without_a_word(reception):
    assert await Intake(reception).take(message()) is None
    assert reception.accepted == [message()]


async def test_that_a_customer_is_told_that_a_message_is_too_long(reception):
    assert await Intake(reception, max_tokens=3).take(message("太长" * 10)) == TOO_LONG
    assert reception.accepted == []
    reception.refusal = MessageTooLong(3000, 2000)
    assert await Intake(reception).take(message()) == TOO_LONG


@pytest.mark.parametrize("refusal", [MessageIdReused("c-1", "m-1"), ConversationOwnedByAnother("c-1")])
async def test_that_what_can_never_be_taken_is_acknowledged_without_words(reception, refusal):
    reception.refusal = refusal
    assert await Intake(reception).take(message()) is None
