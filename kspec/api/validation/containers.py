"""Containers, init containers and ephemeral containers.

Upstream: pkg/apis/core/validation/validation.go, validateContainers, validateInitContainers, validateContainerCommon
(v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kspec.api.cause import (
    Cause,
    FieldPath,
    duplicate,
    each,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
    too_long,
)
from kspec.api.fields import integer, integers, maybe, maybe_text, obj, objects, text
from kspec.api.validation.env import check_env, check_env_from
from kspec.api.validation.images import check_pull_policy, untrimmed_image
from kspec.api.validation.mounts import Volumes, check_devices, check_mounts
from kspec.api.validation.names import dns_label, port_name, port_number
from kspec.api.validation.probes import check_lifecycle, check_probes
from kspec.api.validation.resources import check_requirements
from kspec.api.validation.security import check_security_context
from kspec.source.tree import Object

PROTOCOLS = ("SCTP", "TCP", "UDP")
_NOT_FOR_INIT = "may not be set for init containers without restartPolicy=Always"
_NOT_EPHEMERAL = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)


@dataclass(frozen=True, slots=True)
class PodContext:
    """What of its pod a container is checked against."""

    volumes: Volumes
    claims: frozenset[str]
    grace: int | None
    restart_policy: str
    os: str | None
    host_users: bool


def check_containers(at: FieldPath, spec: Object, context: PodContext) -> Iterator[Cause]:
    """`containers`: at least one, with names of their own."""
    containers = objects(spec, "containers")
    if not containers:
        yield required(at)
    names: set[str] = set()
    for i, container in enumerate(containers):
        here, name = at.item(i), text(container, "name")
        yield from _common(here, container, context)
        if name in names:
            yield duplicate(here / "name", name)
        names.add(name)
        yield from check_lifecycle(here / "lifecycle", maybe(container, "lifecycle"), context.grace, context.os)
        yield from check_probes(here, container, context.grace)
        yield from _restart_rules(here, container)
    yield from _host_ports(at, containers)


def check_init_containers(at: FieldPath, spec: Object, context: PodContext) -> Iterator[Cause]:
    """`initContainers`: probes and hooks only for those that restart always."""
    names = {text(c, "name") for c in objects(spec, "containers")}
    for i, container in enumerate(objects(spec, "initContainers")):
        here, name = at.item(i), text(container, "name")
        yield from _common(here, container, context)
        policy = maybe_text(container, "restartPolicy")
        if policy == "Always":
            if objects(container, "restartPolicyRules"):
                words = "restartPolicyRules are not allowed for init containers with restart policy Always"
                yield forbidden(here / "restartPolicyRules", words)
        elif policy is not None:
            yield from _restart_rules(here, container)
        if name in names:
            yield duplicate(here / "name", name)
        elif name:
            names.add(name)
        yield from _host_ports(at, [container])
        if policy == "Always":
            yield from check_lifecycle(here / "lifecycle", maybe(container, "lifecycle"), context.grace, context.os)
            yield from check_probes(here, container, context.grace)
        else:
            for field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
                if maybe(container, field) is not None:
                    yield forbidden(here / field, _NOT_FOR_INIT)


def check_ephemeral_containers(at: FieldPath, spec: Object, context: PodContext) -> Iterator[Cause]:
    """`ephemeralContainers`: a subset of a container's fields."""
    others = {text(c, "name") for c in (*objects(spec, "containers"), *objects(spec, "initContainers"))}
    names = set(others)
    for i, container in enumerate(objects(spec, "ephemeralContainers")):
        here, name, target = at.item(i), text(container, "name"), text(container, "targetContainerName")
        yield from _common(here, container, context)
        yield from untrimmed_image(here, container)
        if name in names:
            yield duplicate(here / "name", name)
        names.add(name)
        if target and target not in others:
            yield not_found(here / "targetContainerName", target)
        for field in _NOT_EPHEMERAL:
            if container.get(field) not in (None, {}):
                yield forbidden(here / field, "cannot be set for an Ephemeral Container")
        for j, mount in enumerate(objects(container, "volumeMounts")):
            for field in ("subPath", "subPathExpr"):
                if text(mount, field):
                    yield forbidden((here / "volumeMounts").item(j) / field, "cannot be set for an Ephemeral Container")


