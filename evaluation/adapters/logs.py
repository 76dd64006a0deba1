"""Chat logs as cases: the customers say again what they said, and what people replied becomes the reference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from evaluation.adapters.rows import Foreign, first_keys, fit_all, read_rows
from evaluation.play.case import Case
from evaluation.play.transcripts import transcript_case
from knowledge.findings import Place
from knowledge.pack import Pack
from knowledge.transcripts import Transcript

Speaker = Literal["customer", "person", "nobody"]
_ROLES: dict[str, Speaker] = {
    **dict.fromkeys(("user", "human"), "customer"),
    **dict.fromkeys(("assistant", "gpt", "chatgpt", "bing", "bard"), "person"),
}
"""Who speaks in which role; systems and tools are nobody."""


class Part(Foreign):
    """A part of a message: a text, or something that is none."""

    type: str = "text"
    text: str = ""


class Message(Foreign):
    """A message as OpenAI's chat API has it."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | tuple[Part, ...] | None = None


class MessagesRow(Foreign):
    """A conversation of OpenAI messages."""

    id: str | int | None = None
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]


class Said(Foreign):
    """A message as ShareGPT has it."""

    speaker: Annotated[
        Literal[
            "human",
            "user",
            "gpt",
            "assistant",
            "chatgpt",
            "bing",
            "bard",
            "system",
            "tool",
            "observation",
            "function",
            "function_call",
            "function_response",
        ],
        Field(alias="from"),
    ]
    value: str


class ShareGptRow(Foreign):
    """A conversation of ShareGPT."""

    id: str | int | None = None
    conversations: Annotated[tuple[Said, ...], Field(min_length=1)]


@dataclass
class _Talk:
    """One conversation on its way to a transcript."""

    place: Place
    name: str
    turns: list[dict[str, Any]] = field(default_factory=list)
    passed_over: int = 0
    """Messages of systems and tools."""
    unseen: int = 0
    """Parts of messages that are no text."""
    last: Speaker = "nobody"

    def add(self, role: str, text: str) -> None:
        """Take one message; several in a row of one speaker are one."""
        speaker = _ROLES.get(role, "nobody")
        if not text.strip():
            return
        if speaker == "nobody":
            self.passed_over += 1
        elif speaker == "customer" and self.last == "customer":
            self.turns[-1]["customer"] += f"\n{text.strip()}"
        elif speaker == "customer":
            self.turns.append({"customer": text.strip()})
            self.last = speaker
        elif self.turns:
            before = self.turns[-1].get("reference")
            self.turns[-1]["reference"] = f"{before}\n{text.strip()}" if before else text.strip()
            self.last = speaker


class ChatLogReader:
    """Reads logs of chats: OpenAI messages (``messages``) or ShareGPT (``conversations``), in lines or in an array."""

    def reads(self, file: Path) -> bool:
        """Whether the file is such a log."""
        return file.suffix in (".json", ".jsonl") and bool(first_keys(file) & {"messages", "conversations"})

    def read(self, file: Path, pack: Pack) -> Sequence[Case]:
        """Read the conversations of a file; see `CaseReader.read`."""
        return [
            transcript_case(Transcript.model_validate({"id": talk.name, "turns": talk.turns}), file.name)
            for talk in _talks(file)
            if talk.turns
        ]

    def left_out(self, file: Path, pack: Pack) -> Sequence[str]:
        """What is not played; see `LeavesOut.left_out`."""
        talks = _talks(file)
        notes = [f"{talk.place}: nobody asks anything: not played" for talk in talks if not talk.turns]
        notes += [
            f"{talk.place}: {talk.unseen} parts that are no text: not played, the rest is"
            for talk in talks
            if talk.unseen
        ]
        passed_over = sum(talk.passed_over for talk in talks)
        if passed_over:
            notes.append(f"{file.name}: {passed_over} messages of systems and tools: not played")
        notes.append(
            f"{file.name}: a log says what was replied, not what is right: its turns count as passed where no harm is done; "
            "read the overlap with the references"
        )
        return notes


def _talks(file: Path) -> list[_Talk]:
    rows = read_rows(file)
    is_messages = "messages" in first_keys(file)
    return list(_of_messages(file, rows) if is_messages else _of_sharegpt(file, rows))


def _of_messages(file: Path, rows: Any) -> Iterator[_Talk]:
    for number, (row, shape) in enumerate(fit_all(MessagesRow, rows), start=1):
        talk = _Talk(row.place, f"{file.stem}-{number if shape.id is None else shape.id}")
        for message in shape.messages:
            parts = (Part(text=message.content),) if isinstance(message.content, str) else message.content or ()
            talk.unseen += sum(part.type != "text" for part in parts)
            talk.add(message.role, "\n".join(part.text for part in parts if part.type == "text"))
        yield talk


def _of_sharegpt(file: Path, rows: Any) -> Iterator[_Talk]:
    for number, (row, shape) in enumerate(fit_all(ShareGptRow, rows), start=1):
        talk = _Talk(row.place, f"{file.stem}-{number if shape.id is None else shape.id}")
        for said in shape.conversations:
            talk.add(said.speaker, said.value)
        yield talk
