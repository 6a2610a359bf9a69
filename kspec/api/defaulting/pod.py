"""Defaults of pods and pod templates.

Upstream: pkg/apis/core/v1/defaults.go, SetDefaults_Pod, SetDefaults_PodSpec, SetDefaults_Container, SetDefaults_Probe
(v1.36). Requests from limits and host ports from the host network come to pods only, never to templates.
"""

from __future__ import annotations

from kspec.api.amounts import ZERO, Amounts, aggregate, aggregate_by, pod_level, resources_of
from kspec.api.defaulting.fill import child, children, existing, fill, fill_empty, round_resources
from kspec.api.defaulting.images import pull_policy
from kspec.api.defaulting.volumes import default_field_ref, default_volume
from kspec.api.fields import integer, text
from kspec.source.tree import Object

_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def default_pod(manifest: Object) -> None:
    spec = child(manifest, "spec")
    for field in ("containers", "initContainers"):
        for container in children(spec, field):
            resources = child(container, "resources")
            limits = existing(resources, "limits")
            if limits is not None:
                requests = child(resources, "requests")
                for name, value in limits.items():
                    requests.setdefault(name, value)
    _pod_level(spec)
    fill(spec, enableServiceLinks=True)
    if spec.get("hostNetwork"):
        for field in ("containers", "initContainers"):
            for container in children(spec, field):
                for port in children(container, "ports"):
                    fill_empty(port, hostPort=integer(port, "containerPort"))
    default_pod_spec(spec)
    fill_empty(child(manifest, "status"), phase="Pending")


def default_template(template: Object) -> None:
    child(template, "metadata")
    default_pod_spec(child(template, "spec"))


def default_pod_spec(spec: Object) -> None:
    for volume in children(spec, "volumes"):
        default_volume(volume)
    for field in _CONTAINERS:
        for container in children(spec, field):
            _container(container)
    fill_empty(spec, dnsPolicy="ClusterFirst", restartPolicy="Always")
    fill(spec, securityContext={}, terminationGracePeriodSeconds=30)
    fill_empty(spec, schedulerName="default-scheduler")
    if text(spec, "serviceAccountName"):
        spec["serviceAccount"] = text(spec, "serviceAccountName")
    elif text(spec, "serviceAccount"):
        spec["serviceAccountName"] = text(spec, "serviceAccount")
    round_resources(spec, "overhead")
    round_resources(existing(spec, "resources"), "limits", "requests")


def _container(container: Object) -> None:
    fill_empty(
        container,
        imagePullPolicy=pull_policy(text(container, "image")),
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
    )
    for port in children(container, "ports"):
        fill_empty(port, protocol="TCP")
    for variable in children(container, "env"):
        source = existing(variable, "valueFrom")
        default_field_ref(existing(source, "fieldRef"))
        key = existing(source, "fileKeyRef")
        if key is not None:
            fill(key, optional=False)
    round_resources(child(container, "resources"), "limits", "requests")
    for name in _PROBES:
        _probe(existing(container, name))
    for name in ("postStart", "preStop"):
        _http_get(existing(existing(container, "lifecycle"), name))


def _probe(probe: Object | None) -> None:
    if probe is None:
        return
    fill_empty(probe, timeoutSeconds=1, periodSeconds=10, successThreshold=1, failureThreshold=3)
    _http_get(probe)
    grpc = existing(probe, "grpc")
    if grpc is not None:
        fill(grpc, service="")


def _http_get(holder: Object | None) -> None:
    action = existing(holder, "httpGet")
    if action is not None:
        fill_empty(action, path="/", scheme="HTTP")


def _pod_level(spec: Object) -> None:
    """Pod-level requests and limits, completed from the containers (upstream defaultPodRequests and its neighbours)."""
    resources = existing(spec, "resources")
    if resources is None:
        return
    _huge_page_limits(spec, resources)
    limits = existing(resources, "limits")
    if limits:
        requests = dict(existing(resources, "requests") or {})
        for name, total in aggregate(spec, "requests").items():
            if pod_level(name) and not name.startswith("hugepages-"):
                requests.setdefault(name, str(total))
        for name, value in limits.items():
            if pod_level(name):
                requests.setdefault(name, value)
        if requests:
            resources["requests"] = requests


def _huge_page_limits(spec: Object, resources: Object) -> None:
    if not (resources.get("limits") or resources.get("requests")):
        return
    totals = aggregate_by(spec, _huge_pages)
    given = dict(existing(resources, "limits") or {})
    for name, total in totals.items():
        if name not in (existing(resources, "requests") or {}):
            given.setdefault(name, str(total))
    if given:
        resources["limits"] = given


def _huge_pages(container: Object) -> Amounts:
    limits = resources_of(container, "limits")
    return {name: q for name, q in limits.items() if name.startswith("hugepages-") and q.amount > ZERO.amount}
