"""Text files of a pack, read strictly: UTF-8 with or without a byte-order mark, any line ends."""

from pathlib import Path

from knowledge.errors import PackError
from knowledge.findings import Finding, Place


def read_source(folder: Path, file: str) -> str:
    """Read one file of a pack.

    Args:
        folder: the pack.
        file: the file, relative to the pack, with forward slashes.

    Returns:
        The text without byte-order mark, every line end a line feed.

    Raises:
        PackError: the file cannot be opened, is not UTF-8 or holds a NUL byte.
    """
    try:
        raw = (folder / file).read_bytes()
    except OSError as cause:
        raise PackError([unreadable(file, f"cannot be opened ({cause.strerror}).")]) from cause
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        column = cause.start - (raw.rfind(b"\n", 0, cause.start) + 1) + 1
        message = f"byte {cause.start} (0x{raw[cause.start]:02x}) is not UTF-8."
        finding = Finding(
            "encoding", "error", Place(file, line, column), message, "Save the file as UTF-8 and try again."
        )
        raise PackError([finding]) from cause
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        finding = Finding(
            "encoding", "error", Place(file, line), "a NUL byte stands in the text.", "Save the file as UTF-8 text."
        )
        raise PackError([finding])
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unreadable(file: str, why: str) -> Finding:
    """A finding for a file that cannot be used at all.

    Args:
        file: relative to the pack.
        why: ends the sentence that begins with the file's name.
    """
    return Finding(
        "file", "error", Place(file), f"{file!r} {why}", "Put the file there, or check the path and its rights."
    )
