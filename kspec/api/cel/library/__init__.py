"""The functions of CEL as Kubernetes offers them: the standard ones and the libraries of the base environment of v1.36.

A function is found by its name, with its namespace where it has one (`sets.contains`); a method's target is its first
argument. Functions look at the types of their values and say `no such overload` of what they do not take.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/environment/base.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kspec.api.cel.library import conversions, kubernetes, lists, network, optionals, strings, times
from kspec.api.cel.values import Value

FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    **conversions.FUNCTIONS,
    **strings.FUNCTIONS,
    **lists.FUNCTIONS,
    **optionals.FUNCTIONS,
    **times.FUNCTIONS,
    **network.FUNCTIONS,
    **kubernetes.FUNCTIONS,
}
NAMESPACES = frozenset(name.partition(".")[0] for name in FUNCTIONS if "." in name) | {"cel"}
TYPES = {
    **{name: name for name in ("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint")},
    "optional_type": "optional_type",
}
