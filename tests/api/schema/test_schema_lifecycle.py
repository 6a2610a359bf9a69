"""Kinds come and go: removed, deprecated, not yet there, misspelt."""

from __future__ import annotations

import pytest

from kspec.api.schema import Standing, check_kinds, lifecycle, load
from kspec.api.schema.lifecycle import homes_of
from kspec.domain.objects import Resource
from kspec.source.diagnostic import Diagnostic

FLOW = "flowcontrol.apiserver.k8s.io"


def diagnostics(api_version: str, kind: str, version: str = "1.36") -> list[Diagnostic]:
    return list(check_kinds([Resource({"apiVersion": api_version, "kind": kind})], load(version)))


@pytest.mark.parametrize(
    ("api_version", "kind", "version", "standing", "successor"),
    [
        ("apps/v1", "Deployment", "1.36", Standing.SERVED, None),
        ("v1", "Pod", "1.25", Standing.SERVED, None),
        ("extensions/v1beta1", "Ingress", "1.25", Standing.REMOVED, "networking.k8s.io/v1"),
        ("extensions/v1beta1", "Deployment", "1.36", Standing.REMOVED, "apps/v1"),
        ("batch/v1beta1", "CronJob", "1.25", Standing.REMOVED, "batch/v1"),
        ("policy/v1beta1", "PodSecurityPolicy", "1.25", Standing.REMOVED, None),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.25", Standing.DEPRECATED, "autoscaling/v2"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", Standing.REMOVED, "autoscaling/v2"),
        (f"{FLOW}/v1beta3", "FlowSchema", "1.28", Standing.SERVED, None),
        (f"{FLOW}/v1beta3", "FlowSchema", "1.30", Standing.DEPRECATED, f"{FLOW}/v1"),
        ("v1", "Endpoints", "1.32", Standing.SERVED, "discovery.k8s.io/v1"),
        ("v1", "Endpoints", "1.36", Standing.DEPRECATED, "discovery.k8s.io/v1"),
        ("networking.k8s.io/v1", "ServiceCIDR", "1.30", Standing.NOT_YET, None),
        ("resource.k8s.io/v1beta1", "ResourceClaim", "1.36", Standing.OPT_IN, "resource.k8s.io/v1"),
        ("resource.k8s.io/v1alpha3", "DeviceTaintRule", "1.36", Standing.OPT_IN, None),
        ("apps/v1", "Deploymnet", "1.36", Standing.UNKNOWN, None),
    ],
)
def test_a_kind_stands_to_a_version_as_documented(
    api_version: str, kind: str, version: str, standing: Standing, successor: str | None
) -> None:
    found = lifecycle(api_version, kind, version)
    assert (found.standing, found.successor) == (standing, successor)


@pytest.mark.parametrize(
    ("api_version", "kind", "version", "rule", "help"),
    [
        ("apps/v1beta2", "Deployment", "1.36", "KS1101", "use apps/v1"),
        ("policy/v1beta1", "PodSecurityPolicy", "1.36", "KS1101", "it has no successor"),
        ("apps/v3", "Deployment", "1.36", "KS1101", "Deployment is in apps/v1"),
        ("v1", "Deployment", "1.36", "KS1001", "Deployment is in apps/v1"),
        ("apps/v1", "Deploymnet", "1.36", "KS1001", "did you mean apps/v1 Deployment?"),
        ("apps/v1", "deployment", "1.36", "KS1001", "did you mean apps/v1 Deployment?"),
        ("v1", "CronJobb", "1.36", "KS1001", "did you mean batch/v1 CronJob?"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.25", "KS1102", "use autoscaling/v2"),
        ("v1", "Endpoints", "1.36", "KS1102", "use discovery.k8s.io/v1 EndpointSlice"),
        ("networking.k8s.io/v1", "ServiceCIDR", "1.30", "KS1103", None),
    ],
)
def test_a_kind_that_is_not_served_is_reported_with_what_to_use(
    api_version: str, kind: str, version: str, rule: str, help: str | None
) -> None:
    (diagnostic,) = diagnostics(api_version, kind, version)
    assert (diagnostic.rule.id, diagnostic.help) == (rule, help)


def test_an_alpha_kind_says_how_to_turn_it_on() -> None:
    (diagnostic,) = diagnostics("resource.k8s.io/v1alpha3", "DeviceTaintRule", "1.34")
    assert diagnostic.rule.id == "KS1103"
    assert diagnostic.help is not None
    assert "--runtime-config=resource.k8s.io/v1alpha3=true" in diagnostic.help


def test_a_custom_kind_without_definition_is_noted_once_as_information() -> None:
    resource = Resource({"apiVersion": "example.com/v1", "kind": "Thing"})
    (diagnostic,) = check_kinds([resource, resource], load("1.36"))
    assert diagnostic.level.value == "info"


def test_the_homes_of_a_kind_come_most_stable_first() -> None:
    assert homes_of("Event", "1.36") == ["events.k8s.io/v1", "v1"]
    assert homes_of("HorizontalPodAutoscaler", "1.25") == ["autoscaling/v2", "autoscaling/v1", "autoscaling/v2beta2"]
