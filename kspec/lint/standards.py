"""From a check of the Pod Security Standards to a rule with places."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.admission.pod_standards import Check
from kspec.domain.objects import get
from kspec.lint.family import Row
from kspec.lint.index import Index
from kspec.lint.podsecurity import faults, has_decided
from kspec.lint.rule import LintRule, lacks, within
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic, Rule, Severity
from kspec.source.tree import Path


def standard_rule(row: Row, check: Check, severity: Severity) -> LintRule:
    """The rule of a row. In namespaces that have decided for themselves its findings are information."""

    def found(index: Index) -> Iterator[Diagnostic]:
        for pods in index.pods:
            level = Severity.INFO if has_decided(index, pods.namespace) else None
            for path, finding in faults(pods, check):
                yield _finding(made.rule, pods, path, row.field, f"{pods}: {finding}", level)

    made = row.rule(severity, found)
    return made


def _finding(
    rule: Rule, pods: PodSource, path: Path, field: Path, message: str, severity: Severity | None
) -> Diagnostic:
    if field and get(pods.data(path), field) is None:
        return lacks(rule, pods, path, ".".join(map(str, field)), message, severity=severity)
    return within(rule, pods, (*path, *field), message, severity=severity)
