"""``xiaoer finetune inspect``: a row as the model sees it, with what is learned in colour."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from finetune.options import ConfigArgument, PresetOption, SetOption

if TYPE_CHECKING:
    from finetune.inspection.spans import Span, Token

RowOption = Annotated[int, typer.Option("--row", min=1, help="Which row, counted over all files.")]
IdsOption = Annotated[bool, typer.Option("--ids", help="Also print each token with its id.")]
_LEARNED, _GIVEN = "bold green", "dim"


def inspect(
    config: ConfigArgument,
    row: RowOption = 1,
    ids: IdsOption = False,
    overrides: SetOption = None,
    preset: PresetOption = None,
) -> None:
    """Print a row's whole text, what is learned of it in green (in ⟦ ⟧ where there is no colour), and prove its mask."""
    from finetune.config import load_config
    from finetune.data.encode import encode_rows
    from finetune.errors import ModelError
    from finetune.inspection.spans import spans_of, tokens_of
    from finetune.preparation import check
    from finetune.training.base import find_model, load_tokenizer

    settings = load_config(config, overrides or (), preset or ())
    rows = [one for file in check(settings).files for one in file.rows]
    if row > len(rows):
        raise typer.BadParameter(f"{row}: there are {len(rows)} rows", param_hint="--row")
    folder = find_model(settings.model, fetch=False)
    if folder is None:
        raise ModelError(f"model {settings.model!r} is not on this machine; give a local folder")
    tokenizer, chosen = load_tokenizer(folder), rows[row - 1]
    # Encoding raises where anything but the answer and its end token would be learned.
    made = encode_rows(tokenizer, [chosen], max(settings.max_tokens, 2**20)).rows[0]
    console = Console(soft_wrap=True)
    console.print(f"row {row} of {len(rows)}, {chosen.place}: {chosen.kind}, {chosen.strategy}", highlight=False)
    console.print(_coloured(spans_of(tokenizer, made.encoded), is_plain=console.no_color or not console.is_terminal))
    if ids:
        console.print(_listed(tokens_of(tokenizer, made.encoded)))
    long = "" if made.tokens <= settings.max_tokens else f"; {settings.max_tokens} are allowed"
    console.print(
        f"{made.tokens} tokens{long}; learned are the last {made.learned}: the answer and its end token. The {made.encoded.prompt_tokens} "
        "before them are what serving sends.",
        highlight=False,
    )


def _coloured(spans: "tuple[Span, ...]", *, is_plain: bool) -> Text:
    text = Text()
    for span in spans:
        marked = f"⟦{span.text}⟧" if span.is_learned and is_plain else span.text
        text.append(marked, style=_LEARNED if span.is_learned else _GIVEN)
    return text


def _listed(tokens: "tuple[Token, ...]") -> Table:
    table = Table("", "id", "token", box=None)
    for number, token in enumerate(tokens):
        style = _LEARNED if token.is_learned else _GIVEN
        table.add_row(str(number), str(token.id), Text(repr(token.text)), style=style)
    return table
