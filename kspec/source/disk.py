"""The questions that kspec asks the world: the only place that reads what a user's answer depends on.

Each is a function of texts that raises `OSError` where there is no answer; see `kspec.source.view` for why.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kspec.source.limits import MAX_FILE_BYTES
from kspec.source.view import question


@question
def content(path: str) -> bytes:
    """The bytes of a file, one more than the limit at most."""
    with Path(path).open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


@question
def is_folder(path: str) -> bool:
    """Whether there is a folder of this name."""
    return Path(path).is_dir()


@question
def is_file(path: str) -> bool:
    """Whether there is a file of this name."""
    return Path(path).is_file()


@question
def exists(path: str) -> bool:
    """Whether there is anything of this name."""
    return Path(path).exists()


@question
def real(path: str) -> str:
    """The path without symbolic links."""
    return os.path.realpath(path)


@dataclass(frozen=True, slots=True)
class Listing:
    """Files in order, and the folders that could not be listed, each with the error's number."""

    files: tuple[str, ...]
    refused: tuple[tuple[str, int], ...] = ()


@question
def below(folder: str, suffixes: str) -> Listing:
    """The files below a folder that end so (`.yaml .json`), hidden ones left out."""
    wanted, found, refused = frozenset(suffixes.split()), list[str](), list[tuple[str, int]]()
    for root, folders, names in os.walk(folder, onerror=lambda e: refused.append((str(e.filename), e.errno or 0))):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in wanted:
                found.append((Path(root) / name).as_posix())
    return Listing(tuple(sorted(found)), tuple(refused))


@question
def matching(folder: str, pattern: str) -> tuple[str, ...]:
    """The files that match a pattern, sorted. A pattern that `glob` does not take matches none."""
    try:
        return tuple(sorted(p.as_posix() for p in Path(folder).glob(pattern) if p.is_file()))
    except (OSError, ValueError, NotImplementedError):
        return ()


@question
def day() -> str:
    """Today, as `2027-01-31` in UTC; `SOURCE_DATE_EPOCH` sets it for runs that must repeat."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return now.date().isoformat()
