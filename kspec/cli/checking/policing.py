"""What the policies of a design say of its objects."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic


def policed(design: Design) -> Iterator[Diagnostic]:
    """Findings of all policies, if the design has any."""
    if design.policies:
        from kspec.lint.policy import policy_findings

        yield from policy_findings(design)
    if any(resource.kind == "ValidatingAdmissionPolicyBinding" for resource in design.resources):
        from kspec.lint.policy.admission import admission_findings

        yield from admission_findings(design)
