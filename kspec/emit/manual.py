"""The manual: every rule by id or name.

Rules are defined next to the code that raises them, in modules named `rules`; lint rules bring longer pages, which win.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import kspec
from kspec.lint.rule import all_rules
from kspec.source.diagnostic import Rule


@cache
def catalogue() -> dict[str, Rule]:
    """All rules by id, in order of their ids."""
    found: dict[str, Rule] = {}
    for module in pkgutil.walk_packages(kspec.__path__, "kspec."):
        if module.name.endswith(".rules") or ".rules." in module.name:
            for value in vars(import_module(module.name)).values():
                if isinstance(value, Rule):
                    found[value.id] = value
    found |= {r.rule.id: r.rule for r in all_rules()}
    return dict(sorted(found.items()))


def find(text: str) -> Rule | None:
    """A rule by its id (any case) or its name."""
    rules = catalogue()
    return rules.get(text.upper()) or next((r for r in rules.values() if r.name == text.lower()), None)


def page(rule: Rule) -> str:
    """The manual page of a rule, as plain text."""
    head = f"{rule.id} {rule.name} ({rule.severity.value})\n\n{rule.summary}\n"
    return head + (f"\n{rule.manual.strip()}\n" if rule.manual else "")
