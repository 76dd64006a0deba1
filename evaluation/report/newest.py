"""The newest replay of a folder of runs, beside its baseline."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.report.run_file import FORMAT, RUN_FILE

_LOG = logging.getLogger(__name__)


def newest_run(folder: Path) -> dict[str, Any] | None:
    """Read the scores of the newest run, without its cases.

    Args:
        folder: holds one run, or one run in each of its folders, as ``xiaoer replay --out`` writes them.

    Returns:
        Its name, time, scores and comparison as plain JSON; None where there is no run that can be read.
    """
    files = {file: file.stat().st_mtime for file in (*folder.glob(RUN_FILE), *folder.glob(f"*/{RUN_FILE}"))}
    for file in sorted(files, key=lambda one: -files[one]):
        try:
            return _told(file, datetime.fromtimestamp(files[file], UTC))
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            _LOG.warning("run %s is left out: it cannot be read (%s)", file, error)
    return None


def _told(file: Path, at: datetime) -> dict[str, Any]:
    told = json.loads(file.read_text(encoding="utf-8"))
    if told["format"] != FORMAT:
        raise ValueError(f"format {FORMAT} was expected")
    run, compared = told["run"], told["comparison"]
    return {
        "name": file.parent.name,
        "at": at.isoformat(),
        **{key: run.get(key, "") for key in ("run_id", "shop_id", "release_id", "generator")},
        "cases": len(run.get("cases", ())),
        "scores": told["scores"],
        "comparison": {**compared, "changes": len(compared["changes"])} if compared else None,
    }
