"""Asking the policies of a design about its objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.rules import UNKNOWN_NAME
from kspec.lint.policy.rules import POLICY
from kspec.lint.policy.values import scope_of
from kspec.lint.policy.words import misspelt
from kspec.source.diagnostic import Diagnostic, Diagnostics, Label, Severity
from kspec.source.text import Span
from kspec.syntax import nodes as n

Place = tuple[str, Span | None]
"""By which a mistake in a condition is known again when the next object is asked about."""


def policy_findings(design: Design) -> Iterator[Diagnostic]:
    """What policies reject or warn of, and mistakes in their conditions, each once."""
    yield from misspelt(design)
    mistakes: dict[Place, Diagnostic] = {}
    for policy in design.policies:
        judge = _Judge(policy, mistakes)
        for resource in design.resources:
            yield from judge.findings(resource)
    yield from mistakes.values()


@dataclass
class _Judge:
    policy: n.Policy
    mistakes: dict[Place, Diagnostic]
    matches: tuple[n.Match, ...] = field(init=False)
    demands: tuple[n.Require, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.matches = tuple(i for i in self.policy.items if isinstance(i, n.Match))
        self.demands = tuple(i for i in self.policy.items if isinstance(i, n.Require))

    def findings(self, resource: Resource) -> Iterator[Diagnostic]:
        """What the policy says of an object, if it is about it."""
        wanted = [m for m in self.matches if resource.kind in {k.text for k in m.kinds}]
        if not wanted and self.matches:
            return
        scope = scope_of(resource, self.policy.span)
        if wanted and not any(m.condition is None or self._holds(m.condition, scope) for m in wanted):
            return
        for demand in self.demands:
            if self._holds(demand.condition, scope) is not (demand.word == "forbid"):
                continue
            yield self._finding(resource, demand)

    def _finding(self, resource: Resource, demand: n.Require) -> Diagnostic:
        title = self.policy.title or self.policy.name.text
        what = demand.message or f"{demand.word} is not met"
        message = f"{resource.kind} {resource.name} is against policy {self.policy.name.text}: {what}"
        severity = Severity.WARNING if demand.word == "warn" else None
        place = resource.origin.key(("metadata", "name")) or resource.origin.at(())
        labels = (Label(title, demand.span),)
        return Diagnostic(POLICY, message, place, None, str(resource.ref), labels, severity, self.policy.name.text)

    def _holds(self, condition: n.Expr, scope: Scope) -> bool:
        """Whether a condition is true. One about a field that is not there is not; other mistakes are the policy's."""
        found = Diagnostics()
        truth = Evaluator(found).truth(condition, scope)
        absent = any(d.rule == UNKNOWN_NAME for d in found)
        for mistake in found if not absent else ():
            self.mistakes.setdefault((mistake.rule.id, mistake.span), mistake)
        return truth is True
