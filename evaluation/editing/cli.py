"""The editors' commands that need the assistant: ``xiaoer knowledge preview | gaps | watch``."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.evaluating import CUSTOMERS, GAP_TURNS
from knowledge.options import (
    EmbedderOption,
    JsonOption,
    NowOption,
    ReleasesOption,
    ShopOption,
    embedder_of,
    moment_of,
    pack_folder,
    root_of,
)
from knowledge.printing import FAILED, findings_told, print_json

app = typer.Typer(name="knowledge", add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def editing() -> None:
    """Commands that join those of the knowledge."""


StateOption = Annotated[
    str | None,
    typer.Option(
        "--state",
        envvar="XIAOER_STATE",
        help="Where conversations are kept, such as sqlite:////var/lib/shop.db; default: where the server keeps them.",
    ),
]
CustomersOption = Annotated[
    int, typer.Option("--customers", min=0, help="So many of the customers' last messages are asked too.")
]
ShowOption = Annotated[int, typer.Option("--show", min=0, help="So many changes are shown in the terminal.")]


@app.command()
def preview(
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    embedder: EmbedderOption = None,
    state: StateOption = None,
    customers: CustomersOption = CUSTOMERS,
    transcripts: Annotated[
        bool, typer.Option("--transcripts/--no-transcripts", help="Play the pack's transcripts too.")
    ] = True,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to look at or to pass on.")] = None,
    show: ShowOption = 20,
    strict: Annotated[bool, typer.Option("--strict", help="Leave with status 1 when an answer flips.")] = False,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the edited pack would answer otherwise than the release that is served; publishes nothing.

    Asked are the policies' own questions, the pack's transcripts and the customers' last messages, of both releases, with mocked
    back-ends and a fixed clock. Answers that flip (yes to no, another amount or number of days) come first, then those with another
    outcome, other sources, other words, and other passages found.
    """
    from evaluation.editing.preview_page import preview_page
    from evaluation.editing.preview_run import PreviewDesk
    from evaluation.editing.preview_table import print_preview

    at = moment_of(now) if now else None
    with findings_told(as_json):
        desk = PreviewDesk.open(shop, releases, embedder)
        made = asyncio.run(desk.preview(at, _state(state), customers, transcripts))
    if html is not None:
        html.write_text(preview_page(made, desk.shop_name, desk.local(datetime.now().astimezone())), encoding="utf-8")
    if as_json:
        print_json(made.as_json())
    else:
        print_preview(made, show)
        if html is not None:
            print(f"The page lies at {html}.")
    if strict and made.of("flip"):
        raise typer.Exit(FAILED)


@app.command()
def gaps(
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    embedder: EmbedderOption = None,
    state: StateOption = None,
    turns: Annotated[
        int, typer.Option("--turns", min=1, help="So many of the last turns are looked through.")
    ] = GAP_TURNS,
    least: Annotated[int, typer.Option("--least", min=1, help="Leave out what was asked less often.")] = 2,
    alike: Annotated[
        float,
        typer.Option(
            "--alike", min=0, max=1, help="How alike questions of one gap are; higher gives more, smaller gaps."
        ),
    ] = 0.55,
    draft: Annotated[
        Path | None, typer.Option("--draft", metavar="DIR", help="Write a policy stub for each gap into this folder.")
    ] = None,
    show: ShowOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Show what customers asked that the shop's knowledge does not answer, put together by what they ask for.

    Looked at are turns that the agent abstained from, did not understand, declined, or handed to a person for lack of knowledge. A
    stub holds the customers' questions and no rule: an editor writes the rule, and until then a check refuses it. Nothing is published.
    """
    from evaluation.editing.gaps_run import found_gaps
    from evaluation.editing.gaps_table import print_gaps
    from knowledge.drafts import write_drafts
    from knowledge.shop import load_shop

    with findings_told(as_json):
        root, about = root_of(releases, shop), load_shop(pack_folder(shop))
        found = asyncio.run(found_gaps(about, root, embedder_of(embedder), _state(state), turns, alike))
    kept = [one for one in found.gaps if one.gap.count >= least]
    files = write_drafts([one.gap for one in kept], draft) if draft is not None else []
    if as_json:
        print_json({**found.counts(), "gaps": [one.as_json() for one in kept], "drafts": [str(file) for file in files]})
        return
    print_gaps(found, kept, show)
    if files:
        print(f"{len(files)} draft(s) lie in {draft}: write the rules, then move them to the pack's policies.")


@app.command()
def watch(
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    embedder: EmbedderOption = None,
    with_preview: Annotated[bool, typer.Option("--preview", help="Show what changes for customers, too.")] = False,
    transcripts: Annotated[
        bool, typer.Option("--transcripts/--no-transcripts", help="Play the pack's transcripts in the preview.")
    ] = False,
    state: StateOption = None,
    customers: CustomersOption = 50,
    show: ShowOption = 10,
    every_s: Annotated[
        float, typer.Option("--every", min=0.05, help="Seconds from one look at the files to the next.")
    ] = 0.5,
    now: NowOption = None,
) -> None:
    """Check the pack now and after each save, until Ctrl-C; with --preview, show what changes for customers too.

    Nothing is published. The first preview asks everything; after a save only the new text is embedded and only the new release is asked.
    """
    from evaluation.editing.watching import Watching

    at = moment_of(now) if now else None
    watching = Watching(shop, releases, embedder, at, show)
    if with_preview:
        watching.with_preview(_state(state), customers, transcripts)
    try:
        watching.run(every_s)
    except KeyboardInterrupt:
        print("Stopped.")


def _state(state: str | None) -> str:
    """Where conversations are kept: as given, else where the settings say."""
    from agent.settings import load_settings

    return state or load_settings().state
