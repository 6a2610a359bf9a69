"""Policies of a design: what its own objects must be like."""

from kspec.lint.policy.judge import policy_findings

__all__ = ["policy_findings"]
