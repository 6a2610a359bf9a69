"""Standard output that survives readers that leave, disks that are full and encodings that lack letters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO


class Unwritable(Exception):
    """What standard output goes to takes no more."""


class Patient:
    """A stream that outlives its reader (`kspec ... | head`): the rest goes nowhere, and the exit code stays right.

    Any other trouble is `Unwritable` for everyone who writes, and remembered: `trouble` says what it was.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.trouble = ""

    def write(self, text: str) -> int:
        with self._patience():
            self._stream.write(text)
        if self.trouble:
            raise Unwritable(self.trouble)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        with self._patience():
            self._stream.flush()

    @contextmanager
    def _patience(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if not isinstance(error, BrokenPipeError):
                self.trouble = error.strerror or str(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def install() -> Patient:
    """Make the process's streams patient. Files and pipes get UTF-8, terminals what they can show."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    patient = Patient(sys.stdout)
    sys.stdout = patient
    return patient


def _nowhere() -> TextIO:
    """In place of a stream that whoever started us has closed."""
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123
