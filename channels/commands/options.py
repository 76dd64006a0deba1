"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Shop = Annotated[Path | None, typer.Option(help="Folder of the shop pack; default: the embedded one.")]
State = Annotated[str | None, typer.Option(help="Where conversations are kept: sqlite:///PATH.")]
Generator = Annotated[str | None, typer.Option(help="Who words replies: composer, local or openai.")]
MockApis = Annotated[
    bool | None, typer.Option("--mock-apis", help="Mocked back-ends from the pack; the default when no URL is set.")
]
OrdersUrl = Annotated[str | None, typer.Option(help="Base URL of the shop's orders API.")]
LogisticsUrl = Annotated[str | None, typer.Option(help="Base URL of the logistics API.")]
