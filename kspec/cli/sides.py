"""The two sides of `kspec diff`: paths, as they are or as they were at a revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from kspec.elaborate import load
from kspec.elaborate.design import Loaded
from kspec.source import disk
from kspec.source.repository import NoRevision, Repository
from kspec.source.revision import AtCommit
from kspec.source.view import looking

_GIT = "git:"


@dataclass(frozen=True, slots=True)
class Side:
    """A path, as it is or at a revision."""

    path: str
    revision: str | None = None

    def __str__(self) -> str:
        return self.path if self.revision is None else f"{self.revision}:{self.path}"


def sides(before: str, after: str | None) -> tuple[Side, Side]:
    """The sides as the command line names them: `PATH`, `REV:PATH`, or `git:REV` for what the other side names.

    Without a second side the first is compared with what is there now.
    """
    first, second = _side(before), _side(after) if after is not None else None
    if second is None:
        if first.revision is None:
            raise click.UsageError("give two sides, or one with a revision: git:main, main:k8s/")
        second = Side(first.path or ".")
    known = first.path or second.path or "."
    return Side(first.path or known, first.revision), Side(second.path or known, second.revision)


def _side(text: str) -> Side:
    if text.startswith(_GIT):
        revision, _, path = text.removeprefix(_GIT).partition(":")
        return Side(path, revision)
    revision, colon, path = text.partition(":")
    if not colon or Path(text).exists():
        return Side(text)
    return Side(path or ".", revision)


def read(side: Side, env: str | None, settings: Mapping[str, str], stdin: bytes | None) -> Loaded | None:
    """The design of a side; None where its path was not there at its revision. Usage errors stop here."""
    if side.revision is None:
        return load([side.path], env=env, settings=settings, stdin=stdin)
    try:
        repository = Repository.around(Path(side.path))
        view = AtCommit(repository=repository, commit=repository.commit(side.revision))
        try:
            with looking(view):
                if not disk.exists(side.path):
                    return None
                return load([side.path], env=env, settings=settings)
        finally:
            view.close()
    except NoRevision as error:
        raise click.UsageError(str(error)) from error
