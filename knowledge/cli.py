"""The editors' commands: ``xiaoer knowledge check | build | publish | feed | rollback | history | list``."""

from typing import Annotated

import typer

from knowledge.errors import PackError
from knowledge.feed_command import feed
from knowledge.options import (
    EmbedderOption,
    ForceOption,
    JsonOption,
    KeepOption,
    NowOption,
    ReasonOption,
    ReleasesOption,
    ShopOption,
    WhoOption,
    editor_name,
    embedder_of,
    moment_of,
    pack_folder,
    root_of,
)
from knowledge.printing import FAILED, findings_told, print_differences, print_findings, print_history, print_json

app = typer.Typer(
    name="knowledge",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Check, build, publish and roll back a shop's knowledge.",
)

app.command()(feed)


@app.command()
def check(
    shop: ShopOption = None,
    now: NowOption = None,
    soon_days: Annotated[int, typer.Option("--soon", min=0, help="Tell what ends within this many days.")] = 14,
    strict: Annotated[bool, typer.Option("--strict", help="Leave with status 1 on warnings too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Look a pack over: each finding with file, line, severity and what to do. Changes nothing."""
    from knowledge.checks.all import check_pack
    from knowledge.pack import load_pack

    at = moment_of(now) if now else None
    try:
        pack = load_pack(pack_folder(shop))
        findings = check_pack(pack, at or pack.now or moment_of(None), soon_days)
    except PackError as error:
        findings = list(error.findings)
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        print_findings(findings)
    failing = {"error", "warning"} if strict else {"error"}
    if any(finding.severity in failing for finding in findings):
        raise typer.Exit(FAILED)


@app.command()
def build(
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build a pack's release beside the one that is served; embeds only texts never seen before."""
    from knowledge.build import build as build_release
    from knowledge.kept_feed import with_feed
    from knowledge.lock import publish_lock
    from knowledge.pack import load_pack
    from knowledge.progress import progress_bar

    with findings_told(as_json):
        root = root_of(releases, shop)
        pack = with_feed(load_pack(pack_folder(shop)), root)
        with publish_lock(root, editor_name(None)), progress_bar("embedding") as watch:
            built = build_release(pack, root, embedder_of(embedder), watch)
    counts = dict(built.manifest.counts)
    if as_json:
        print_json({"release_id": built.release_id, **built.as_json(), "counts": counts})
        return
    print(f"Release {built.release_id} is built, not yet served.")
    print(built)
    print(", ".join(f"{count} {name}" for name, count in counts.items()) + ".")


@app.command()
def publish(
    ctx: typer.Context,
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    embedder: EmbedderOption = None,
    who: WhoOption = None,
    reason: ReasonOption = "",
    force: ForceOption = False,
    keep: KeepOption = 10,
    now: NowOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check, build, ask the policies' own questions, play the transcripts, then serve; refuses when an error stands against it.

    The transcripts are played against the release that is served and the new one: an expectation that holds on the one and no longer
    on the other stands against it.
    """
    from knowledge.progress import progress_bar
    from knowledge.publish import Editor
    from knowledge.publish import publish as publish_pack

    if force and not reason.strip():
        raise typer.BadParameter("--force needs --reason WHY, which is kept in the history", param_hint="--force")
    at = moment_of(now) if now else None
    editor = Editor(editor_name(who), reason, force)
    with findings_told(as_json):
        root = root_of(releases, shop)
        trial = ctx.obj.open_trial() if ctx.obj else None
        with progress_bar("publishing") as watch:
            done = publish_pack(
                pack_folder(shop), root, embedder_of(embedder), editor, now=at, keep=keep, watch=watch, trial=trial
            )
    if as_json:
        print_json(done.as_json())
        return
    print_findings(done.findings)
    print(done.built)
    if done.is_unchanged:
        print(f"Release {done.release_id} is served already; nothing changed.")
    else:
        print(f"Release {done.release_id} is served now, {done.previous or 'none'} before: {done.difference}.")


@app.command()
def rollback(
    release: Annotated[str | None, typer.Argument(help="What to serve again; default: what was served before.")] = None,
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    embedder: EmbedderOption = None,
    who: WhoOption = None,
    reason: ReasonOption = "",
    as_json: JsonOption = False,
) -> None:
    """Serve an older release again."""
    from knowledge.publish import Editor
    from knowledge.publish import rollback as roll_back

    with findings_told(as_json):
        root = root_of(releases, shop)
        served, previous = roll_back(root, embedder_of(embedder), Editor(editor_name(who), reason), release)
    if as_json:
        print_json({"release_id": served, "previous": previous})
    elif served == previous:
        print(f"Release {served} is served already; nothing changed.")
    else:
        print(f"Release {served} is served now, {previous or 'none'} before.")


@app.command()
def history(
    shop: ShopOption = None,
    releases: ReleasesOption = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show each change line by line.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Who published or took back what, when and why, with what changed; the latest last."""
    from knowledge.history import read_difference, read_history

    with findings_told(as_json):
        root = root_of(releases, shop)
        entries = read_history(root)
    texts = [read_difference(root, entry) for entry in entries] if diff else []
    if as_json:
        rows = [entry.model_dump(mode="json") for entry in entries]
        for row, text in zip(rows, texts, strict=False):
            row["text"] = text
        print_json({"history": rows})
    else:
        print_history(entries)
        print_differences(entries, texts)


@app.command("list")
def list_releases(shop: ShopOption = None, releases: ReleasesOption = None, as_json: JsonOption = False) -> None:
    """The releases kept, the oldest first; the served one is marked."""
    from knowledge.publish import kept_releases

    with findings_told(as_json):
        current, manifests = kept_releases(root_of(releases, shop))
    if as_json:
        rows = [
            {
                "release_id": one.release_id,
                "built_at": one.built_at.isoformat(),
                "embedder": one.embedder,
                "counts": dict(one.counts),
            }
            for one in manifests
        ]
        print_json({"current": current, "releases": rows})
        return
    for one in manifests:
        mark = "*" if one.release_id == current else " "
        counts = ", ".join(f"{count} {name}" for name, count in one.counts.items())
        print(f"{mark} {one.release_id}  {one.built_at:%Y-%m-%d %H:%M}  {counts}")
