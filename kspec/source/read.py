"""From the PATH arguments of a command to the texts they mean.

A PATH is a `.kspec` file, a YAML or JSON file, a directory (every such file below it, sorted, hidden ones and the
parts of kustomizations skipped), or `-`. Whatever cannot be read becomes a diagnostic; the rest is read all the same.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from kspec.source import disk
from kspec.source.decode import decode
from kspec.source.diagnostic import Diagnostic
from kspec.source.kustomization import kustomizations
from kspec.source.limits import MAX_FILE_BYTES, MAX_FILES
from kspec.source.rules import UNREADABLE_INPUT
from kspec.source.text import STDIN_NAME, SourceFile, Span

STDIN = "-"


class Language(Enum):
    """What a text is written in."""

    KSPEC = "kspec"
    MANIFEST = "manifest"
    """YAML or JSON."""


@dataclass(frozen=True, slots=True)
class Input:
    """A text to work on."""

    source: SourceFile
    language: Language


@dataclass(frozen=True, slots=True)
class Inputs:
    """The texts that the arguments mean, in order, and what could not be read."""

    files: tuple[Input, ...]
    diagnostics: tuple[Diagnostic, ...]


_LANGUAGES = {
    ".kspec": Language.KSPEC,
    ".yaml": Language.MANIFEST,
    ".yml": Language.MANIFEST,
    ".json": Language.MANIFEST,
}
_LOOKS_LIKE_MANIFEST = re.compile(
    r"""\A\s*(?:\{|\[|---)|^(?:-[ ]+)?["']?apiVersion["']?[ \t]*:"""
    r"""|\A(?:[ \t]*(?:\#[^\n]*)?\n)*[ \t]+["']?(?:apiVersion|kind|metadata|items)["']?[ \t]*:""",
    re.MULTILINE,
)
"""How a manifest begins, or has `apiVersion` at the margin, where kspec text has it in a block at most."""


def read_inputs(
    paths: Iterable[str], stdin: BinaryIO | None = None, open_texts: Mapping[str, str] | None = None
) -> Inputs:
    """Reads what the arguments mean. A file that two arguments mean is read once.

    `stdin` is read for `-`; it defaults to the process's own. `open_texts` stand for the files at
    their real paths, whether those are there or not.
    """
    files: list[Input] = []
    diagnostics: list[Diagnostic] = []
    seen: set[str] = set()
    for argument in paths:
        for found in _files(argument):
            if isinstance(found, Diagnostic):
                diagnostics.append(found)
                continue
            key = argument if argument == STDIN else disk.real(found.name)
            if key in seen:
                continue
            seen.add(key)
            text = open_texts.get(key) if open_texts else None
            outcome = _read(found, stdin) if text is None else _as_input(found, text)
            if isinstance(outcome, Input):
                files.append(outcome)
            else:
                diagnostics.append(outcome)
    return Inputs(tuple(files), tuple(diagnostics))


@dataclass(frozen=True, slots=True)
class _File:
    """A file to read. `asked` tells that the user named it, rather than a directory around it."""

    name: str
    asked: bool


def _files(argument: str) -> Iterator[_File | Diagnostic]:
    if "\0" in argument:
        yield _unreadable(argument.replace("\0", "?"), "no name has a NUL in it")
        return
    try:
        if argument == STDIN or not disk.is_folder(argument):
            yield _File(argument, asked=True)
            return
    except OSError as error:
        yield _unreadable(argument, _reason(error))
        return
    listing = disk.below(argument, " ".join(_LANGUAGES))
    found, refused = listing.files, listing.refused
    yield from (_unreadable(folder, _reason(OSError(number, os.strerror(number)))) for folder, number in refused)
    if not found and not refused:
        yield Diagnostic(
            UNREADABLE_INPUT,
            f"`{argument}` holds no manifests and no kspec files",
            help="files end in .kspec, .yaml, .yml or .json; hidden ones are skipped",
        )
    elif len(found) > MAX_FILES:
        yield _unreadable(argument, f"it holds more than {MAX_FILES} files")
    else:
        known = kustomizations(found)
        if known.own:
            yield known.remark(argument)
        yield from (_File(name, asked=False) for name in found if name not in known.parts and name not in known.own)


def _read(file: _File, stdin: BinaryIO | None) -> Input | Diagnostic:
    name = STDIN_NAME if file.name == STDIN else file.name
    try:
        from_pipe = file.name == STDIN
        data = (stdin or sys.stdin.buffer).read(MAX_FILE_BYTES + 1) if from_pipe else disk.content(file.name)
    except OSError as error:
        return _unreadable(name, _reason(error), help=_similar(file.name))
    if len(data) > MAX_FILE_BYTES:
        return _unreadable(name, f"it is larger than {MAX_FILE_BYTES // 2**20} MiB")
    text = decode(name, data)
    return text if isinstance(text, Diagnostic) else _as_input(file, text)


def _is_empty(manifest: str) -> bool:
    from kspec.source.yaml.split import split  # designs without YAML do without

    return not any(True for _ in split(manifest))


def _as_input(file: _File, text: str) -> Input | Diagnostic:
    name = STDIN_NAME if file.name == STDIN else file.name
    language = _LANGUAGES.get(Path(file.name).suffix.lower())
    if language is None:
        language = Language.MANIFEST if _LOOKS_LIKE_MANIFEST.search(text) else Language.KSPEC
    if file.asked and not text.strip():
        return Diagnostic(UNREADABLE_INPUT, f"`{name}` is empty", Span.point(name, 1, 1))
    if file.asked and language is Language.MANIFEST and _is_empty(text):
        return Diagnostic(UNREADABLE_INPUT, f"`{name}` holds nothing but comments", Span.point(name, 1, 1))
    return Input(SourceFile(name, text), language)


def _unreadable(name: str, reason: str, help: str | None = None) -> Diagnostic:
    return Diagnostic(UNREADABLE_INPUT, f"`{name}` cannot be read: {reason}", help=help)


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file or directory"
        case PermissionError():
            return "permission denied"
        case OSError(strerror=str(words)):
            return words[0].lower() + words[1:]
        case _:
            return str(error)


def _similar(name: str) -> str | None:
    """Help that names a file with nearly this name, where there is one."""
    path = Path(name)
    try:
        if os.path.lexists(name) or not path.parent.is_dir():
            return None
        names = sorted(p.name for p in path.parent.iterdir())
    except OSError:
        return None
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean `{(path.parent / close[0]).as_posix()}`?" if close else None