def _common(at: FieldPath, container: Object, context: PodContext) -> Iterator[Cause]:
    name = text(container, "name")
    if not name:
        yield required(at / "name")
    else:
        yield from each(at / "name", name, dns_label(name))
    if not text(container, "image"):
        yield required(at / "image")
    policy = text(container, "terminationMessagePolicy")
    if not policy:
        yield required(at / "terminationMessagePolicy")
    elif policy not in ("File", "FallbackToLogsOnError"):
        yield not_supported(at / "terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError"))
    yield from _ports(at / "ports", objects(container, "ports"))
    yield from check_env(at / "env", objects(container, "env"))
    yield from check_env_from(at / "envFrom", objects(container, "envFrom"))
    yield from check_mounts(at / "volumeMounts", container, context.volumes)
    yield from check_devices(at / "volumeDevices", container, context.volumes)
    yield from check_pull_policy(at / "imagePullPolicy", text(container, "imagePullPolicy"))
    yield from check_requirements(at / "resources", obj(container, "resources"), context.claims)
    yield from _resize_policy(at / "resizePolicy", objects(container, "resizePolicy"), context.restart_policy)
    yield from check_security_context(at / "securityContext", maybe(container, "securityContext"), context.host_users)


def _ports(at: FieldPath, ports: list[Object]) -> Iterator[Cause]:
    names: set[str] = set()
    for i, port in enumerate(ports):
        here, name, container_port = at.item(i), text(port, "name"), integer(port, "containerPort")
        if name:
            wrong = port_name(name)
            yield from each(here / "name", name, wrong)
            if not wrong and name in names:
                yield duplicate(here / "name", name)
            names.add(name)
        if not container_port:
            yield required(here / "containerPort")
        else:
            yield from each(here / "containerPort", container_port, port_number(container_port))
        host_port = integer(port, "hostPort")
        if host_port:
            yield from each(here / "hostPort", host_port, port_number(host_port))
        protocol = text(port, "protocol")
        if not protocol:
            yield required(here / "protocol")
        elif protocol not in PROTOCOLS:
            yield not_supported(here / "protocol", protocol, PROTOCOLS)


def _host_ports(at: FieldPath, containers: list[Object]) -> Iterator[Cause]:
    seen: set[str] = set()
    for i, container in enumerate(containers):
        for j, port in enumerate(objects(container, "ports")):
            host_port = integer(port, "hostPort")
            if host_port:
                key = f"{text(port, 'protocol')}/{text(port, 'hostIP')}/{host_port}"
                if key in seen:
                    yield duplicate((at.item(i) / "ports").item(j) / "hostPort", key)
                seen.add(key)


def _resize_policy(at: FieldPath, policies: list[Object], restart_policy: str) -> Iterator[Cause]:
    seen: set[str] = set()
    for i, policy in enumerate(policies):
        resource, restart = text(policy, "resourceName"), text(policy, "restartPolicy")
        if resource in seen:
            yield duplicate(at.item(i), resource)
        seen.add(resource)
        if not resource:
            yield required(at)
        elif resource not in ("cpu", "memory"):
            yield not_supported(at, resource, ("cpu", "memory"))
        if not restart:
            yield required(at)
        elif restart not in ("NotRequired", "RestartContainer"):
            yield not_supported(at, restart, ("NotRequired", "RestartContainer"))
        if restart_policy == "Never" and restart != "NotRequired":
            yield invalid(at, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")


def _restart_rules(at: FieldPath, container: Object) -> Iterator[Cause]:
    policy, rules = maybe_text(container, "restartPolicy"), objects(container, "restartPolicyRules")
    if policy is None:
        if not rules:
            return
        yield required(at / "restartPolicy", "must specify restartPolicy when restart rules are used")
    elif policy not in ("Always", "Never", "OnFailure"):
        yield not_supported(at / "restartPolicy", policy, ("Always", "Never", "OnFailure"))
    if len(rules) > 20:
        yield too_long(at / "restartPolicyRules", 20)
    for i, rule in enumerate(rules):
        here, codes = (at / "restartPolicyRules").item(i), maybe(rule, "exitCodes")
        if text(rule, "action") not in ("Restart", "RestartAllContainers"):
            yield not_supported(here / "action", text(rule, "action"), ("Restart", "RestartAllContainers"))
        if codes is None:
            yield required(here / "exitCodes", "must be specified")
            continue
        if text(codes, "operator") not in ("In", "NotIn"):
            yield not_supported(here / "exitCodes" / "operator", text(codes, "operator"), ("In", "NotIn"))
        if len(integers(codes, "values")) > 255:
            yield too_long(here / "exitCodes" / "values", 255)
