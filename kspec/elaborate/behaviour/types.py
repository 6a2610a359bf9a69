"""Types of parameters: which values a declared type admits."""

from __future__ import annotations

from pydantic import BaseModel

from kspec.elaborate.behaviour.sets import Domain, NodeRef, NodeSet, Pod, PodSet
from kspec.elaborate.behaviour.static import View
from kspec.elaborate.behaviour.things import Claim, Phase, Revision, Template, Thing, Workload
from kspec.elaborate.behaviour.values import Symbol, Value, is_integer, is_truth

_PHASES = frozenset(phase.value for phase in Phase)


def admits(type_name: str, value: Value) -> bool:
    """Whether a value may be passed where this type is declared.

    Besides kinds of objects (`Deployment`, any custom kind) these are types: `Pod`, `Pods`, `Node`, `Nodes`, `Place` (a
    node or a topology domain), `Owner` (whatever has pods: a workload or one of its revisions), `Workload`, `Revision`,
    `Object`, `Claim`, `Template`, `Phase`, `int`, `bool`, `string`, `list`, `any`.
    """
    match value:
        case Pod():
            return type_name in ("Pod", "any")
        case NodeRef():
            return type_name in ("Node", "Place", "any")
        case Domain():
            return type_name in ("Place", "any")
        case PodSet():
            return type_name in ("Pods", "any")
        case NodeSet():
            return type_name in ("Nodes", "any")
        case Revision():
            return type_name in (value.kind, "Revision", "Owner", "any")
        case Workload():
            # a bare pod is a workload of one pod, and not that pod
            kind = value.kind if value.kind != "Pod" else "Workload"
            return type_name in (kind, "Workload", "Owner", "Object", "any")
        case Claim():
            return type_name in ("Claim", value.kind, "any")
        case Thing():
            return type_name in (value.kind, "Object", "any")
        case Template():
            return type_name in ("Template", "any")
        case View():
            return type_name in (type(value.model).__name__, "any")
        case BaseModel():
            return type_name == "any"
        case tuple():
            return type_name in ("list", "any")
        case str():
            return type_name in ("string", "any")
        case Symbol(text=text):
            return type_name == "any" or (type_name == "Phase" and text in _PHASES)
        case _ if is_integer(value):
            return type_name in ("int", "any")
        case _ if is_truth(value):
            return type_name in ("bool", "any")
        case _:
            return type_name == "any"
