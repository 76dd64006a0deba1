"""What the editors' commands have in common: their options, and what an option means."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from retrieval.embedders.port import Embedder

ShopOption = Annotated[
    Path | None,
    typer.Option("--shop", envvar="XIAOER_SHOP", help="Folder of the shop pack; default: the embedded one."),
]
ReleasesOption = Annotated[
    Path | None,
    typer.Option(
        "--releases", envvar="XIAOER_RELEASES", help="Folder of all releases; default: under the user's data folder."
    ),
]
EmbedderOption = Annotated[
    str | None,
    typer.Option(
        "--embedder",
        envvar="XIAOER_EMBEDDER",
        help="Embedding model: a folder or a hub name; default: the embedded one.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
WhoOption = Annotated[
    str | None, typer.Option("--who", envvar="XIAOER_EDITOR", help="Who does it; default: the user's name.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept in the history.")]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now",
        help="The time of the check, such as 2026-11-20T10:00:00+08:00; default: the pack's own, where it has one, else now.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Publish in spite of findings; needs --reason, both are kept.")
]
KeepOption = Annotated[int, typer.Option("--keep", min=1, help="Releases kept beside the current one.")]


def pack_folder(shop: Path | None) -> Path:
    """The pack meant by ``--shop``.

    Args:
        shop: as given; None: the embedded pack.
    """
    from knowledge.pack import default_pack

    return shop or default_pack()


def root_of(releases: Path | None, shop: Path | None) -> Path:
    """The releases of the shop meant by ``--releases`` and ``--shop``.

    Args:
        releases: as given; None: under the user's data folder.
        shop: as given; None: the embedded pack.

    Raises:
        PackError: the pack's shop.yaml cannot be read.
    """
    from knowledge.build import default_releases, release_root
    from knowledge.shop import load_shop

    return release_root(releases or default_releases(), load_shop(pack_folder(shop)).shop_id)


def embedder_of(name: str | None) -> "Embedder":
    """The embedder meant by ``--embedder``.

    Args:
        name: as given; None: the embedded one.

    Raises:
        EmbedderError: it cannot be opened.
    """
    from retrieval.embedders.opening import open_embedder

    return open_embedder(name) if name else open_embedder()


def moment_of(now: str | None) -> datetime:
    """The time meant by ``--now``.

    Args:
        now: as given; None: the clock's.

    Raises:
        BadParameter: it is no moment with an offset.
    """
    if now is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError as cause:
        raise typer.BadParameter(
            f"{now!r} is no moment such as 2026-11-20T10:00:00+08:00", param_hint="--now"
        ) from cause
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{now!r} lacks its offset, such as +08:00", param_hint="--now")
    return moment


def editor_name(who: str | None) -> str:
    """The name that goes into the history.

    Args:
        who: as given; None: the user's name.
    """
    if who:
        return who
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
