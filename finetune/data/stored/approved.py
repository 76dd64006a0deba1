"""Approved answers: of a stored conversation, those that a person wrote, and the bot's where the customer rated it well."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agent.messages import Reply
from agent.store.records import ThreadEntry, TurnRecord
from agent.turn.graph import COMPOSED
from finetune.data.formats.dialogue import Dialogue, Turn
from finetune.problems import Place

GOOD = 4
"""From this rating on, 1 to 5, the bot's answers of a conversation count as approved."""
_NOT_SAID = frozenset({"withdrawn", "superseded", "failed"})
"""What never reaches the customer."""
_STOPS = "。！？!?~～…"


@dataclass(frozen=True)
class _Message:
    turn: Turn
    by_person: bool = False


def approved_dialogues(
    conversation_id: str, thread: Sequence[ThreadEntry], turns: Sequence[TurnRecord], rating: int | None
) -> Iterator[Dialogue]:
    """Make a dialogue of each answer that a person wrote or approved, with what was said before it.

    A person's words after the bot's to the same message take their place. Where a person took part, a good rating is theirs: the bot's
    own answers then do not count.

    Args:
        conversation_id: of the conversation; only its digest goes into the rows.
        thread: everything that was written, in order.
        turns: of the conversation.
        rating: 1 to 5; None: the customer gave none.
    """
    replies = {turn.turn_id: turn.reply for turn in turns}
    is_good = (rating or 0) >= GOOD and not any(entry.role == "person" for entry in thread)
    messages = _messages(thread, replies, is_good)
    group = f"stored {hashlib.sha256(conversation_id.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    for index, message in enumerate(messages):
        if message.turn.speaker == "assistant" and message.turn.is_learned:
            before = tuple(replace(one.turn, is_learned=False) for one in messages[:index])
            place = Place(f"conversation {conversation_id}", index + 1)
            yield Dialogue(place, (*before, message.turn), group=group)


def _messages(thread: Sequence[ThreadEntry], replies: Mapping[str, Reply], is_good: bool) -> list[_Message]:
    """Who said what in turn, beginning with the customer; lines of one speaker are one message."""
    said: list[_Message] = []
    for entry in thread:
        if not entry.text.strip() or (entry.role != "customer" and entry.status in _NOT_SAID):
            continue
        if entry.role == "customer":
            _add_question(said, entry.text)
        elif entry.role == "person" and said:
            _add_persons(said, entry.text)
        elif entry.role == "assistant" and said:
            _add_bots(said, entry.text, replies.get(entry.message_id), is_good)
    return said


def _add_question(said: list[_Message], text: str) -> None:
    before = f"{said.pop().turn.text}\n" if said and said[-1].turn.speaker == "customer" else ""
    said.append(_Message(Turn("customer", before + text)))


def _add_persons(said: list[_Message], text: str) -> None:
    last = said[-1]
    if last.turn.speaker == "assistant":
        said.pop()
        stop = "" if last.turn.text.endswith(tuple(_STOPS)) else "。"
        text = f"{last.turn.text}{stop}{text}" if last.by_person else text
    said.append(_Message(Turn("assistant", text), by_person=True))


def _add_bots(said: list[_Message], text: str, reply: Reply | None, is_good: bool) -> None:
    if said[-1].turn.speaker == "assistant":
        return
    counts = is_good and reply is not None and reply.outcome == "answered" and reply.strategy not in COMPOSED
    said.append(_Message(Turn("assistant", text, reply.strategy if reply and counts else None, counts)))
