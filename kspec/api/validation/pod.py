"""Pods and pod templates.

Upstream: pkg/apis/core/validation/validation.go, ValidatePodSpec, ValidatePodCreate, ValidatePodTemplateSpec (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import (
    META,
    SPEC,
    Cause,
    FieldPath,
    duplicate,
    each,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from kspec.api.fields import flag, mapping, maybe, maybe_text, number, obj, objects, text
from kspec.api.validation.affinity import check_affinity
from kspec.api.validation.annotations import check_pod_annotations, check_profile_annotations
from kspec.api.validation.containers import (
    PodContext,
    check_containers,
    check_ephemeral_containers,
    check_init_containers,
)
from kspec.api.validation.images import untrimmed_image
from kspec.api.validation.internal import internal
from kspec.api.validation.meta import check_annotations, check_labels, check_meta
from kspec.api.validation.names import between, dns_label, dns_subdomain
from kspec.api.validation.pod_network import (
    check_dns_config,
    check_dns_policy,
    check_host_aliases,
    check_host_name_override,
    check_host_ports_on_host_network,
    check_host_users,
)
from kspec.api.validation.pod_os import check_os
from kspec.api.validation.resources import check_pod_resources, check_requirements
from kspec.api.validation.scheduling import check_gates, check_readiness_gates, check_spread, check_tolerations
from kspec.api.validation.security import check_pod_security_context
from kspec.api.validation.volumes import check_volumes
from kspec.api.validation.windows import check_host_process
from kspec.source.tree import Object

RESTART_POLICIES = ("Always", "OnFailure", "Never")


def check_pod(manifest: Object) -> Iterator[Cause]:
    """A Pod that is created."""
    yield from check_pod_body(manifest)
    spec = obj(manifest, "spec")
    if objects(spec, "ephemeralContainers"):
        yield forbidden(SPEC / "ephemeralContainers", "cannot be set on create")
    if text(spec, "nodeName") and objects(spec, "schedulingGates"):
        yield forbidden(SPEC / "nodeName", "cannot be set until all schedulingGates have been cleared")
    yield from check_profile_annotations(SPEC, obj(manifest, "metadata"), spec)


def check_pod_body(manifest: Object) -> Iterator[Cause]:
    """What holds for a Pod whenever it is written."""
    metadata, spec = obj(manifest, "metadata"), obj(manifest, "spec")
    yield from check_meta(manifest, True, dns_subdomain)
    yield from check_pod_annotations(META / "annotations", mapping(metadata, "annotations"), spec)
    yield from check_pod_spec(SPEC, spec, text(metadata, "name"), is_pod=True)
    if not text(spec, "serviceAccountName"):
        for i, volume in enumerate(objects(spec, "volumes")):
            for j, source in enumerate(objects(volume, "projected", "sources")):
                if maybe(source, "serviceAccountToken") is not None:
                    here = ((SPEC / "volumes").item(i) / "projected.sources").item(j) / "serviceAccountToken"
                    yield forbidden(here, "must not be specified when serviceAccountName is not set")
    for field in ("containers", "initContainers"):
        for i, container in enumerate(objects(spec, field)):
            yield from untrimmed_image((SPEC / field).item(i), container)


def check_template(at: FieldPath, template: Object) -> Iterator[Cause]:
    """A pod template."""
    metadata, spec = obj(template, "metadata"), obj(template, "spec")
    yield from check_template_metadata(at, template)
    yield from check_pod_spec(at / "spec", spec, "", is_pod=False)
    yield from check_profile_annotations(at / "spec", metadata, spec)
    if objects(spec, "ephemeralContainers"):
        yield forbidden(at / "spec" / "ephemeralContainers", "ephemeral containers not allowed in pod template")


def check_template_metadata(at: FieldPath, template: Object) -> Iterator[Cause]:
    """Labels and annotations of a pod template."""
    metadata, spec = obj(template, "metadata"), obj(template, "spec")
    yield from check_labels(at / "labels", mapping(metadata, "labels"))
    yield from check_annotations(at / "annotations", mapping(metadata, "annotations"))
    yield from check_pod_annotations(at / "annotations", mapping(metadata, "annotations"), spec)


def check_pod_spec(at: FieldPath, spec: Object, pod_name: str, *, is_pod: bool) -> Iterator[Cause]:
    """A pod's spec. `pod_name` is known for pods only; `is_pod` turns on what templates are spared."""
    grace = number(spec, "terminationGracePeriodSeconds")
    if grace is None:
        yield required(at / "terminationGracePeriodSeconds")
    volumes, wrong = check_volumes(at / "volumes", spec, pod_name, is_pod)
    yield from wrong
    claims = frozenset(text(c, "name") for c in objects(spec, "resourceClaims")) - {""}
    yield from _resource_claims(at / "resourceClaims", objects(spec, "resourceClaims"))
    restart, os = text(spec, "restartPolicy"), maybe_text(maybe(spec, "os"), "name")
    context = PodContext(volumes, claims, grace, restart, os, flag(spec, "hostUsers") is not False)
    yield from check_containers(at / "containers", spec, context)
    yield from check_init_containers(at / "initContainers", spec, context)
    yield from check_ephemeral_containers(at / "ephemeralContainers", spec, context)
    yield from check_pod_resources(at, spec, claims)
    yield from check_host_ports_on_host_network(at, spec, is_pod)
    if not restart:
        yield required(at / "restartPolicy")
    elif restart not in RESTART_POLICIES:
        yield not_supported(at / "restartPolicy", restart, RESTART_POLICIES)
    yield from check_dns_policy(at / "dnsPolicy", text(spec, "dnsPolicy"))
    yield from check_labels(at / "nodeSelector", mapping(spec, "nodeSelector"))
    yield from check_pod_security_context(at / "securityContext", spec)
    yield from check_affinity(at / "affinity", maybe(spec, "affinity"))
    yield from check_dns_config(at / "dnsConfig", maybe(spec, "dnsConfig"), text(spec, "dnsPolicy"))
    yield from check_readiness_gates(at / "readinessGates", objects(spec, "readinessGates"))
    yield from check_gates(at / "schedulingGates", objects(spec, "schedulingGates"))
    yield from check_spread(at / "topologySpreadConstraints", objects(spec, "topologySpreadConstraints"))
    yield from check_host_process(at, spec)
    yield from check_host_users(at, spec)
    yield from check_host_name_override(at, spec)
    yield from _names_and_numbers(at, spec)
    yield from check_os(at, spec)
    yield from _file_key_volumes(at, spec)


