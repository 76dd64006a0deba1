"""The registry: versions of adapters under one root, and which of them is served."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from agent.generator.card import check_card
from agent.generator.registry.errors import NothingBefore, NotPassed, ReasonMissing, RegistryError
from agent.generator.registry.gate import objections, read_gate
from agent.generator.registry.promotions import (
    Promotion,
    Stamp,
    move_pointer,
    one_at_a_time,
    read_current,
    read_history,
    served_before,
    stamp,
)
from agent.generator.registry.versions import Origin, Version, add_version, list_versions, read_version

Prove = Callable[[Path], None]
"""Loads the adapter in a folder; raises ``BadAdapter`` where it cannot be served."""


class Registry:
    """``versions/<version>/``, the pointer file ``current`` and ``history.jsonl``.

    Args:
        root: the folder; made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def register(
        self,
        source: Path,
        who: str,
        *,
        name: str | None = None,
        force: bool = False,
        reason: str = "",
        prove: Prove | None = None,
    ) -> Version:
        """Keep an immutable copy of an adapter with its card and gate.

        Args:
            source: its folder.
            who: registers it.
            name: of the version, before its digest; None: the run's.
            force: without a gate.
            reason: why; needed where it is forced.
            prove: loads it; None: the base model is not at hand.

        Raises:
            BadAdapter: it is damaged, pickled, or for another prompt.
            NotPassed: it was never evaluated, and is not forced.
            ReasonMissing: it is forced without a reason.
        """
        card = check_card(source)
        is_bare = read_gate(source, card.adapter_sha256) is None
        if is_bare and not force:
            raise NotPassed(str(source), objections(None))
        if is_bare and not reason:
            raise ReasonMissing
        if prove is not None:
            prove(source)
        return add_version(self._versions, source, Origin(who, datetime.now(UTC), reason, is_bare), name)

    def versions(self) -> tuple[str, ...]:
        """The names of all versions."""
        return list_versions(self._versions)

    def check(self, version: str, base_sha256: str | None = None) -> Version:
        """Read a version; every file is hashed.

        Args:
            version: its name.
            base_sha256: of the model that is to speak with it; None: not compared.

        Raises:
            VersionUnknown: there is none.
            BadAdapter: it was changed, or is for another base or prompt.
        """
        return read_version(self._versions, version, base_sha256)

    def promote(
        self, version: str, who: str, *, reason: str = "", force: bool = False, prove: Prove | None = None
    ) -> Promotion:
        """Serve a version from the next turn on.

        Args:
            version: its name.
            who: promotes it.
            reason: why; needed where it is forced.
            force: in spite of its gate.
            prove: loads it; None: the base model is not at hand.

        Raises:
            VersionUnknown: there is none.
            BadAdapter: it cannot be served; the pointer stays.
            NotPassed: its gate stands against it, and it is not forced.
            ReasonMissing: it is forced without a reason.
        """
        found = self.check(version)
        against = objections(found.gate)
        if against and not force:
            raise NotPassed(version, against)
        if against and not reason:
            raise ReasonMissing
        if prove is not None:
            prove(found.folder)
        made = Promotion(
            at=datetime.now(UTC),
            who=who,
            action="promote",
            version=version,
            reason=reason,
            forced=bool(against),
            overridden=against,
        )
        with one_at_a_time(self._root):
            return self._move(made)

    def roll_back(self, who: str, *, reason: str = "", prove: Prove | None = None) -> Promotion:
        """Serve again what was served before.

        Args:
            who: rolls back.
            reason: why.
            prove: loads it; None: the base model is not at hand.

        Raises:
            NothingBefore: there was nothing.
            BadAdapter: it cannot be served any more; the pointer stays.
        """
        with one_at_a_time(self._root):
            version = served_before(self.history())
            if version is None:
                raise NothingBefore(self._root)
            found = self.check(version)
            if prove is not None:
                prove(found.folder)
            return self._move(
                Promotion(at=datetime.now(UTC), who=who, action="rollback", version=version, reason=reason)
            )

    def current(self) -> Promotion | None:
        """The promotion in force; None: none was made."""
        return read_current(self._root)

    def served_folder(self) -> Path | None:
        """Where the promoted version lies, unchecked; None: none was promoted, or the pointer cannot be read."""
        try:
            promotion = self.current()
        except RegistryError:
            return None
        return self._versions / promotion.version if promotion else None

    def history(self) -> tuple[Promotion, ...]:
        """Every promotion, oldest first."""
        return read_history(self._root)

    def stamp(self) -> Stamp | None:
        """Tells whether the pointer was moved since; cheap enough for every turn."""
        return stamp(self._root)

    def _move(self, made: Promotion) -> Promotion:
        # Of the history, not of the pointer: a pointer that something broke is mended by the next promotion.
        history = self.history()
        moved = made.model_copy(update={"previous": history[-1].version if history else None})
        move_pointer(self._root, moved)
        return moved

    @property
    def _versions(self) -> Path:
        return self._root / "versions"
