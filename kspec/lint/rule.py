"""What a lint rule is, and how all of them are run.

A rule is one module of `kspec.lint.rules`: its docstring is its manual page, `RULE` its identity, `check` its work. A
family of rules that differ in a table row is one module with `RULES`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Label, Rule, Severity
from kspec.source.text import Span
from kspec.source.tree import Path, named

Check = Callable[[Index], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class LintRule:
    """A rule and its check."""

    rule: Rule
    check: Check


def rule(id: str, name: str, severity: Severity, manual: str | None) -> Rule:
    """A rule whose summary is the first line of its manual page (the module's docstring)."""
    summary, _, rest = (manual or "").strip().partition("\n")
    return Rule(id, name, severity, summary, rest.strip())


def on(
    rule: Rule,
    resource: Resource,
    path: Path,
    message: str,
    help: str | None = None,
    *,
    key: bool = False,
    related: Iterable[tuple[str, Span | None]] = (),
    severity: Severity | None = None,
) -> Diagnostic:
    """A finding about the field at `path` of an object; `key` points at its key, or at that of what lacks it."""
    span = _key_of(resource, path) if key else resource.origin.at(path)
    labels = tuple(Label(words, place) for words, place in related if place is not None)
    field = named(resource.manifest, path)
    return Diagnostic(rule, message, span, help, str(resource.ref), labels, severity, field)


def _key_of(resource: Resource, path: Path) -> Span | None:
    """The key of a field; where nobody wrote it, the key of the nearest thing around it that somebody did."""
    for depth in range(len(path), 0, -1):
        span = resource.origin.key(path[:depth])
        if span != resource.origin.at(path[: depth - 1]):
            return span
    return resource.origin.key(("kind",))


def within(
    rule: Rule,
    pods: PodSource,
    path: Path,
    message: str,
    help: str | None = None,
    *,
    key: bool = False,
    related: Iterable[tuple[str, Span | None]] = (),
    severity: Severity | None = None,
) -> Diagnostic:
    """A finding about a place in a pod template: a path such as `("spec", "containers", 0, "image")`."""
    whole = (*pods.path, *path)
    return on(rule, pods.resource, whole, message, help, key=key, related=related, severity=severity)


def lacks(
    rule: Rule,
    pods: PodSource,
    path: Path,
    field: str,
    message: str,
    help: str | None = None,
    *,
    severity: Severity | None = None,
) -> Diagnostic:
    """A finding about a field that the container at `path` (or the pod spec) lacks; it points at what is there."""
    anchor = (*path, "name") if path != ("spec",) else ("spec", "containers")
    found = within(rule, pods, anchor, message, help, key=path == ("spec",), severity=severity)
    name = named(pods.resource.manifest, (*pods.path, *path))
    return Diagnostic(rule, message, found.span, help, found.object, (), severity, f"{name}.{field}")


@cache
def all_rules() -> tuple[LintRule, ...]:
    """Every rule, in order of ids."""
    import kspec.lint.rules as home

    modules = [import_module(f"{home.__name__}.{m.name}") for m in pkgutil.iter_modules(home.__path__)]
    found = [r for module in modules for r in _rules_of(module)]
    return tuple(sorted(found, key=lambda r: r.rule.id))


def _rules_of(module: ModuleType) -> Iterable[LintRule]:
    family: Iterable[LintRule] = getattr(module, "RULES", ())
    return (LintRule(module.RULE, module.check), *family) if hasattr(module, "RULE") else family


def run(index: Index, rules: Iterable[LintRule] | None = None) -> list[Diagnostic]:
    """What rules find in a design, in their order; all rules that are on where none are given."""
    chosen = [r for r in all_rules() if r.rule.severity is not Severity.OFF] if rules is None else rules
    return [d for r in chosen for d in r.check(index)]


def lint(resources: Iterable[Resource], rules: Iterable[LintRule] | None = None) -> list[Diagnostic]:
    """Like `run`, over plain objects (with the API server's defaults)."""
    return run(Index(tuple(resources)), rules)
