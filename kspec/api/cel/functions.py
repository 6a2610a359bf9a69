"""The functions and methods that expressions may call, and what they give.

Upstream: cel-go's common/stdlib, staging/src/k8s.io/apiserver/pkg/cel/environment/base.go (v1.36).
"""

from __future__ import annotations

from kspec.api.cel.library import FUNCTIONS as EVALUATED
from kspec.api.cel.types import DYN, ListOf, Type
from kspec.api.words import words

_AUTHORIZATION = words(
    "path group serviceAccount resource subresource namespace name fieldSelector labelSelector check allowed reason"
    " errored error"
)
_MACROS = words("has bind optMap optFlatMap sortBy")
CALLED = frozenset((*(name for name in EVALUATED if "." not in name), *_AUTHORIZATION, *_MACROS))
"""Functions and methods without a namespace."""
SPACED = frozenset(name for name in EVALUATED if "." in name) | {"cel.bind"}
SPACES = frozenset(name.partition(".")[0] for name in SPACED)
TYPES = frozenset(
    words("bool bytes double dyn int list map null_type optional_type string type uint google kubernetes net")
)

_GIVES: dict[str, str] = {
    "bool": "bool contains endsWith matches startsWith isSorted isURL isQuantity isIP isCIDR isSemver isInteger has"
    " isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast containsIP containsCIDR"
    " isGreaterThan isLessThan hasValue allowed errored",
    "int": "int size indexOf lastIndexOf getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours"
    " getMinutes getSeconds getMilliseconds asInteger sign compareTo family prefixLength major minor patch",
    "double": "double asApproximateFloat",
    "uint": "uint",
    "bytes": "bytes",
    "string": "string charAt lowerAscii upperAscii replace substring trim format join find getScheme getHost"
    " getHostname getPort getEscapedPath reason error",
    "timestamp": "timestamp",
    "duration": "duration",
}
GIVES: dict[str, Type] = {name: type for type, names in _GIVES.items() for name in words(names)}
GIVES |= {"split": ListOf("string"), "findAll": ListOf("string")}

STRING_METHODS = frozenset(
    words("contains startsWith endsWith matches charAt lowerAscii upperAscii replace split substring trim find findAll")
)
"""Methods of texts and of nothing else."""
SIZED = frozenset({"string", "bytes", "list", "map", DYN})
