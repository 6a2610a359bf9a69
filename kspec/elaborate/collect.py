"""Properties, scenarios, policies and components of a design, with the names of the text around them filled in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from kspec.elaborate import rules
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.substitute import Substitution
from kspec.source.diagnostic import Diagnostics, Label
from kspec.syntax import nodes as n

S = TypeVar("S", bound=n.Node)
Statement = n.Property | n.Scenario | n.Policy | n.Component


@dataclass
class Collector:
    """What the design says about behaviour, in order."""

    diagnostics: Diagnostics
    evaluator: Evaluator
    statements: list[Statement] = field(default_factory=list)
    _names: dict[tuple[type, str], n.Key] = field(default_factory=dict)

    def add(self, item: Statement, scope: Scope, module: str) -> None:
        """Take a statement; inside an instance it is named after it, so that every instance has its own."""
        name = n.Key(f"{module}-{item.name.text}", span=item.name.span) if module else item.name
        if self._is_new(item, name):
            filled = Substitution(self.evaluator, scope).statement(item)
            self.statements.append(replace(filled, name=name))

    def take(self, statement: Statement) -> None:
        """Take a statement that was filled in before."""
        if self._is_new(statement, statement.name):
            self.statements.append(statement)

    def _is_new(self, item: Statement, name: n.Key) -> bool:
        first = self._names.setdefault((type(item), name.text), name)
        if first is not name:
            related = (Label("the first one", first.span),)
            self.diagnostics.report(rules.DUPLICATE, f"`{name.text}` is declared twice", name.span, related=related)
        return first is name

    def of(self, kind: type[S]) -> tuple[S, ...]:
        """The statements of a kind, in order."""
        return tuple(s for s in self.statements if isinstance(s, kind))
