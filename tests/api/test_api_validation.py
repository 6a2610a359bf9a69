"""Refusals in the API server's words, beyond the recorded cases (after pkg/apis/*/validation, v1.36)."""

from __future__ import annotations

from pathlib import Path

import pytest
from asked import ask, deployment, pod, said

from kspec.api.request import read_sent, validate
from kspec.source.yaml import Document

IN_TEMPLATE = [
    (
        "hostNetwork: true",
        "ports: [{containerPort: 80, hostPort: 81}]",
        "must match `containerPort` when `hostNetwork` is true",
    ),
    (
        "",
        "ports: [{containerPort: 1, hostPort: 2}, {containerPort: 3, hostPort: 2}]",
        'hostPort: Duplicate value: "TCP//2"',
    ),
    ("", "livenessProbe: {periodSeconds: 5}", "livenessProbe: Required value: must specify a handler type"),
    ("", "env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.foo}}}]", "field label not supported: spec.foo"),
    ("", "resources: {requests: {cpu: 2}, limits: {cpu: 1}}", '"2": must be less than or equal to cpu limit of 1'),
    ("", "resources: {limits: {hugepages-2Mi: 4Mi}}", "resources: Forbidden: HugePages require cpu or memory"),
    ("volumes: [{name: v, secret: {}}]", "", "volumes[0].secret.secretName: Required value"),
    ("volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]", "", 'volumes[1].name: Duplicate value: "v"'),
    ("os: {name: windows}, hostPID: true", "", "hostPID: Forbidden: cannot be set for a windows pod"),
    ("activeDeadlineSeconds: 5", "", "activeDeadlineSeconds in ReplicaSet is not Supported"),
]


@pytest.mark.parametrize(("spec", "container", "why"), IN_TEMPLATE)
def test_templates_are_judged_as_pods_are(spec: str, container: str, why: str) -> None:
    assert why in said(ask(deployment(spec, container=container)))


OTHERS = [
    ("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {a: b}}}", "spec.ports: Required value"),
    (
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}, spec: {minAvailable: 1,"
        " maxUnavailable: 1}}",
        "minAvailable and maxUnavailable cannot be both set",
    ),
    (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {}}",
        "either `defaultBackend` or `rules` must be specified",
    ),
    (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b},"
        " roleRef: {kind: Role, name: a, apiGroup: rbac.authorization.k8s.io}}",
        'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    ),
    (
        "{apiVersion: v1, kind: Secret, metadata: {name: s}, type: kubernetes.io/ssh-auth}",
        "data[ssh-privatekey]: Required value",
    ),
    (
        "{apiVersion: v1, kind: Event, metadata: {name: e}, involvedObject: {kind: Pod, name: p, namespace: other}}",
        'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ),
    (
        "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: w},"
        " webhooks: [{name: a.b, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {}}]}",
        "should be a domain with at least three segments separated by dots",
    ),
    (
        "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: foos.x.y},"
        " spec: {group: x.y,"
        " scope: Cluster, names: {plural: foos, kind: Foo}, versions: [{name: v1, served: true, storage: true,"
        " schema: {openAPIV3Schema: {type: object, properties: {a: {}}}}}]}}",
        "spec.validation.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified"
        " object fields",
    ),
]


@pytest.mark.parametrize(("text", "why"), OTHERS)
def test_other_kinds_have_their_own_rules(text: str, why: str) -> None:
    assert why in said(ask(text))


def test_an_autoscaler_of_the_first_version_is_judged_and_answered_in_its_own_form() -> None:
    text = "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {maxReplicas: 2,"
    answer = ask(text + " scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}")
    assert answer.manifest is not None
    assert answer.manifest["spec"]["targetCPUUtilizationPercentage"] == 80  # type: ignore[call-overload,index]
    assert "must be greater than or equal to `minReplicas`" in said(
        ask(text + " minReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}")
    )


DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: foos.x.y}
spec:
  group: x.y
  scope: Cluster
  names: {plural: foos, kind: Foo, singular: foo}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object,
      required: [name], properties: {size: {type: integer, minimum: 1}, mode: {type: string, default: x},
      name: {type: string}}}}}}}
