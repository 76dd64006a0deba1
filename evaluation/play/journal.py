"""Finished cases, kept as they finish: a run that is stopped goes on where it was."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from evaluation.errors import OtherRun, RunError
from evaluation.records import PlayedCase, Run, case_from_json, case_to_json, run_from_json, run_to_json

JOURNAL_FILE = "cases.jsonl"
"""Stands in the folder of a run until the run is finished."""


class Journal:
    """The file of finished cases of one run, its first line saying which run.

    Args:
        folder: of the run; made where it is not there.
        run: what is played, without its cases.

    Raises:
        OtherRun: the folder holds an unfinished run of other options, files, shop or program.
        RunError: the file cannot be read or written.
    """

    def __init__(self, folder: Path, run: Run) -> None:
        self._path = folder / JOURNAL_FILE
        self.run = replace(run, cases=())
        self.kept: dict[tuple[str, int], PlayedCase] = {}
        """Cases that an earlier call finished."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self._path.exists():
                self._go_on()
            self._file: IO[bytes] = self._path.open("ab")
        except OSError as exc:
            raise RunError(f"run {str(folder)!r} cannot be kept: {exc.strerror}") from exc
        if self._file.tell() == 0:
            self._write(run_to_json(self.run))

    def add(self, case: PlayedCase) -> None:
        """Keep one finished case; it is on the disk when this returns."""
        self._write(case_to_json(case))

    def close(self) -> None:
        """Stop; the file stays, and the same command goes on from it."""
        self._file.close()

    def _write(self, line: str) -> None:
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _go_on(self) -> None:
        data = self._path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]  # a line that was cut off is played again
        head, *lines = whole.split(b"\n") if whole else [b""]
        if head:
            self._refuse_other(head)
        try:
            for line in filter(None, lines):
                case = case_from_json(line)
                self.kept[case.key] = case
        except ValueError as exc:
            raise RunError(f"run {str(self._path)!r} cannot be read ({exc}): remove it to begin anew") from exc
        if len(whole) < len(data):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))

    def _refuse_other(self, head: bytes) -> None:
        try:
            began = run_from_json(head)
        except ValueError as exc:
            raise RunError(f"run {str(self._path)!r} cannot be read ({exc}): remove it to begin anew") from exc
        differences = _differences(_told(began), _told(self.run))
        if differences:
            raise OtherRun(str(self._path.parent), differences)


def forget(folder: Path) -> None:
    """Remove the journal of a run that is written whole."""
    (folder / JOURNAL_FILE).unlink(missing_ok=True)


def _told(run: Run) -> Mapping[str, Any]:
    told: dict[str, Any] = json.loads(run_to_json(run))
    told.pop("run_id", None)
    return {**{key: value for key, value in told.items() if key != "options"}, **told["options"]}


def _differences(began: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys((*began, *now)) if began.get(key) != now.get(key)]