def _names_and_numbers(at: FieldPath, spec: Object) -> Iterator[Cause]:
    for name in ("serviceAccountName", "nodeName"):
        value = text(spec, name)
        if value:
            yield from each(at / name, value, dns_subdomain(value))
    deadline = number(spec, "activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline < 1 << 31:
        yield invalid(at / "activeDeadlineSeconds", deadline, between(1, 2**31 - 1))
    for name in ("hostname", "subdomain"):
        value = text(spec, name)
        if value:
            yield from each(at / name, value, dns_label(value))
    yield from check_tolerations(at / "tolerations", objects(spec, "tolerations"))
    yield from check_host_aliases(at / "hostAliases", objects(spec, "hostAliases"))
    class_name = text(spec, "priorityClassName")
    if class_name:
        yield from each(at / "priorityClassName", class_name, dns_subdomain(class_name))
    runtime = maybe_text(spec, "runtimeClassName")
    if runtime is not None:
        yield from each(at / "runtimeClassName", runtime, dns_subdomain(runtime))
    preemption = maybe_text(spec, "preemptionPolicy")
    if preemption is not None:
        yield from check_preemption_policy(at / "preemptionPolicy", preemption)
    overhead = maybe(spec, "overhead")
    if overhead is not None:
        yield from check_requirements(at / "overhead", {"limits": overhead}, frozenset())


def check_preemption_policy(at: FieldPath, policy: str) -> Iterator[Cause]:
    if not policy:
        yield required(at)
    elif policy not in ("PreemptLowerPriority", "Never"):
        yield not_supported(at, policy, ("PreemptLowerPriority", "Never"))


def _resource_claims(at: FieldPath, claims: list[Object]) -> Iterator[Cause]:
    seen: set[str] = set()
    for i, claim in enumerate(claims):
        here, name = at.item(i), text(claim, "name")
        if not name:
            yield required(here / "name")
        elif name in seen:
            yield duplicate(here / "name", name)
        else:
            yield from each(here / "name", name, dns_label(name))
            seen.add(name)
        given = {n: maybe_text(claim, n) for n in ("resourceClaimName", "resourceClaimTemplateName")}
        present = [n for n, v in given.items() if v is not None]
        if len(present) != 1:
            one = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
            none = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
            yield invalid(here, internal("core.PodResourceClaim", claim), one if present else none)
        for field in present:
            yield from each(here / field, given[field], dns_subdomain(given[field] or ""))


def _file_key_volumes(at: FieldPath, spec: Object) -> Iterator[Cause]:
    volumes = {text(v, "name"): v for v in objects(spec, "volumes")}
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(objects(spec, field)):
            for j, variable in enumerate(objects(container, "env")):
                reference = maybe(obj(variable, "valueFrom"), "fileKeyRef")
                if reference is None:
                    continue
                name = text(reference, "volumeName")
                here = ((at / field).item(i) / "env").item(j) / "valueFrom.fileKeyRef.volumeName"
                if name not in volumes:
                    yield not_found(here, name)
                elif "emptyDir" not in volumes[name]:
                    yield invalid(here, name, "referenced volume must be of type emptyDir")
