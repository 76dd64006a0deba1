"""Publishing a pack, taking it back, and clearing away old releases."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge.build import Built, build, contents_of
from knowledge.checks.all import check_pack
from knowledge.difference import Difference, difference
from knowledge.edits import Edit, check_edits, texts_of, write_edits
from knowledge.errors import PublishRefused, ReleaseUnknown
from knowledge.findings import Finding, Place
from knowledge.history import Entry, read_history, served_before, settle
from knowledge.kept_feed import with_feed
from knowledge.lock import publish_lock
from knowledge.pack import Pack, load_pack
from knowledge.progress import Watch
from knowledge.questions import unanswered_questions
from knowledge.serving import open_releases, serve_release
from knowledge.text_difference import text_difference
from knowledge.trial import TranscriptTrial, newly_broken
from retrieval import release_format
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.embedders.port import Embedder
from retrieval.errors import ReleaseError
from retrieval.pointer import ReleaseStore
from retrieval.release import Release, ReleaseContents
from retrieval.release_format import Manifest

KEEP = 10
"""Releases kept beside the current one, unless said otherwise."""


@dataclass(frozen=True)
class Editor:
    """Who changes what is served, and why."""

    who: str
    reason: str = ""
    force: bool = False
    """Publish in spite of findings; needs a reason."""


@dataclass(frozen=True)
class Published:
    """What a publish did."""

    built: Built
    previous: str | None
    """The release served until then."""
    difference: Difference
    findings: tuple[Finding, ...] = field(default=())
    """What is worth mending; errors only where they were overridden."""
    pruned: tuple[str, ...] = ()
    """Releases cleared away."""

    @property
    def release_id(self) -> str:
        """The release served now."""
        return self.built.release_id

    @property
    def is_unchanged(self) -> bool:
        """Whether this release was served already."""
        return self.previous == self.release_id

    def as_json(self) -> dict[str, Any]:
        """As plain JSON, for machines."""
        return {
            "release_id": self.release_id,
            "previous": self.previous,
            "unchanged": self.is_unchanged,
            **self.built.as_json(),
            "difference": self.difference.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
            "pruned": list(self.pruned),
        }


def publish(
    folder: Path,
    root: Path,
    embedder: Embedder,
    editor: Editor,
    *,
    now: datetime | None = None,
    keep: int = KEEP,
    watch: Watch = lambda done, total: None,
    trial: TranscriptTrial | None = None,
    edits: Sequence[Edit] = (),
) -> Published:
    """Check a pack, build it, ask its own questions, play its transcripts, and serve it; or leave everything as it was.

    Args:
        folder: the pack.
        root: the shop's releases.
        embedder: encodes what is to be found.
        editor: who publishes and why.
        now: the time of the checks, aware; None: the pack's own where it has one, else the clock's.
        keep: releases kept beside the current one, >= 1.
        watch: told the progress of the build and of the transcripts.
        trial: plays the transcripts; None: they are not played.
        edits: of policies; they go into the pack's files once nothing stands against them, and before they are served.

    Raises:
        PackError: a file of the pack cannot be read; this cannot be forced.
        PublishRefused: findings stand against it, and the editor does not force it.
        PublishBusy: somebody else publishes.
        EditOutdated: a file changed since its edit began.
        PackReadOnly: an edit cannot be written into the pack.
        ReleaseError: the release cannot be written or served.
    """
    with publish_lock(root, editor.who):
        settle(root)
        check_edits(folder, edits)
        pack = with_feed(load_pack(folder, texts_of(edits)), root)
        now = now or pack.now or datetime.now(UTC)
        findings = check_pack(pack, now)
        _gate(findings, editor)
        built = build(pack, root, embedder, watch)
        store = open_releases(root, embedder)
        release = Release.load(store.folder(built.release_id), embedder)
        findings.extend(unanswered_questions(pack, release, now.astimezone(pack.shop.zone).date()))
        previous = _current_id(store)
        if trial is not None and previous not in (None, built.release_id):
            findings.extend(_tried(trial, pack, store, release, watch))
        overridden = _gate(findings, editor)
        write_edits(
            folder, edits
        )  # before they are served: after a crash in between the pack is published at the next start
        before, after = _contents(store, previous), contents_of(pack)
        moved = difference(before, after)
        if previous != built.release_id:
            entry = _entry("publish", editor, built.release_id, previous, moved, overridden)
            serve_release(store, root, entry, text_difference(before, after))
        elif built.texts:
            store.publish(built.release_id)  # it was damaged and built again: servers that fell back look again
        return Published(built, previous, moved, tuple(findings), prune(root, store, keep))


def _tried(trial: TranscriptTrial, pack: Pack, store: ReleaseStore, coming: Release, watch: Watch) -> Iterator[Finding]:
    """What the transcripts say against a release, beside the one that is served."""
    try:
        served = store.current()
    except ReleaseError as error:
        advice = "Replay the transcripts by hand."
        yield Finding(
            "transcript", "warning", Place("transcripts"), f"not compared with the served release: {error}", advice
        )
        return
    yield from newly_broken(trial, pack, served, coming, watch)


def rollback(root: Path, embedder: Embedder, editor: Editor, release_id: str | None = None) -> tuple[str, str | None]:
    """Serve an older release again.

    Args:
        root: the shop's releases.
        embedder: the one the release was built with.
        editor: who takes back and why.
        release_id: what to serve; None: what was served before the current one.

    Returns:
        The release served now, and the one served until then.

    Raises:
        ReleaseUnknown: the release is not there, or there is none before the current one.
        PublishBusy: somebody else publishes.
        ReleaseError: the release cannot be served; the current one stays.
    """
    with publish_lock(root, editor.who):
        settle(root)
        store = open_releases(root, embedder)
        known = [manifest.release_id for manifest in store.manifests()]
        previous = _current_id(store)
        wanted = release_id or next((one for one in served_before(read_history(root)) if one in known), None)
        if wanted is None or wanted not in known:
            raise ReleaseUnknown(wanted, known)
        if wanted != previous:
            before, after = _contents(store, previous), _contents(store, wanted)
            moved, text = (difference(before, after), text_difference(before, after)) if after else (Difference(), "")
            serve_release(store, root, _entry("rollback", editor, wanted, previous, moved, ()), text)
        return wanted, previous


def kept_releases(root: Path) -> tuple[str | None, tuple[Manifest, ...]]:
    """The releases that lie ready.

    Args:
        root: the shop's releases.

    Returns:
        The id of the served one, None where there is none, and all manifests, oldest first.
    """
    store = ReleaseStore(root, NgramEmbedder())  # nothing is searched, so no model is opened
    return _current_id(store), store.manifests()


def prune(root: Path, store: ReleaseStore, keep: int) -> tuple[str, ...]:
    """Clear away the oldest releases; never the current one or the one before it.

    Args:
        root: the shop's releases.
        store: the same.
        keep: releases kept beside the current one, >= 1.

    Returns:
        Ids of the releases cleared away.
    """
    current = _current_id(store)
    ids = [manifest.release_id for manifest in store.manifests()]
    recent = list(dict.fromkeys(entry.release_id for entry in reversed(read_history(root)) if entry.release_id in ids))
    unserved = [one for one in reversed(ids) if one not in recent]
    kept = {current, *[one for one in [*recent, *unserved] if one != current][: max(keep, 1)]}
    pruned = tuple(one for one in ids if one not in kept)
    for one in pruned:
        folder = store.folder(one)
        aside = folder.with_name(f".pruned-{one}")
        folder.rename(aside)
        shutil.rmtree(aside)
    for unfinished in (root / "releases").glob(".*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    return pruned


def _gate(findings: list[Finding], editor: Editor) -> tuple[str, ...]:
    against = [finding for finding in findings if finding.severity == "error"]
    if against and not (editor.force and editor.reason.strip()):
        raise PublishRefused(against)
    return tuple(str(finding) for finding in against)


def _current_id(store: ReleaseStore) -> str | None:
    try:
        return store.current_id()
    except ReleaseError:
        return None  # nothing is published, or the pointer is broken: either is mended by publishing


def _contents(store: ReleaseStore, release_id: str | None) -> ReleaseContents | None:
    if release_id is None:
        return None
    try:
        return ReleaseContents(*release_format.read_content(store.folder(release_id)))
    except ReleaseError:
        return None  # a damaged release has nothing to compare with; it is told where it is served


def _entry(
    action: str,
    editor: Editor,
    release_id: str,
    previous: str | None,
    moved: Difference,
    overridden: tuple[str, ...],
) -> Entry:
    return Entry(
        at=datetime.now(UTC),
        who=editor.who,
        action="rollback" if action == "rollback" else "publish",
        release_id=release_id,
        previous=previous,
        reason=editor.reason,
        forced=bool(overridden),
        overridden=overridden,
        difference=moved.as_json(),
    )
