"""Names that controllers make collide with each other or with a name that is written down.

A StatefulSet makes pods `NAME-0`, `NAME-1` and claims `TEMPLATE-NAME-0`; whoever comes second finds the name taken. The
pod is never made, or two pods write to one disk.

Fails:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec: {containers: [{name: db, image: "db:1.4"}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db-0, labels: {app: other}}
    spec: {containers: [{name: db, image: "db:1.4"}]}

Passes:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: "db:1.4"
              resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.domain.expansion import namespace_of
from kspec.domain.objects import Resource
from kspec.domain.workloads import StatefulSet
from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity

RULE = rule("KS2031", "name-clash-on-render", Severity.ERROR, __doc__)
_MOST = 1000
"""So many replicas of one set are looked at."""


def check(index: Index) -> Iterator[Diagnostic]:
    """The second owner of each name; a claim that is there for its own set to adopt is meant."""
    taken: dict[tuple[str, str, str], Resource] = {}
    for resource in index.all("Pod"):
        taken.setdefault(("Pod", namespace_of(resource), resource.name), resource)
    for resource, workload in index.of("StatefulSet", StatefulSet):
        told = set()
        for kind, name in _made(resource, workload):
            owner = taken.setdefault((kind, namespace_of(resource), name), resource)
            if owner is not resource and id(owner) not in told:
                told.add(id(owner))
                message = f"StatefulSet {resource.name} makes {kind} {name}, and so does {_who(owner)}"
                related = [(_who(owner), owner.at("metadata", "name"))]
                yield on(RULE, resource, ("metadata", "name"), message, "give one another name", related=related)


def _who(owner: Resource) -> str:
    return f"{owner.kind} {owner.name}"


def _made(resource: Resource, workload: StatefulSet) -> Iterator[tuple[str, str]]:
    """Kinds and names of what a set makes."""
    spec = workload.spec
    for ordinal in range(spec.ordinals.start, spec.ordinals.start + min(spec.replicas, _MOST)):
        pod = f"{resource.name}-{ordinal}"
        yield "Pod", pod
        for template in spec.volume_claim_templates:
            yield "PersistentVolumeClaim", f"{template.metadata.name}-{pod}"
