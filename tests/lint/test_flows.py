"""NetworkPolicies decide who may talk to whom, as Kubernetes' documentation words it."""

from __future__ import annotations

import pytest

from kspec.elaborate import load
from kspec.lint.flows import Flows, Port
from kspec.lint.index import Index


def pod(name: str, namespace: str = "default", spec: str = "") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: {namespace}, labels: {{app: {name}}}}}
spec:
  containers: [{{name: c, image: "c:1", ports: [{{name: http, containerPort: 80}}]}}]
  {spec}
"""


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: other, labels: {team: b}}\n"
PODS = [pod("a"), pod("b"), pod("far", "other"), pod("host", spec="hostNetwork: true"), NAMESPACE]
A = "podSelector: {matchLabels: {app: a}}"


def policy(number: int, spec: str) -> str:
    body = "\n".join(f"  {line}" for line in spec.splitlines())
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{number}}}\nspec:\n{body}\n"


def passes(source: str, target: str, *policies: str, port: Port | None = None) -> bool:
    design = load(["-"], stdin="---\n".join([*PODS, *(policy(n, spec) for n, spec in enumerate(policies))])).design
    assert design is not None
    index = Index.of_design(design)
    by_name = {p.resource.name: p for p in index.pods}
    return Flows(index).blocked(by_name[source], by_name[target], port or Port(80, name="http")) is None


@pytest.mark.parametrize(
    ("spec", "source", "target", "open"),
    [
        (f"{A}\ningress: []", "b", "a", False),
        (f"{A}\ningress: []", "a", "b", True),
        (f"{A}\ningress: [{{}}]", "b", "a", True),
        ("podSelector: {}\npolicyTypes: [Ingress]", "b", "a", False),
        ("podSelector: {}\npolicyTypes: [Ingress]", "b", "host", True),
        ("podSelector: {}\npolicyTypes: [Ingress]", "a", "far", True),
        (f"{A}\npolicyTypes: [Egress]", "a", "b", False),
        (f"{A}\npolicyTypes: [Egress]", "b", "a", True),
        (f"{A}\negress: [{{to: [{{podSelector: {{matchLabels: {{app: b}}}}}}]}}]", "a", "b", True),
        (f"{A}\ningress: [{{from: [{{podSelector: {{matchLabels: {{app: b}}}}}}]}}]", "b", "a", True),
        (f"{A}\ningress: [{{from: [{{podSelector: {{matchLabels: {{app: far}}}}}}]}}]", "far", "a", False),
        (f"{A}\ningress: [{{from: [{{namespaceSelector: {{matchLabels: {{team: b}}}}}}]}}]", "far", "a", True),
        (f"{A}\ningress: [{{from: [{{namespaceSelector: {{}}}}]}}]", "far", "a", True),
        (
            f"{A}\ningress: [{{from: [{{namespaceSelector: {{}}, podSelector: {{matchLabels: {{app: b}}}}}}]}}]",
            "far",
            "a",
            False,
        ),
        (f"{A}\ningress: [{{ports: [{{port: 80}}]}}]", "b", "a", True),
        (f"{A}\ningress: [{{ports: [{{port: http}}]}}]", "b", "a", True),
        (f"{A}\ningress: [{{ports: [{{port: 443}}]}}]", "b", "a", False),
        (f"{A}\ningress: [{{ports: [{{port: 70, endPort: 90}}]}}]", "b", "a", True),
        (f"{A}\ningress: [{{ports: [{{port: 80, protocol: UDP}}]}}]", "b", "a", False),
        (f"{A}\ningress: [{{from: [{{ipBlock: {{cidr: 0.0.0.0/0}}}}]}}]", "b", "a", True),
        (f"{A}\ningress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}]}}]", "b", "a", False),
    ],
)
def test_a_policy_lets_through_what_its_rules_say(spec: str, source: str, target: str, open: bool) -> None:
    assert passes(source, target, spec) is open


def test_policies_add_up() -> None:
    deny = f"{A}\npolicyTypes: [Ingress]"
    allow = f"{A}\ningress: [{{from: [{{podSelector: {{matchLabels: {{app: b}}}}}}]}}]"
    assert not passes("b", "a", deny)
    assert passes("b", "a", deny, allow)


def test_without_policies_everything_is_open() -> None:
    assert passes("a", "far") and passes("far", "a")
