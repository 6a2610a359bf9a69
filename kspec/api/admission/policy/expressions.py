"""What the expressions of a policy see, and what they give.

Who asks is not known here: an expression that looks at `authorizer` or `request.userInfo` gives `Unknowable`.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/{condition,activation}.go (v1.36).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kspec.api.admission.attempt import Attempt
from kspec.api.admission.policy.matching import operation
from kspec.api.cel.compile import parsed
from kspec.api.cel.evaluate import PER_CALL, evaluate
from kspec.api.cel.lazy import Lazy
from kspec.api.cel.syntax import Name, Node, Select, children
from kspec.api.cel.values import CelError, OutOfBudget, Value
from kspec.api.fields import objects, text
from kspec.source.tree import Json, Object

_NAMESPACE_FIELDS = ("metadata", "spec", "status")
_OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"


class Unknowable(Exception):
    """What an expression gives hangs on who asks."""


class Spent(Exception):
    """The budget of all expressions together is used up."""

    def __str__(self) -> str:
        return _OUT_OF_BUDGET


@dataclass
class Expressions:
    """The expressions of one policy about one object, with one parameter."""

    attempt: Attempt
    policy: Object
    param: Object | None
    names: dict[str, Value | Lazy] = field(init=False)
    variables: dict[str, Node] = field(init=False)

    def __post_init__(self) -> None:
        self.names = _names(self.attempt, self.param)
        self.variables = {}
        for variable in objects(self.policy, "spec", "variables"):
            node = parsed(text(variable, "expression"))
            if not isinstance(node, tuple):
                name = text(variable, "name")
                self.variables[name] = node
                self.names[f"variables.{name}"] = Lazy(name, node, dict(self.names))

    def value(self, source: str, budget: list[int]) -> Value:
        """What an expression gives; what it costs is taken from the budget.

        Raises CelError with the server's words, Unknowable, or Spent.
        """
        node = parsed(source)
        if isinstance(node, tuple):
            raise CelError(f"compilation error: {source}")
        if self._asks_who(node):
            raise Unknowable
        try:
            found, used = evaluate(node, self.names, min(PER_CALL, budget[0]))
        except OutOfBudget as over:
            budget[0] -= PER_CALL
            if budget[0] <= 0:
                raise Spent from None
            raise CelError(f"expression '{source}' resulted in error: {over}") from None
        except CelError as error:
            raise CelError(f"expression '{source}' resulted in error: {error}") from None
        budget[0] -= used
        return found

    def _asks_who(self, node: Node) -> bool:
        match node:
            case Name("authorizer"):
                return True
            case Select(of=Name("request"), field="userInfo"):
                return True
            case Select(of=Name("variables"), field=name) if name in self.variables:
                return self._asks_who(self.variables[name])
            case _:
                return any(self._asks_who(part) for part in children(node))


def _names(attempt: Attempt, param: Object | None) -> dict[str, Value | Lazy]:
    kind = attempt.kind
    version = kind.api_version.rpartition("/")[2]
    gvk: Json = {"group": kind.group, "version": version, "kind": kind.kind}
    gvr: Json = {"group": kind.group, "version": version, "resource": kind.plural}
    request: Json = {
        "kind": gvk,
        "resource": gvr,
        "requestKind": gvk,
        "requestResource": gvr,
        "subResource": "",
        "requestSubResource": "",
        "name": attempt.name,
        "namespace": attempt.namespace,
        "operation": operation(attempt),
        "dryRun": False,
    }
    return {
        "object": _plain(attempt.manifest),
        "oldObject": _plain(attempt.old),
        "request": _plain(request),
        "namespaceObject": _plain(_namespace(attempt)),
        "params": _plain(param),
    }


def _namespace(attempt: Attempt) -> Json:
    if not attempt.kind.namespaced:
        return None
    found = attempt.cluster.namespace(attempt.namespace)
    return None if found is None else {name: found[name] for name in _NAMESPACE_FIELDS if name in found}


def _plain(value: Json) -> Value:
    """A manifest is a value already: maps, lists, texts, numbers."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items() if item is not None}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
