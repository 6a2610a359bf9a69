"""Unknown fields: what was meant, and where a field lives."""

from __future__ import annotations

import pytest

from kspec.api.schema import check, load
from kspec.api.schema.hints import close_match
from kspec.domain.objects import Resource
from kspec.source.tree import Json

HEAD: dict[str, Json] = {"apiVersion": "apps/v1", "kind": "Deployment"}


def help_for(manifest: dict[str, Json]) -> str | None:
    unknown = [p for p in check(Resource(manifest), load("1.36")) if p.rule.id == "KS0004"]
    assert len(unknown) == 1
    return unknown[0].help


def deployment(
    spec: dict[str, Json] | None = None, pod: dict[str, Json] | None = None, **more: Json
) -> dict[str, Json]:
    template: dict[str, Json] = {"spec": {"containers": [{"name": "a"}], **(pod or {})}}
    return {**HEAD, "spec": {"selector": {}, "template": template, **(spec or {})}, **more}


@pytest.mark.parametrize(
    ("manifest", "help"),
    [
        (deployment(spec={"Replicas": 3}), "did you mean `replicas`? Field names are case-sensitive"),
        (deployment(spec={"replcas": 3}), "did you mean `replicas`?"),
        (deployment(spec={"containers": []}), "`containers` belongs in `spec.template.spec`"),
        (deployment(pod={"replicas": 3}), "`replicas` belongs in `spec`"),
        (deployment(pod={"ports": []}), "`ports` belongs in `spec.template.spec.containers[]`"),
        (deployment(replicas=3), "`replicas` belongs in `spec`"),
        (deployment(pod={"livenessProb": {}}), None),
        (deployment(spec={"labels": {}}), "`labels` belongs in `metadata`"),
        (deployment(xyzzy=1), None),
    ],
)
def test_the_help_says_what_was_meant(manifest: dict[str, Json], help: str | None) -> None:
    assert help_for(manifest) == help


def test_a_field_that_moved_between_versions_is_led_to_its_new_place() -> None:
    path: dict[str, Json] = {"path": "/", "pathType": "Prefix", "backend": {"serviceName": "a"}}
    spec: dict[str, Json] = {"rules": [{"http": {"paths": [path]}}]}
    ingress: dict[str, Json] = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": spec}
    assert help_for(ingress) == "its place is now `service.name`"


def test_a_close_match_is_the_same_word_in_another_case_first() -> None:
    assert close_match("RESTARTPOLICY", ["restartPolicies", "restartPolicy"]) == "restartPolicy"
    assert close_match("zzz", ["abc"]) is None
