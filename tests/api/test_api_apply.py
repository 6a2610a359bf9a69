"""Server-side apply over what was there, and what may not change."""

from __future__ import annotations

import pytest
from asked import ask, deployment, pod, said

SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {%s ports: [{port: 80}]}}"
CLAIMED = """{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: %s,
  selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a,
  image: a}]}}}}"""


def test_fields_no_longer_named_go_back_to_their_defaults_and_other_fields_stay() -> None:
    answer = ask(deployment(container="ports: [{containerPort: 80}]"), existing=deployment(top="replicas: 3"))
    assert answer.accepted
    assert answer.manifest is not None
    spec: dict[str, object] = answer.manifest["spec"]  # type: ignore[assignment]
    assert spec["replicas"] == 1
    assert answer.manifest["metadata"] == {"name": "web", "namespace": "default", "generation": 2}


def test_a_default_that_nobody_owns_stays_and_may_stand_in_the_way() -> None:
    answer = ask(deployment(top="strategy: {type: Recreate}"), existing=deployment())
    assert said(answer).endswith("rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")


def test_a_service_keeps_its_address_and_its_type_may_change() -> None:
    answer = ask(SERVICE % "type: NodePort,", existing=SERVICE % "")
    assert answer.accepted
    assert "may not change once set" in said(ask(SERVICE % "clusterIP: 10.96.7.7,", existing=SERVICE % ""))


@pytest.mark.parametrize(
    ("text", "existing", "why"),
    [
        (
            pod("activeDeadlineSeconds: 50"),
            pod("activeDeadlineSeconds: 5"),
            "must be less than or equal to previous value",
        ),
        (pod("nodeSelector: {a: b}"), pod(), 'NodeSelector": {'),
        (pod("schedulingGates: [{name: g}]"), pod(), "only deletion is allowed, but found new scheduling gate 'g'"),
        (CLAIMED % "one", CLAIMED % "two", "updates to statefulset spec for fields other than 'replicas'"),
    ],
)
def test_what_is_fixed_cannot_be_applied_anew(text: str, existing: str, why: str) -> None:
    assert why in said(ask(text, existing=existing))


def test_a_gated_pod_may_still_be_narrowed_to_fewer_nodes() -> None:
    gated = "schedulingGates: [{name: g}]"
    assert ask(pod(f"{gated}, nodeSelector: {{a: b}}"), existing=pod(gated)).accepted


def test_apply_refuses_what_its_schema_has_not_and_keys_that_stand_twice() -> None:
    unknown = ask(deployment(container="imagepullpolicy: Always"), existing=deployment())
    place = '.spec.template.spec.containers[name="web"].imagepullpolicy: field not declared in schema'
    assert said(unknown) == f"failed to create typed patch object (default/web; apps/v1, Kind=Deployment): {place}"
    twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: b\n  a: c\n"
    answer = ask(twice, existing="{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}")
    assert said(answer).endswith('line 6: key "a" already set in map')
    assert answer.manifest is not None
    assert answer.manifest["data"] == {"a": "c"}


def test_a_struct_that_is_no_longer_named_goes_with_the_defaults_in_it() -> None:
    live = deployment(container="livenessProbe: {httpGet: {port: 80}, periodSeconds: 5}")
    answer = ask(deployment(container="livenessProbe: {periodSeconds: 5}"), existing=live)
    assert said(answer).endswith("livenessProbe: Required value: must specify a handler type")


def test_a_generation_counts_what_changes_the_meaning() -> None:
    for spec, generation in (("paused: false", 1), ("minReadySeconds: 0", 1), ("minReadySeconds: 5", 2)):
        answer = ask(deployment(top=spec), existing=deployment())
        assert answer.manifest is not None
        assert answer.manifest["metadata"]["generation"] == generation, spec  # type: ignore[index, call-overload]


def test_metadata_is_judged_for_every_kind_and_again_for_the_kind_itself() -> None:
    owner = "ownerReferences: [{apiVersion: v1, kind: K, name: some}]"
    answer = ask(deployment().replace("name: web}", f"name: web, {owner}}}", 1), existing=deployment())
    assert answer.refusal is not None
    assert [c.field for c in answer.refusal.causes] == ["metadata.ownerReferences.uid"] * 3
