"""Whether the target version has an object's kind, as a diagnostic where it has not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kspec.api.schema.catalogue import Catalogue
from kspec.api.schema.hints import close_match
from kspec.api.schema.lifecycle import (
    Lifecycle,
    Standing,
    builtin_groups,
    builtin_kinds,
    group_of,
    homes_of,
    lifecycle,
)
from kspec.api.schema.rules import API_DEPRECATED, API_NOT_YET, API_REMOVED, CRD_SCHEMA, SCHEMA
from kspec.domain.objects import Resource
from kspec.source.diagnostic import Diagnostic, Rule, Severity


def check_kinds(resources: Iterable[Resource], catalogue: Catalogue) -> Iterator[Diagnostic]:
    """What is to be said about the apiVersions and kinds of resources.

    A custom kind without a definition in the input is noted once, as information: its fields cannot be checked.
    """
    noted: set[tuple[str, str]] = set()
    for resource in resources:
        name = (resource.api_version, resource.kind)
        if catalogue.is_custom(*name):
            continue
        if group_of(resource.api_version) in builtin_groups():
            yield from _builtin(resource, catalogue)
        elif name not in noted:
            noted.add(name)
            yield _custom(resource, catalogue)


def _builtin(resource: Resource, catalogue: Catalogue) -> Iterator[Diagnostic]:
    found = lifecycle(resource.api_version, resource.kind, catalogue.version)
    what = f"{resource.api_version} {resource.kind}"
    version = catalogue.version
    match found.standing:
        case Standing.SERVED:
            return
        case Standing.DEPRECATED:
            until = f"and gone in {found.removed}" if found.removed else "though not removed yet"
            yield _about(
                resource, API_DEPRECATED, f"{what} is deprecated since {found.deprecated}, {until}", _use(found)
            )
        case Standing.REMOVED:
            message = f"{what} was removed in Kubernetes {found.removed}; the target is {version}"
            yield _about(resource, API_REMOVED, message, _use(found) or "it has no successor")
        case Standing.NOT_YET:
            message = f"{what} is new in Kubernetes {found.added}; the target is {version}"
            yield _about(resource, API_NOT_YET, message, _use(found))
        case Standing.OPT_IN:
            message = f"{what} is not served unless the cluster turns it on"
            turn_on = f"start the API server with `--runtime-config={resource.api_version}=true`"
            yield _about(resource, API_NOT_YET, message, _use(found) or turn_on)
        case Standing.UNKNOWN:
            yield _unknown(resource, catalogue)


def _use(found: Lifecycle) -> str | None:
    if found.successor is None:
        return None
    return f"use {' '.join(filter(None, (found.successor, found.successor_kind)))}"


def _unknown(resource: Resource, catalogue: Catalogue) -> Diagnostic:
    """A kind of a built-in group that no version has: probably misspelt, or in another group."""
    api_version, kind = resource.api_version, resource.kind
    version = catalogue.version
    message = f"Kubernetes {version} has no {kind} in {api_version}"
    homes = homes_of(kind, version)
    if homes:
        rule = API_REMOVED if group_of(homes[0]) == group_of(api_version) else SCHEMA
        return _about(resource, rule, message, f"{kind} is in {homes[0]}")
    same_version = [k for api, k in builtin_kinds(version) if api == api_version]
    close = close_match(kind, same_version) or close_match(kind, {k for _, k in builtin_kinds(version)})
    if close is None:
        return _about(resource, SCHEMA, message, None)
    home = api_version if close in same_version else homes_of(close, version)[0]
    return _about(resource, SCHEMA, message, f"did you mean {home} {close}?")


def _custom(resource: Resource, catalogue: Catalogue) -> Diagnostic:
    """A custom kind that no definition in the input has; where one nearly has it, that is the mistake."""
    api_version, kind = resource.api_version, resource.kind
    siblings = [(api, k) for api, k in catalogue.custom if group_of(api) == group_of(api_version)]
    served = sorted(api for api, k in siblings if k == kind)
    if served:
        message = f"the definition of {kind} does not serve {api_version}"
        return _about(resource, API_REMOVED, message, f"it serves {', '.join(served)}")
    close = close_match(kind, {k for _, k in siblings})
    message = f"no definition of {api_version} {kind} in the input: its fields are not checked"
    help = f"did you mean {close}?" if close else "add its CustomResourceDefinition to the input to have it checked"
    return _about(resource, CRD_SCHEMA, message, help, Severity.INFO)


def _about(
    resource: Resource, rule: Rule, message: str, help: str | None, severity: Severity | None = None
) -> Diagnostic:
    part = "kind" if rule is SCHEMA else "apiVersion"
    return Diagnostic(rule, message, resource.at(part), help, str(resource.ref), severity=severity)
