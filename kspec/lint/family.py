"""Families of rules: rows of a table that differ in a check and a fragment of a pod spec."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

from kspec.lint.rule import Check, LintRule, rule
from kspec.source.diagnostic import Severity
from kspec.source.tree import Path

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
"""
_CONTAINER = """\
      containers:
        - name: web
          image: "web:1.4"
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of a family. `field` is where it looks, in a container or in the pod spec.

    `fails` and `passes` are lines of the example's pod spec (`pod`) or of its container.
    """

    id: str
    name: str
    summary: str
    why: str
    field: Path
    fails: str
    passes: str
    pod: bool = False

    def manual(self) -> str:
        """The manual page, with whole objects as examples."""
        parts = [self.summary, "", self.why, "", "Fails:", "", self._example(self.fails)]
        return "\n".join([*parts, "", "Passes:", "", self._example(self.passes)])

    def _example(self, lines: str) -> str:
        spec = indent(lines, " " * 6) + "\n" if self.pod and lines else ""
        container = indent(lines, " " * 10) + "\n" if not self.pod and lines else ""
        return indent(_DEPLOYMENT + spec + _CONTAINER + container, " " * 4).rstrip()

    def rule(self, severity: Severity, check: Check) -> LintRule:
        """The rule, with its check."""
        return LintRule(rule(self.id, self.name, severity, self.manual()), check)
