"""The next version of Kubernetes does not serve an apiVersion that the design uses.

The design is right for its target version, and will be refused after the upgrade to the one that follows. Objects that
are stored stay; what is applied then must have another apiVersion.

Fails:

    kubernetes: "1.28"
    resource flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema batch {
      spec { priorityLevelConfiguration { name: "global-default" } }
    }

Passes:

    kubernetes: "1.28"
    resource flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema batch {
      spec { priorityLevelConfiguration { name: "global-default" } }
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.schema import DEFAULT_VERSION, supported_versions
from kspec.api.schema.lifecycle import Standing, lifecycle
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS1104", "version-matrix", Severity.WARNING, __doc__)
_GONE = (Standing.REMOVED, Standing.UNKNOWN)


def check(index: Index) -> Iterator[Diagnostic]:
    """Objects whose apiVersion ends with the target version."""
    following = _after(index.version or DEFAULT_VERSION)
    for resource in index.resources if following is not None else ():
        if resource.builtin is None and "." not in resource.api_version:
            continue
        now = lifecycle(resource.api_version, resource.kind, index.version or DEFAULT_VERSION)
        then = lifecycle(resource.api_version, resource.kind, following or "")
        if now.standing not in _GONE and then.standing is Standing.REMOVED:
            message = f"Kubernetes {following} does not serve {resource.kind} as {resource.api_version} any more"
            hint = f"use {then.successor}" if then.successor else None
            yield on(RULE, resource, ("apiVersion",), message, hint)


def _after(version: str) -> str | None:
    """The version after one, as far as its schemas are known."""
    versions = supported_versions()
    place = versions.index(version) if version in versions else len(versions)
    return versions[place + 1] if place + 1 < len(versions) else None