"""


def test_a_custom_resource_is_held_to_its_definition() -> None:
    foo = "{apiVersion: x.y/v1, kind: Foo, metadata: {name: f}, spec: {%s}}"
    answer = ask(foo % "name: a", DEFINITION)
    assert answer.manifest is not None
    assert answer.manifest["spec"] == {"name": "a", "mode": "x"}
    assert answer.manifest["metadata"] == {"name": "f", "generation": 1}
    assert said(ask(foo % "size: 0", DEFINITION)) == (
        'Foo.x.y "f" is invalid: [spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1,'
        " spec.name: Required value]"
    )
    strict = ask(foo % "name: a, sise: 3", DEFINITION)
    assert said(strict).endswith('strict decoding error: unknown field "spec.sise"')
    assert strict.warnings == ('unknown field "spec.sise"',)
    assert said(ask(foo % "name: a")) == "the server could not find the requested resource"


WARNED = [
    (
        deployment(container="ports: [{containerPort: 80, name: a}, {containerPort: 80, name: b}]"),
        "duplicate port definition",
    ),
    (
        deployment("nodeSelector: {beta.kubernetes.io/os: linux}"),
        'deprecated since v1.14; use "kubernetes.io/os" instead',
    ),
    (deployment(container='env: [{name: A, value: "1"}, {name: A, value: "2"}]'), 'hides previous definition of "A"'),
    (deployment(name="a.b"), "a DNS label is recommended: [must not contain dots]"),
    (
        deployment("volumes: [{name: v, configMap: {name: c, items: [{key: a, path: x}, {key: b, path: x/y}]}}]"),
        'volume "v" (ConfigMap "c"): overlapping paths: "x/y" with "x"',
    ),
    (pod("terminationGracePeriodSeconds: -1"), "negative values are invalid and will be treated as 1"),
    ("{apiVersion: v1, kind: Endpoints, metadata: {name: e}}", "v1 Endpoints is deprecated in v1.33+"),
]


@pytest.mark.parametrize(("text", "warning"), WARNED)
def test_oddities_that_are_taken_are_warned_of(text: str, warning: str) -> None:
    answer = ask(text)
    assert answer.accepted
    assert any(warning in w for w in answer.warnings)


MANIFESTS = Path(__file__).parents[3] / "shared" / "manifests"


@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the shared manifests are not here")
def test_no_well_known_manifest_is_refused() -> None:
    sent = [
        one
        for path in sorted(MANIFESTS.rglob("*.y*ml"))
        for one in read_sent(str(path), path.read_text("utf-8"))
        if isinstance(one.written, Document)
    ]
    refused = [(a.file, said(a)) for a in validate(sent) if not a.accepted]
    assert len(sent) > 100
    assert not refused


LATER = [
    (
        "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {serviceName: A.b,"
        " revisionHistoryLimit: -1, volumeClaimTemplates: [{metadata: {name: d}, spec: {}}],"
        " selector: {matchLabels: {a: b}},"
        " template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}}",
        [
            "spec.volumeClaimTemplates[0].spec.accessModes",
            "spec.volumeClaimTemplates[0].spec.resources[storage]",
            "spec.serviceName",
        ],
    ),
    (
        "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {maxReplicas: 3,"
        " scaleTargetRef: {kind: Deployment, name: a}}}",
        ["spec.scaleTargetRef.apiVersion"],
    ),
    (
        "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {selector: {matchLabels: {a: b}}, template:"
        " {metadata: {labels: {job-name: x}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}",
        ["spec.template.metadata.labels[job-name]", "spec.selector", "spec.template.metadata.labels"],
    ),
    (
        "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: f}, spec: {rules: [{subjects:"
        " [{kind: User}], resourceRules: [{verbs: [foo], apiGroups: ['*', b], resources: [c]}]}]}}",
        [
            "spec.priorityLevelConfiguration.name",
            "spec.rules[0].subjects[0].user",
            "spec.rules[0].resourceRules[0].verbs",
            "spec.rules[0].resourceRules[0].apiGroups",
            "spec.rules[0].resourceRules[0].namespaces",
        ],
    ),
    (
        "{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, metadata: {name: f}, spec:"
        " {type: Limited, limited: {limitResponse: {type: Queue, queuing: {handSize: 80}}}, exempt: {}}}",
        ["spec.exempt", "spec.limited.limitResponse.queuing.handSize"],
    ),
    (
        "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v1.a}, spec: {group: a.b, version:"
        " v1, groupPriorityMinimum: 0, versionPriority: 15, insecureSkipTLSVerify: true}}",
        ["metadata.name", "spec.groupPriorityMinimum", "spec.insecureSkipTLSVerify"],
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: CSIDriver, metadata: {name: a.b}, spec:"
        " {nodeAllocatableUpdatePeriodSeconds: 1, tokenRequests: [{audience: x, expirationSeconds: 1},"
        " {audience: x}]}}",
        [
            "spec.tokenRequests[0].expirationSeconds",
            "spec.tokenRequests[1].audience",
            "spec.nodeAllocatableUpdatePeriodSeconds",
        ],
    ),
    (
        "{apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: {name: f}, driverName: a}",
        ["parameters"],
    ),
    ("{apiVersion: apps/v1, kind: ControllerRevision, metadata: {name: f}, revision: -1}", ["data", "revision"]),
]


@pytest.mark.parametrize(("text", "fields"), LATER)
def test_what_is_wrong_is_told_by_its_field(text: str, fields: list[str]) -> None:
    refusal = ask(text).refusal
    assert refusal is not None
    assert [cause.field for cause in refusal.causes] == fields
