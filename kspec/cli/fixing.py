"""Writing a repair into the design's files: proposed, read again, compared with what was tried, then written."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import realpath
from pathlib import Path

import click

from kspec.cli.session import Session
from kspec.elaborate import load
from kspec.elaborate.design import Design
from kspec.elaborate.memory import Memory
from kspec.place import Placement, Problem, Repair, build, solve
from kspec.place.question import Question
from kspec.place.repair.texts import proposals
from kspec.source.tree import Json

_PROPOSALS = 12


@dataclass(frozen=True)
class Fix:
    """A repair as it stands in the files: their new texts, and what else the changed text says."""

    number: int
    repair: Repair
    before: Mapping[str, str]
    after: Mapping[str, str]
    also: tuple[str, ...] = ()

    @property
    def changed(self) -> list[str]:
        return sorted(f for f in self.after if self.after[f] != self.before[f])

    def diff(self) -> str:
        """All changes, as `diff -u` shows them."""
        parts = (_diff(name, self.before[name], self.after[name]) for name in self.changed)
        return "".join(line for part in parts for line in part)

    def write(self) -> None:
        from kspec.emit.atomic import write_file

        for name in self.changed:
            try:
                write_file(Path(name), self.after[name])
            except OSError as error:
                raise click.ClickException(f"cannot write {name}: {error.strerror or error}") from error


def find_fix(session: Session, question: Question, repairs: Sequence[Repair], number: int | None) -> Fix | None:
    """The first repair (or the one of that number, from 1) that can be written, with the texts that say it."""
    numbered = list(enumerate(repairs, 1))
    if number is not None:
        numbered = [pair for pair in numbered if pair[0] == number]
    loose: Fix | None = None
    for index, repair in numbered:
        for fix in _fixes(session, question, index, repair):
            if not fix.also:
                return fix
            loose = loose or fix
    return loose


def _fixes(session: Session, question: Question, number: int, repair: Repair) -> Iterator[Fix]:
    """Texts that say a repair; those that say more are kept only if everything is placed with them, too."""
    wanted = question
    for edit in repair.edits:
        wanted = edit.apply(wanted)
    texts = _texts(question)
    for index, after in enumerate(proposals(question, repair.edits, texts)):
        if index >= _PROPOSALS:
            return
        design = _read(session, texts, after)
        if design is None:
            continue
        also = tuple(_differences(design, question, wanted))
        if not also or (not any(a.startswith("not ") for a in also) and _placed(design)):
            yield Fix(number, repair, texts, after, also)


def _texts(question: Question) -> dict[str, str]:
    """The files that objects and pools come from."""
    spans = [r.at() for r in question.resources] + [o.at(("count",)) for o in question.origins.values()]
    texts: dict[str, str] = {}
    for name in dict.fromkeys(s.file for s in spans if s is not None):
        if Path(name).is_file():
            with Path(name).open(encoding="utf-8", newline="") as file:
                texts[name] = file.read()
    return texts


def _read(session: Session, before: Mapping[str, str], after: Mapping[str, str]) -> Design | None:
    """The design as it would be with these texts."""
    opened = {realpath(name): text for name, text in after.items() if text != before[name]}
    memory = Memory(open=opened)
    return load(session.required_paths(), env=session.env, settings=session.settings, memory=memory).design


def _differences(design: Design, question: Question, wanted: Question) -> Iterator[str]:
    """What the changed design says beyond what was wanted; `not ...` where it does not say that."""
    there = {str(r.ref): bare(r.manifest) for r in design.resources}
    asked = {str(r.ref): bare(r.manifest) for r in wanted.resources}
    old = {str(r.ref): bare(r.manifest) for r in question.resources}
    for name in sorted(there.keys() | asked.keys()):
        if there.get(name) != asked.get(name):
            yield name if asked.get(name) == old.get(name) else f"not {name}"
    pools = {p.name: p for p in design.cluster.pools}
    kept = {p.name: p for p in question.cluster.pools}
    for pool in wanted.cluster.pools:
        if pools.get(pool.name) != pool:
            yield f"pool {pool.name}" if kept.get(pool.name) == pool else f"not pool {pool.name}"


def bare(value: Json) -> Json:
    """A manifest without what is empty."""
    if isinstance(value, dict):
        found = {k: bare(v) for k, v in value.items()}
        return {k: v for k, v in found.items() if v not in (None, {}, [])}
    if isinstance(value, list):
        return [bare(v) for v in value]
    return value


def _placed(design: Design) -> bool:
    problem = build(design.resources, design.cluster, origins=design.pool_origins)
    return isinstance(problem, Problem) and isinstance(solve(problem, budget=10, repairs=False), Placement)


def _diff(name: str, before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name)
    for line in lines:
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
