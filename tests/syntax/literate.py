"""Literate cases: text files in which sources stand next to what becomes of them.

A file holds cases. Each begins with `=== title`, then comes the source, then sections that begin with `==> name`.
`KSPEC_UPDATE=1 pytest tests/syntax` writes what comes out into the files; read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

UPDATE = bool(os.environ.get("KSPEC_UPDATE"))
_CASE = re.compile(r"^=== (.+)\n", re.MULTILINE)
_SECTION = re.compile(r"^==> (.+)\n", re.MULTILINE)


@dataclass
class Case:
    """One source and its sections, by name."""

    file: Path
    title: str
    source: str
    sections: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file.stem}: {self.title}"

    def written(self) -> str:
        parts = [f"=== {self.title}\n{self.source}"]
        parts += [f"==> {name}\n{text}" for name, text in self.sections.items()]
        return "".join(parts)


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, in order."""
    cases = []
    pieces = _CASE.split(path.read_text(encoding="utf-8"))
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        source, *rest = _SECTION.split(body.rstrip("\n") + "\n")
        sections = {name: text.rstrip("\n") + "\n" for name, text in zip(rest[::2], rest[1::2], strict=True)}
        cases.append(Case(path, title, source, sections))
    return cases


def head(path: Path) -> str:
    """What a file says before its first case."""
    return _CASE.split(path.read_text(encoding="utf-8"))[0]


def all_cases(folder: Path) -> Iterator[Case]:
    """The cases of all files of a folder."""
    for path in sorted(folder.glob("*.txt")):
        yield from read_cases(path)


def check(case: Case, sections: dict[str, Callable[[str], str]]) -> None:
    """Compare each section of a case with what its function makes of the source, or write it down."""
    assert case.sections, "a case without an expectation tests nothing"
    made = {name: sections[name](case.source).rstrip("\n") + "\n" for name in case.sections}
    if UPDATE and made != case.sections:
        cases = read_cases(case.file)
        for other in cases:
            if other.title == case.title:
                other.sections = made
        case.file.write_text(head(case.file) + "\n".join(c.written() for c in cases), encoding="utf-8")
        pytest.skip("updated")
    for name, text in made.items():
        assert text == case.sections[name], f"{case.file.name}: {case.title}"
