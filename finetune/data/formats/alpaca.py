"""Alpaca: ``{"instruction": ..., "input": ..., "output": ...}``, with ``system`` and ``history`` where there are any."""

from pydantic import Field

from finetune.data.formats.dialogue import Dialogue, Extras, Turn, fail, fit, make_dialogue
from finetune.data.formats.records import Record


class AlpacaRow(Extras):
    """One row of the file."""

    instruction: str
    input: str = ""
    """What the instruction is about; follows it in the customer's words."""
    output: str
    system: str = ""
    history: list[list[str]] = Field(default_factory=list)
    """Earlier pairs of question and answer, oldest first."""


def read_alpaca(record: Record) -> Dialogue:
    """Read one row.

    Raises:
        DataError: it does not fit.
    """
    row = fit(AlpacaRow, record)
    turns = []
    for pair in row.history:
        if len(pair) != 2:
            raise fail(record.place, f"history: expected pairs of question and answer, got {len(pair)} texts")
        question, answer = pair
        turns += [Turn("customer", question), Turn("assistant", answer, is_learned=False)]
    asked = "\n".join(text for text in (row.instruction, row.input) if text.strip())
    return make_dialogue(
        record.place, [*turns, Turn("customer", asked), Turn("assistant", row.output)], row.system, row
    )
