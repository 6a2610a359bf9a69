"""Where answers lie: a folder with one file an answer.

Files are written whole or not at all and carry a checksum over their key and content, so that parallel runs, power cuts
and damage cost time at most. The folder keeps to a size: what was not used for longest goes first.
"""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

LIMIT = 256 * 1024 * 1024
"""Bytes on disk, unless configured."""
_CHECKSUM = 16
_STALE = 3600.0
"""Seconds after which a file that was never finished is nobody's."""
_PARTIAL = ".new-"


class Store(Protocol):
    """Keeps bytes by key (hexadecimal)."""

    def get(self, key: str) -> bytes | None:
        """What was kept, exactly; None if nothing is there, or nothing sound."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Keep something, if that is possible."""
        ...


class _Nowhere:
    """Keeps nothing."""

    def get(self, key: str) -> bytes | None:
        return None

    def put(self, key: str, content: bytes) -> None:
        return None


NO_STORE: Store = _Nowhere()


@dataclass
class Folder:
    """A store in a folder of `limit` bytes."""

    path: Path
    limit: int = LIMIT
    _written: int = field(default=0, init=False)
    _trimmed: bool = field(default=False, init=False)

    def get(self, key: str) -> bytes | None:
        """Reading counts as use."""
        file = self._file(key)
        try:
            raw = file.read_bytes()
            content = zlib.decompress(raw[_CHECKSUM:])
        except (OSError, zlib.error):
            return None
        if raw[:_CHECKSUM] != _checksum(key, content):
            return None
        with suppress(OSError):
            os.utime(file)
        return content

    def put(self, key: str, content: bytes) -> None:
        """What does not fit into the limit is not kept."""
        raw = _checksum(key, content) + zlib.compress(content, 1)
        if len(raw) > self.limit:
            return
        with suppress(OSError):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._file(key), raw)
            self._written += len(raw)
            if not self._trimmed or self._written > self.limit // 16:
                self.trim()

    def trim(self) -> None:
        """Remove what is too much, the longest unused first, and what was never finished."""
        self._trimmed, self._written = True, 0
        files, now = [], time.time()
        for file in self.path.glob("??/*"):
            with suppress(OSError):
                status = file.stat()
                if not file.name.startswith(_PARTIAL):
                    files.append((status.st_mtime_ns, status.st_size, file))
                elif now - status.st_mtime > _STALE:
                    file.unlink()
        size = sum(bytes for _, bytes, _ in files)
        for _, bytes, file in sorted(files):
            if size <= self.limit:
                return
            with suppress(OSError):
                file.unlink()
            size -= bytes

    def _file(self, key: str) -> Path:
        return self.path / key[:2] / key[2:]


def _checksum(key: str, content: bytes) -> bytes:
    return hashlib.blake2b(content, key=key.encode()[:64], digest_size=_CHECKSUM).digest()


def _write(path: Path, raw: bytes) -> None:
    import tempfile

    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_PARTIAL, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
