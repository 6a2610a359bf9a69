"""What a suppression is: some rules, a place or some objects, a reason, perhaps a last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import assert_never

from kspec.lint.profiles import matches
from kspec.source.diagnostic import Diagnostic
from kspec.source.text import Span


@dataclass(frozen=True, slots=True)
class Inside:
    """Findings in a stretch of text, or about an object that was made there."""

    span: Span
    objects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class About:
    """Findings about one object (`Kind/namespace/name`)."""

    object: str


@dataclass(frozen=True, slots=True)
class Like:
    """Findings that all patterns given fit: of the file's path, the object's kind and its namespace."""

    paths: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


Scope = Inside | About | Like


@dataclass(frozen=True, slots=True)
class Suppression:
    """That findings of some rules are accepted. `rules` are ids, starts of ids or names; `how` says where it stands."""

    rules: tuple[str, ...]
    scope: Scope
    how: str
    span: Span | None = None
    reason: str | None = None
    until: date | None = None

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether it accepts a finding."""
        return any(matches(r, diagnostic.rule) for r in self.rules) and _in_scope(self.scope, diagnostic)


def _in_scope(scope: Scope, diagnostic: Diagnostic) -> bool:
    match scope:
        case Inside(span, objects):
            return diagnostic.object in objects or (diagnostic.span is not None and contains(span, diagnostic.span))
        case About(object):
            return diagnostic.object == object
        case Like():
            return _is_like(scope, diagnostic)
        case _:
            assert_never(scope)


def contains(outer: Span, inner: Span) -> bool:
    """Whether a span begins inside another one."""
    start, end = (outer.line, outer.column), (outer.end_line, outer.end_column)
    return inner.file == outer.file and start <= (inner.line, inner.column) < end


def fits_object(scope: Like, object: str, file: str) -> bool:
    """Whether an exemption is about an object (`Kind/namespace/name`) that stands in a file."""
    return _fits_all(scope, object, file)


def _is_like(scope: Like, diagnostic: Diagnostic) -> bool:
    return _fits_all(scope, diagnostic.object or "", diagnostic.span.file if diagnostic.span else "")


def _fits_all(scope: Like, object: str, path: str) -> bool:
    kind, *rest = object.split("/")
    namespace = rest[0] if len(rest) == 2 else ("default" if rest else "")
    name = rest[-1] if rest else ""
    wanted = ((scope.paths, path), (scope.kinds, kind), (scope.namespaces, namespace), (scope.names, name))
    return all(not patterns or any(_fits(p, value) for p in patterns) for patterns, value in wanted)


def _fits(pattern: str, value: str) -> bool:
    """Shell patterns; `legacy/**` and `legacy/` mean everything below."""
    if pattern.endswith("/"):
        pattern += "*"
    return fnmatchcase(value, pattern.replace("**", "*")) or fnmatchcase(value, f"*/{pattern.replace('**', '*')}")
