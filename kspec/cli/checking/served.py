"""What the API server's own validation refuses, object by object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.api.findings import findings
from kspec.elaborate.design import Design
from kspec.lint.refused.restate import restated
from kspec.source.diagnostic import Diagnostic


def served(design: Design) -> Iterator[Diagnostic]:
    """Refusals of all objects, those left out that a lint rule explains better."""
    for resource in design.written:
        for found in findings(resource):
            rule = restated(found)
            if rule is not None:
                yield found if rule is found.rule else replace(found, rule=rule)
