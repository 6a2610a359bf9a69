"""Random small clusters: few labels, values and names, so that things meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kspec.domain.network import Service
from kspec.domain.node import HOSTNAME, ZONE, Node
from kspec.domain.pod import Pod
from kspec.domain.policy import Namespace
from kspec.domain.snapshot import Snapshot

APPS = ("web", "db", "api")
NAMESPACES = ("default", "team")
IMAGES = ("app:1", "big:2")
GIB = 1 << 30


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def _labels(keys: dict[str, tuple[str, ...]]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in keys.items()})


TAINTS = st.lists(
    st.builds(
        lambda key, value, effect: {"key": key, "value": value, "effect": effect},
        st.sampled_from(("dedicated", "level")),
        st.sampled_from(("", "1", "5")),
        st.sampled_from(("NoSchedule", "PreferNoSchedule", "NoExecute")),
    ),
    max_size=2,
    unique_by=lambda t: (t["key"], t["effect"]),
)
TOLERATIONS = st.lists(
    st.one_of(
        st.builds(
            lambda key, effect: {"key": key, "operator": "Exists", "effect": effect},
            st.sampled_from(("dedicated", "level", "node.kubernetes.io/unschedulable")),
            st.sampled_from(("", "NoSchedule", "PreferNoSchedule")),
        ),
        st.builds(
            lambda value, operator: {"key": "level", "operator": operator, "value": value},
            st.sampled_from(("1", "3", "5")),
            st.sampled_from(("Equal", "Lt", "Gt")),
        ),
    ),
    max_size=2,
)
SELECTORS = st.one_of(
    st.builds(lambda app: {"matchLabels": {"app": app}}, st.sampled_from(APPS)),
    st.builds(
        lambda operator, apps: {"matchExpressions": [{"key": "app", "operator": operator, "values": list(apps)}]},
        st.sampled_from(("In", "NotIn")),
        st.sets(st.sampled_from(APPS), min_size=1),
    ),
    st.just({"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
    st.just({}),
)
KEYS = st.sampled_from((HOSTNAME, ZONE, "rack"))
NODE_TERMS = st.one_of(
    st.builds(
        lambda operator, disks: {"matchExpressions": [{"key": "disk", "operator": operator, "values": list(disks)}]},
        st.sampled_from(("In", "NotIn")),
        st.sets(st.sampled_from(("ssd", "hdd")), min_size=1),
    ),
    st.builds(
        lambda operator, n: {"matchExpressions": [{"key": "cores", "operator": operator, "values": [n]}]},
        st.sampled_from(("Gt", "Lt")),
        st.sampled_from(("4", "8")),
    ),
    st.builds(
        lambda n: {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [f"n{n}"]}]},
        st.integers(0, 4),
    ),
    st.just({}),
)


@st.composite
def pod_terms(draw: st.DrawFn) -> dict[str, Any]:
    term: dict[str, Any] = {"topologyKey": draw(KEYS)}
    selector = draw(_maybe(SELECTORS))
    if selector is not None:
        term["labelSelector"] = selector
    where = draw(st.sampled_from(("own", "named", "selected", "all")))
    if where == "named":
        term["namespaces"] = [draw(st.sampled_from(NAMESPACES))]
    elif where == "selected":
        term["namespaceSelector"] = {"matchLabels": {"env": "prod"}}
    elif where == "all":
        term["namespaceSelector"] = {}
    return term


@st.composite
def affinities(draw: st.DrawFn) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for kind in ("podAffinity", "podAntiAffinity"):
        required = draw(st.lists(pod_terms(), max_size=2 if kind == "podAffinity" else 1))
        preferred = draw(st.lists(st.tuples(st.integers(1, 100), pod_terms()), max_size=1))
        out[kind] = {
            "requiredDuringSchedulingIgnoredDuringExecution": required,
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {"weight": w, "podAffinityTerm": t} for w, t in preferred
            ],
        }
    node: dict[str, Any] = {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": w, "preference": t}
            for w, t in draw(st.lists(st.tuples(st.integers(1, 100), NODE_TERMS), max_size=2))
        ]
    }
    terms = draw(st.lists(NODE_TERMS, max_size=2))
    if terms:
        node["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}
    return {**out, "nodeAffinity": node}


CONSTRAINTS = st.lists(
    st.builds(
        lambda skew, key, when, selector, domains, affinity, taints, keys: {
            "maxSkew": skew,
            "topologyKey": key,
            "whenUnsatisfiable": when,
            **({"labelSelector": selector, "matchLabelKeys": keys} if selector is not None else {}),
            **({"minDomains": domains} if domains and when == "DoNotSchedule" else {}),
            "nodeAffinityPolicy": affinity,
            "nodeTaintsPolicy": taints,
        },
        st.integers(1, 2),
        KEYS,
        st.sampled_from(("DoNotSchedule", "ScheduleAnyway")),
        _maybe(SELECTORS),
        _maybe(st.integers(1, 4)),
        st.sampled_from(("Honor", "Ignore")),
        st.sampled_from(("Honor", "Ignore")),
        st.sampled_from(([], ["rev"])),
    ),
    max_size=2,
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "cpu": st.sampled_from(("0", "100m", "1", "1500m")),
        "memory": st.sampled_from(("64Mi", "1Gi", "3Gi")),
        "ephemeral-storage": st.sampled_from(("1Gi", "5Gi")),
        "example.com/gpu": st.sampled_from(("1", "2")),
    },
)
CONTAINERS = st.builds(
    lambda image, requests, port: {
        "name": "c",
        "image": image,
        "resources": {"requests": requests},
        **({"ports": [{"containerPort": 80, "hostPort": port}]} if port else {}),
    },
    st.sampled_from(IMAGES),
    REQUESTS,
    _maybe(st.sampled_from((8080, 9090))),
)


@st.composite
def nodes(draw: st.DrawFn, name: str) -> Node:
    labels = draw(_labels({ZONE: ("a", "b", "c"), "rack": ("1", "2"), "disk": ("ssd", "hdd"), "cores": ("4", "8")}))
    if draw(st.integers(0, 9)):
        labels[HOSTNAME] = name
    allocatable = {
        "cpu": draw(st.sampled_from(("2", "4"))),
        "memory": draw(st.sampled_from(("2Gi", "8Gi"))),
        "pods": draw(st.sampled_from(("3", "110"))),
        **draw(st.fixed_dictionaries({}, optional={"example.com/gpu": st.just("2")})),
        **draw(st.fixed_dictionaries({}, optional={"ephemeral-storage": st.just("10Gi")})),
    }
    images = draw(st.lists(st.sampled_from(IMAGES), max_size=2, unique=True))
    return Node.model_validate(
        {
            "metadata": {"name": name, "labels": labels},
            "spec": {"taints": draw(TAINTS), "unschedulable": draw(st.integers(0, 5)) == 0},
            "status": {
                "allocatable": allocatable,
                "images": [{"names": [i], "sizeBytes": GIB // 2} for i in images],
            },
        }
    )


@st.composite
def pods(draw: st.DrawFn, name: str, node: str = "") -> Pod:
    spec: dict[str, Any] = {
        "containers": draw(st.lists(CONTAINERS, min_size=1, max_size=2)),
        "tolerations": draw(TOLERATIONS),
        "topologySpreadConstraints": draw(CONSTRAINTS),
        "nodeSelector": draw(_labels({"disk": ("ssd", "hdd")})),
        "affinity": draw(_maybe(affinities())) or {},
        "priority": draw(st.sampled_from((0, 10))),
        "nodeName": node,
    }
    if draw(st.integers(0, 4)) == 0:
        spec["initContainers"] = draw(st.lists(CONTAINERS, max_size=1))
    if draw(st.integers(0, 6)) == 0:
        spec["resources"] = {"requests": {"cpu": "500m"}}
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": draw(st.sampled_from(NAMESPACES)),
        "labels": draw(_labels({"app": APPS, "rev": ("1", "2")})),
    }
    if node and draw(st.integers(0, 6)) == 0:
        metadata["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    return Pod.model_validate({"metadata": metadata, "spec": spec})


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """A cluster with placed pods, two namespaces and perhaps a service."""
    count = draw(st.integers(1, 6))
    names = [f"n{i}" for i in range(count)]
    placed = [draw(pods(f"p{i}", draw(st.sampled_from(names)))) for i in range(draw(st.integers(0, 8)))]
    services = [
        Service.model_validate(
            {
                "metadata": {"name": "s", "namespace": "default"},
                "spec": {"selector": {"app": draw(st.sampled_from(APPS))}},
            }
        )
    ]
    team = {"metadata": {"name": "team", "labels": {"env": draw(st.sampled_from(("prod", "dev")))}}}
    return Snapshot(
        nodes=tuple(draw(nodes(name)) for name in names),
        pods=tuple(placed),
        namespaces=(Namespace.model_validate(team),),
        services=tuple(services) if draw(st.booleans()) else (),
    )
