"""The release that a channel serves: the pack's own, built when it is not there yet."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from knowledge.build import release_root
from knowledge.errors import PublishRefused
from knowledge.history import read_history
from knowledge.pack import Pack
from knowledge.progress import progress_bar
from knowledge.publish import Editor, publish
from knowledge.serving import open_releases
from knowledge.trial import OpenTrial, TranscriptTrial
from retrieval.embedders.port import Embedder
from retrieval.errors import ReleaseError
from retrieval.pointer import ReleaseStore
from retrieval.release import Release


def current_release(
    releases: Path,
    pack: Pack,
    embedder: Embedder,
    now: datetime,
    who: str,
    say: Callable[[str], None],
    open_trial: OpenTrial | None = None,
) -> ReleaseStore:
    """Open a shop's releases, publishing the pack first where its release is not the current one.

    An editor's rollback stands. Findings keep a changed pack from replacing a release that serves; a shop that serves nothing yet
    is served in spite of them, and they are told.

    Args:
        releases: of all shops.
        pack: what should be served.
        embedder: encodes questions and passages.
        now: the shop's time, aware.
        who: publishes, for the record.
        say: told what is done.
        open_trial: opens what plays the transcripts before a release is replaced; None: they are not played.

    Returns:
        Its releases, with a current one that can be used.

    Raises:
        KnowledgeError: the pack cannot be read, or somebody else publishes.
        ReleaseError: the release cannot be written or served.
    """
    root = release_root(releases, pack.shop.shop_id)
    store = open_releases(root, embedder)
    served = _served(store)
    if served is not None and _stands(served, pack, root, say):
        return store
    trial = open_trial() if open_trial is not None and served is not None else None
    try:
        _publish(pack, root, embedder, now, say, Editor(who), trial)
    except PublishRefused as refused:
        say(str(refused))
        if served is not None:
            say(f"release: {served.release_id} goes on serving, the pack's changes are not published")
            return store
        say("release: nothing is served yet, so the pack is served in spite of these findings")
        editor = Editor(who, reason="the first release of a server that has none", force=True)
        _publish(pack, root, embedder, now, say, editor)
    return store


def _served(store: ReleaseStore) -> Release | None:
    try:
        return store.current()
    except ReleaseError:
        return None


def _stands(served: Release, pack: Pack, root: Path, say: Callable[[str], None]) -> bool:
    if dict(served.manifest.pack_hashes) == dict(pack.file_hashes):
        say(f"release: {served.release_id}, up to date")
        return True
    history = read_history(root)
    if history and history[-1].action == "rollback":
        say(
            f"release: {served.release_id}, rolled back to by {history[-1].who}; publish to serve the pack as it is now"
        )
        return True
    return False


def _publish(
    pack: Pack,
    root: Path,
    embedder: Embedder,
    now: datetime,
    say: Callable[[str], None],
    editor: Editor,
    trial: TranscriptTrial | None = None,
) -> None:
    say(f"release: building it from the pack into {root}")
    if trial is not None:
        say("release: playing the pack's transcripts against the served release and the new one")
    with progress_bar("publishing") as watch:
        published = publish(pack.folder, root, embedder, editor, now=now, watch=watch, trial=trial)
    built = published.built
    say(f"release: {built.release_id} published, {built.texts} texts, {built.embedded} of them embedded now")
