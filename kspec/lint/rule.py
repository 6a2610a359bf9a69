"""What a lint rule is, and how all of them are run.

A rule is one module of `kspec.lint.rules`: its docstring is its manual page, `RULE` its identity, `check` its work.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from kspec.domain.objects import Resource
from kspec.lint.index import Index
from kspec.source.diagnostic import Diagnostic, Rule, Severity

Check = Callable[[Index], Iterator[Diagnostic]]


@dataclass(frozen=True, slots=True)
class LintRule:
    """A rule and its check."""

    rule: Rule
    check: Check


def rule(id: str, name: str, severity: Severity, manual: str) -> Rule:
    """A rule whose summary is the first line of its manual page (the module's docstring)."""
    summary, _, rest = manual.strip().partition("\n")
    return Rule(id, name, severity, summary, rest.strip())


@cache
def all_rules() -> tuple[LintRule, ...]:
    """Every rule, in order of ids."""
    import kspec.lint.rules as home

    modules = [import_module(f"{home.__name__}.{m.name}") for m in pkgutil.iter_modules(home.__path__)]
    return tuple(sorted((LintRule(m.RULE, m.check) for m in modules), key=lambda r: r.rule.id))


def lint(resources: Iterable[Resource], rules: Iterable[LintRule] | None = None) -> list[Diagnostic]:
    """The findings of all rules that are on, over a whole design (objects with the API server's defaults)."""
    index = Index(tuple(resources))
    chosen = all_rules() if rules is None else tuple(rules)
    return [d for r in chosen if r.rule.severity is not Severity.OFF for d in r.check(index)]
