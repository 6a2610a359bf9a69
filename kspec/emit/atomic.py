"""Files that are there whole or not at all: written next to their place, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_file(path: Path, text: str) -> None:
    """Write a text file atomically. Raises `OSError` and leaves the old file where it cannot.

    What a link leads to is written, and what is no file (a device, a pipe) is written to, never replaced. Names that
    are no text (from odd file systems) are written as escapes.
    """
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as device:
            device.write(text)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def write_tree(folder: Path, files: Mapping[str, str]) -> None:
    """Replace a folder by one that holds exactly `files` (relative path to text).

    The new folder is complete before the old one goes; on failure or Ctrl-C the old one stays. Raises `OSError`, also
    where `folder` holds something that kspec did not write (no `.kspec-out` marker in it): nobody's files are lost.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if _is_foreign(folder):
        raise FileExistsError(f"{folder} exists and was not written by kspec; choose another --output or remove it")
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        fresh.chmod(0o755)
        for name, text in {**files, MARKER: "This folder is replaced by each `kspec build`.\n"}.items():
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        _swap(fresh, folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


MARKER = ".kspec-out"


def _is_foreign(folder: Path) -> bool:
    """Whether the folder holds something that kspec did not write. What another run replaces meanwhile is looked at
    again."""
    for _ in range(_ATTEMPTS):
        try:
            looked_at = folder.stat().st_ino
            names = {entry.name for entry in folder.iterdir()}
            if not names or MARKER in names:
                return False
            if folder.stat().st_ino == looked_at:
                return True
        except FileNotFoundError:
            continue
    return False


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder in the old one's place. Of several runs at once the last one stays."""
    for attempt in range(_ATTEMPTS):
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
        try:
            with suppress(FileNotFoundError):
                folder.rename(old / folder.name)
            try:
                fresh.rename(folder)
            except OSError as error:
                if not folder.exists() and (old / folder.name).exists():
                    (old / folder.name).rename(folder)
                if error.errno not in _TAKEN or attempt == _ATTEMPTS - 1:
                    raise
            else:
                return
        finally:
            shutil.rmtree(old, ignore_errors=True)


_ATTEMPTS = 20
_TAKEN = frozenset({errno.ENOTEMPTY, errno.EEXIST})
"""Another run was faster."""
