"""What a change since a revision concerns: `kspec check --changed-since`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from kspec.diff.dependents import Key, dependents, key_of
from kspec.diff.objects import altered
from kspec.domain.objects import Resource
from kspec.elaborate import load
from kspec.elaborate.design import Design, Loaded
from kspec.lint.index import Index
from kspec.source import disk
from kspec.source.diagnostic import Diagnostic
from kspec.source.repository import NoRevision, Repository
from kspec.source.revision import AtCommit
from kspec.source.view import looking


@dataclass(frozen=True, slots=True)
class Change:
    """Files that differ from a commit, objects that are not what they were, and objects that depend on these."""

    files: frozenset[str]
    objects: frozenset[str]
    note: str

    def concerns(self, diagnostic: Diagnostic) -> bool:
        """Whether a finding is about the change. What is about no object (a placement, a property) is about all."""
        span = diagnostic.span
        in_changed_file = span is not None and os.path.realpath(span.file) in self.files
        if diagnostic.object is None:
            return in_changed_file or bool(self.objects)
        return diagnostic.object in self.objects


@dataclass(frozen=True, slots=True)
class Read:
    """How a design is loaded: the command line."""

    paths: Sequence[str]
    env: str | None
    settings: Mapping[str, str]


def commit_before(revision: str, paths: Sequence[str]) -> tuple[Repository, str]:
    """The commit to compare with: where the branch of the work tree left `revision`. Usage errors stop here."""
    if "-" in paths:
        raise click.UsageError("--changed-since needs files that git knows, not standard input")
    try:
        repository, *others = {Repository.around(Path(path)): None for path in paths}
        commit = repository.merge_base(revision)
    except NoRevision as error:
        raise click.UsageError(f"--changed-since: {error}") from error
    if others:
        raise click.UsageError(f"--changed-since: {repository.root} and {others[0].root} are two repositories")
    return repository, commit


def change_since(repository: Repository, commit: str, revision: str, loaded: Loaded, read: Read) -> Change:
    """Compare the design with itself at a commit.

    Where it could not be read then, or can not be now, what stands in files that differ counts as changed.
    """
    files = repository.changed_since(commit)
    now = loaded.design or loaded.ambiguous
    if not files or now is None:
        return Change(files, frozenset(), _note(revision, commit, 0, 0))
    then = _design_at(repository, commit, read)
    if isinstance(then, Design) or then is None:
        found = tuple(altered(then, now))
        touched = frozenset(key_of(a.resource) for a in found)
    else:
        touched = frozenset(key_of(r) for r in now.resources if _stands_in(r, files))
    around = {key_of(r) for r in dependents(Index.of_design(now), touched)}
    if isinstance(then, Design):
        around |= {key_of(r) for r in dependents(Index.of_design(then), touched)}
    return _change(files, now, touched, frozenset(around), revision, commit)


def _change(
    files: frozenset[str], now: Design, touched: frozenset[Key], around: frozenset[Key], revision: str, commit: str
) -> Change:
    concerned = {str(r.ref) for r in now.resources if key_of(r) in touched | around}
    gone = touched - {key_of(r) for r in now.resources}
    objects = frozenset(concerned) | frozenset("/".join(key) for key in gone)
    return Change(files, objects, _note(revision, commit, len(touched), len(around - touched)))


def _note(revision: str, commit: str, touched: int, around: int) -> str:
    return (
        f"only what changed since {revision} ({commit[:10]}) is told: "
        f"{touched} objects differ, {around} more depend on them"
    )


class _Unreadable:
    """The design had mistakes at the time."""


def _design_at(repository: Repository, commit: str, read: Read) -> Design | _Unreadable | None:
    """The design at a commit; None where there was nothing."""
    view = AtCommit(repository=repository, commit=commit)
    try:
        with looking(view):
            there = [path for path in read.paths if disk.exists(path)]
            if not there:
                return None
            then = load(there, env=read.env, settings=read.settings)
            return then.design or then.ambiguous or _Unreadable()
    except NoRevision:
        return _Unreadable()
    finally:
        view.close()


def _stands_in(resource: Resource, files: frozenset[str]) -> bool:
    span = resource.origin.key(("kind",))
    return span is not None and os.path.realpath(span.file) in files
