"""The world as it was at a commit: the same questions, answered from git's objects, with nothing checked out.

Only what lies in the repository is of the past; everything else is as it is today.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from kspec.source.disk import Listing
from kspec.source.globs import pattern
from kspec.source.limits import MAX_FILE_BYTES
from kspec.source.repository import Repository, git
from kspec.source.view import Answer, Question, View

_LINK = "120000"
_SUBMODULE = "160000"
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a commit: its mode, and the name of its content."""

    mode: str
    blob: str


@dataclass
class AtCommit(View):
    """What a run would see if the work tree were a commit."""

    repository: Repository = field(kw_only=True)
    commit: str = field(kw_only=True)
    _blobs: dict[str, bytes] = field(default_factory=dict, kw_only=True)

    def ask(self, question: Question) -> Answer:
        inside = self._inside(question)
        if inside is None:
            return super().ask(question)
        match question.name:
            case "content":
                return self._content(inside)
            case "is_folder":
                return self._resolved(inside) in self._folders
            case "is_file":
                return self._resolved(inside) in self._files
            case "exists":
                place = self._resolved(inside)
                return place in self._folders or place in self._files
            case "real":
                return str(self.repository.root / (self._resolved(inside) or inside))
            case "below":
                return self._below(question.arguments[0], inside, frozenset(question.arguments[1].split()))
            case "matching":
                return self._matching(question.arguments[0], inside, question.arguments[1])
            case _:
                return super().ask(question)

    @cached_property
    def _files(self) -> Mapping[str, _Entry]:
        """The files by their paths from the root."""
        found = {}
        for line in git(self.repository.root, "ls-tree", "-r", "-z", self.commit).split(b"\0"):
            head, tab, name = line.partition(b"\t")
            if tab:
                mode, _, blob = os.fsdecode(head).split(" ")
                if mode != _SUBMODULE:
                    found[os.fsdecode(name)] = _Entry(mode, blob)
        return found

    @cached_property
    def _folders(self) -> frozenset[str]:
        found = {""}
        for name in self._files:
            found.update(str(parent) if str(parent) != "." else "" for parent in PurePosixPath(name).parents)
        return frozenset(found)

    def _inside(self, question: Question) -> str | None:
        """The path from the root that a question is about; None for what is not of the commit."""
        if not question.arguments or "\0" in question.arguments[0]:
            return None
        path = os.path.normpath(os.path.join(os.path.realpath(os.curdir), question.arguments[0]))  # noqa: PTH118
        try:
            inside = PurePosixPath(path).relative_to(self.repository.root)
        except ValueError:
            return None
        return None if ".git" in inside.parts else ("" if str(inside) == "." else str(inside))

    def _resolved(self, path: str) -> str | None:
        """The path without symbolic links; None where it leads out of the commit."""
        for _ in range(_MOST_LINKS):
            link = self._link_in(path)
            if link is None:
                return path
            target = os.fsdecode(self._blob(self._files[link].blob))
            rest = path[len(link) :].lstrip("/")
            path = os.path.normpath(PurePosixPath(link).parent / target / rest)
            if path.startswith(("..", "/")):
                return None
            path = "" if path == "." else path
        return None

    def _link_in(self, path: str) -> str | None:
        """The first part of a path that is a symbolic link."""
        parts = PurePosixPath(path).parts
        prefixes = (str(PurePosixPath(*parts[: n + 1])) for n in range(len(parts)))
        return next((p for p in prefixes if p in self._files and self._files[p].mode == _LINK), None)

    def _content(self, inside: str) -> bytes:
        place = self._resolved(inside)
        if place is None or place not in self._files:
            number = errno.EISDIR if place in self._folders else errno.ENOENT
            raise OSError(number, os.strerror(number), inside)
        return self._blob(self._files[place].blob)[: MAX_FILE_BYTES + 1]

    def _below(self, asked: str, inside: str, suffixes: frozenset[str]) -> Listing:
        found = (n for n in self._names_in(self._resolved(inside)) if PurePosixPath(n).suffix.lower() in suffixes)
        shown = (n for n in found if not any(part.startswith(".") for part in PurePosixPath(n).parts))
        return Listing(tuple(sorted((Path(asked) / name).as_posix() for name in shown)))

    def _matching(self, asked: str, inside: str, wanted: str) -> tuple[str, ...]:
        """`glob` of a pattern that may lead up before it leads down."""
        parts = PurePosixPath(wanted).parts
        fixed = next((n for n, part in enumerate(parts) if any(c in part for c in "*?[")), len(parts))
        start = os.path.normpath(PurePosixPath(inside, *parts[:fixed])) if fixed else inside
        if start.startswith(("..", "/")):
            return ()
        meant = pattern(parts[fixed:])
        place = self._resolved("" if start == "." else start)
        if place is None:
            return ()
        names = [*self._names_in(place), *(() if "**" in parts else self._names_behind_links(place))]
        found = (n for n in names if meant.fullmatch(n) and self._resolved(f"{place}/{n}".lstrip("/")) in self._files)
        return tuple(sorted(Path(asked, *parts[:fixed], name).as_posix() for name in found))

    def _names_in(self, folder: str | None) -> Iterator[str]:
        """The files below a folder, from there; links are files unless they lead to a folder."""
        if folder is None:
            return
        prefix = f"{folder}/" if folder else ""
        for name in self._files:
            if name.startswith(prefix) and self._resolved(name) not in self._folders:
                yield name[len(prefix) :]

    def _names_behind_links(self, folder: str) -> Iterator[str]:
        """The files in folders that links below a folder lead to."""
        prefix = f"{folder}/" if folder else ""
        for link, entry in self._files.items():
            if entry.mode == _LINK and link.startswith(prefix) and self._resolved(link) in self._folders:
                yield from (f"{link[len(prefix) :]}/{name}" for name in self._names_in(self._resolved(link)))

    def _blob(self, name: str) -> bytes:
        if name not in self._blobs:
            self._blobs[name] = self._batch(name)
        return self._blobs[name]

    def _batch(self, name: str) -> bytes:
        """The content of a file, from one process that answers for all of them."""
        stream = self._process
        assert stream.stdin is not None and stream.stdout is not None
        stream.stdin.write(f"{name}\n".encode())
        stream.stdin.flush()
        head = stream.stdout.readline().split()
        if len(head) != 3:
            raise OSError(errno.EIO, "git has lost the content")
        content = stream.stdout.read(int(head[2]))
        stream.stdout.read(1)
        return content

    @cached_property
    def _process(self) -> subprocess.Popen[bytes]:
        command = ["git", "-C", str(self.repository.root), "cat-file", "--batch"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def close(self) -> None:
        """End the process that answers."""
        if "_process" in self.__dict__:
            self._process.communicate()
