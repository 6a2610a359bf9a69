"""Whether an expression compiles, and the words if it does not.

Names, fields and functions are resolved, and types as far as they are known: literals, operators, the fields of objects
with a schema, the items of lists and maps. What is not known is `dyn` and fits anything: what is accepted here may yet
be refused by cel-go's full type checker.

Upstream: cel-go's checker/checker.go and common/source.go; the environment of policies is that of
staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kspec.api.cel.functions import CALLED, GIVES, SIZED, SPACED, SPACES, STRING_METHODS, TYPES
from kspec.api.cel.syntax import Call, Literal, Many, Name, Node, Parser, Select, Wrong
from kspec.api.cel.tokens import Fault, tokens
from kspec.api.cel.types import DYN, ListOf, MapOf, ObjectOf, OptionalOf, Type, fits, shown, sort, together
from kspec.api.words import words

_REQUEST: dict[str, Type] = {
    **dict.fromkeys(("kind", "resource", "requestKind", "requestResource", "userInfo", "options"), DYN),
    **dict.fromkeys(("subResource", "requestSubResource", "name", "namespace", "operation"), "string"),
    "dryRun": "bool",
}
_LOOPS = frozenset(words("all exists exists_one existsOne map filter transformList transformMap transformMapEntry"))
_ASKING = frozenset(words("all exists exists_one existsOne"))
_RANGES = "(must be list, map, or dynamic)"


@dataclass
class _Checker:
    names: Mapping[str, Type]
    faults: list[Fault] = field(default_factory=list)
    bound: dict[str, Type] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def type_of(self, node: Node) -> Type:
        match node:
            case Literal(type):
                return type
            case Name(name, at):
                return self._name(name, at)
            case Select():
                return self._select(node)
            case Many():
                return self._many(node)
            case Call():
                return self._call(node)

    def _fault(self, at: int, message: str) -> Type:
        self.faults.append(Fault(at, message))
        return DYN

    def _undeclared(self, name: str, at: int) -> Type:
        return self._fault(at, f"undeclared reference to '{name}' (in container '')")

    def _no_overload(self, name: str, at: int, types: list[Type], method: bool = False) -> Type:
        named = [shown(t) for t in types]
        listed = f"{named[0]}.({', '.join(named[1:])})" if method else f"({', '.join(named)})"
        return self._fault(at, f"found no matching overload for '{name}' applied to '{listed}'")

    def _name(self, name: str, at: int) -> Type:
        if name in self.bound:
            return self.bound[name]
        declared = self.names.get(name)
        if declared is not None:
            self.used.add(name)
            return declared
        return "type" if name in TYPES else self._undeclared(name, at)

    def _select(self, node: Select) -> Type:
        if isinstance(node.of, Name) and f"{node.of.name}.{node.field}" in self.names:
            return self.names[f"{node.of.name}.{node.field}"]
        found = self._field(self.type_of(node.of), node)
        return OptionalOf(found) if node.optional and not isinstance(found, OptionalOf) else found

    def _field(self, of: Type, node: Select) -> Type:
        match of:
            case ObjectOf(fields):
                if node.field in fields:
                    return fields[node.field]
                return self._fault(node.at, f"undefined field '{node.field}'")
            case MapOf(value):
                return value
            case OptionalOf(value):
                return OptionalOf(self._field(value, node))
            case "dyn" | "type":
                return DYN
            case _:
                return self._fault(node.at, f"type '{shown(of)}' does not support field selection")

    def _many(self, node: Many) -> Type:
        types = [self.type_of(item) for item in node.items]
        match node.type:
            case "list":
                return ListOf(DYN if node.optional else together(types))
            case "map":
                return MapOf(DYN if node.optional else together(types[1::2]))
            case _:
                return DYN

    def _call(self, node: Call) -> Type:
        if node.name.startswith(("_", "!", "-", "@")):
            return self._operator(node)
        if node.target is not None and node.name in _LOOPS and len(node.args) > 1:
            return self._loop(node.target, node)
        space = self._space(node.target)
        known = f"{space}.{node.name}" in SPACED if space else node.name in CALLED
        target = None if node.target is None or space else self.type_of(node.target)
        special = self._macro(node, space, target)
        if special is not None:
            return special
        types = [self.type_of(argument) for argument in node.args]
        if not known:
            return self._undeclared(f"{space}.{node.name}" if space else node.name, node.at)
        if target is not None:
            return self._method(node, target, types)
        if node.name == "size" and len(types) == 1 and sort(types[0]) not in SIZED:
            return self._no_overload(node.name, node.at, types)
        return DYN if space else GIVES.get(node.name, DYN)

    def _space(self, target: Node | None) -> str:
        named = target.name if isinstance(target, Name) else ""
        return named if named in SPACES and named not in self.bound and named not in self.names else ""

    def _method(self, node: Call, target: Type, types: list[Type]) -> Type:
        wanted = sort(target)
        misfit = node.name in STRING_METHODS and wanted not in ("string", DYN)
        misfit |= node.name == "size" and wanted not in SIZED
        misfit |= node.name in ("startsWith", "endsWith", "matches", "contains") and any(
            sort(t) not in ("string", DYN) for t in types
        )
        if misfit:
            return self._no_overload(node.name, node.at, [target, *types], method=True)
        match node.name, target:
            case "orValue" | "value", OptionalOf(value):
                return value
            case (("reverse" | "slice" | "sort" | "sortBy" | "distinct"), ListOf()):
                return target
            case (("min" | "max" | "sum"), ListOf(item)):
                return item
            case _:
                return GIVES.get(node.name, DYN)

    def _macro(self, node: Call, space: str, target: Type | None) -> Type | None:
        """The type of a macro that binds or tests; None for everything else."""
        first = node.args[0] if node.args else None
        if (space, node.name, len(node.args)) == ("cel", "bind", 3) and isinstance(first, Name):
            return self._with({first.name: self.type_of(node.args[1])}, node.args[2])
        if node.name in ("optMap", "optFlatMap") and len(node.args) == 2 and isinstance(first, Name):
            inner = target.value if isinstance(target, OptionalOf) else DYN
            made = self._with({first.name: inner}, node.args[1])
            return OptionalOf(made) if node.name == "optMap" else made
        if node.name == "sortBy" and len(node.args) == 2 and isinstance(first, Name):
            self._with({first.name: target.item if isinstance(target, ListOf) else DYN}, node.args[1])
            return target if target is not None else DYN
        if node.name == "has" and node.target is None and len(node.args) == 1:
            if not isinstance(first, Select):
                self._fault(node.args[0].at, "invalid argument to has() macro")
            else:
                self.type_of(first)
            return "bool"
        return None

    def _loop(self, target: Node, node: Call) -> Type:
        over = self.type_of(target)
        if sort(over) not in ("list", "map", DYN):
            self._fault(target.at, f"expression of type '{shown(over)}' cannot be range of a comprehension {_RANGES}")
            over = DYN
        count = 2 if node.name.startswith("transform") or (len(node.args) > 2 and node.name != "map") else 1
        names = [arg.name for arg in node.args[:count] if isinstance(arg, Name)]
        if len(names) < count:
            self._fault(node.args[0].at, "argument must be a simple name")
            return DYN
        bound = dict(zip(names, _ranged(over, count), strict=True))
        bodies = [self._with(bound, body) for body in node.args[count:]]
        if node.name in _ASKING:
            if sort(bodies[-1]) not in ("bool", DYN):
                self._no_overload("_&&_", node.args[-1].at, ["bool", bodies[-1]])
            return "bool"
        if node.name in ("map", "transformList"):
            return ListOf(bodies[-1])
        if node.name == "filter":
            return over if isinstance(over, ListOf) else ListOf("string") if isinstance(over, MapOf) else DYN
        return MapOf(bodies[-1]) if node.name == "transformMap" else DYN

    def _with(self, bound: Mapping[str, Type], body: Node) -> Type:
        before = dict(self.bound)
        self.bound.update(bound)
        found = self.type_of(body)
        self.bound = before
        return found

    def _operator(self, node: Call) -> Type:
        types = [self.type_of(arg) for arg in node.args]
        if not fits(node.name, types):
            return self._no_overload(node.name, node.at, types)
        match node.name:
            case "_+_" | "_-_" | "_*_" | "_/_" | "_%_" | "-_":
                return _combined(node.name, types)
            case "_[_]" | "_[?_]":
                item = _item(types[0])
                return OptionalOf(item) if node.name == "_[?_]" else item
            case "_?_:_":
                return together(types[1:])
            case _:
                return "bool"


def _ranged(over: Type, count: int) -> list[Type]:
    """The types of a loop's variables."""
    match over:
        case ListOf(item):
            return [item] if count == 1 else ["int", item]
        case MapOf(value):
            return ["string"] if count == 1 else ["string", value]
        case _:
            return [DYN] * count


def _item(of: Type) -> Type:
    match of:
        case ListOf(item):
            return item
        case MapOf(value):
            return value
        case OptionalOf(value):
            return _item(value)
        case _:
            return DYN


def _combined(operator: str, types: list[Type]) -> Type:
    """What an operator on two values gives."""
    if DYN in types:
        return DYN
    if operator == "_-_" and types == ["timestamp", "timestamp"]:
        return "duration"
    return "timestamp" if "timestamp" in types else types[0]


def environment(variables: list[str] | None, *, params: bool, authorizer: bool) -> dict[str, Type]:
    """The names a policy's expressions can use. `variables` are those defined before; None where there can be none."""
    names: dict[str, Type] = dict.fromkeys(("object", "oldObject", "namespaceObject"), DYN)
    names["request"] = ObjectOf(_REQUEST)
    if variables is not None:
        names["variables"] = ObjectOf(dict.fromkeys(variables, DYN))
    if params:
        names["params"] = DYN
    if authorizer:
        names["authorizer"] = names["authorizer.requestResource"] = DYN
    return names


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that compiles: its tree, its type, and which of the declared names it uses."""

    node: Node
    type: Type
    used: frozenset[str]


@lru_cache(maxsize=2048)
def parsed(source: str) -> Node | tuple[Fault, ...]:
    """The tree of an expression, or what is wrong with its syntax."""
    found, faults = tokens(source)
    try:
        node = Parser(found).parse()
    except Wrong as wrong:
        faults.append(wrong.fault)
    return tuple(faults) or node


def compiled(source: str, names: Mapping[str, Type]) -> Compiled | str:
    """The expression, or why it is refused: one line or more in cel-go's words."""
    node = parsed(source)
    if isinstance(node, tuple):
        return _told(source, node)
    checker = _Checker(names)
    type = checker.type_of(node)
    return _told(source, checker.faults) if checker.faults else Compiled(node, type, frozenset(checker.used))


def compile_error(source: str, names: Mapping[str, Type], returns: tuple[str, ...]) -> str | None:
    """Why an expression that must give one of the types in `returns` would be refused; None where it compiles."""
    found = compiled(source, names)
    if isinstance(found, str):
        return f"compilation failed: {found}"
    if returns and sort(found.type) not in (*returns, DYN):
        if len(returns) == 1:
            return f"must evaluate to {returns[0]} but got {shown(found.type)}"
        named = " ".join(shown(r) for r in returns)
        return f"must evaluate to one of [{named}] but got {shown(found.type)}"
    return None


def _told(source: str, faults: list[Fault] | tuple[Fault, ...]) -> str:
    return "\n".join(line for fault in sorted(faults, key=lambda f: f.at) for line in _lines(source, fault))


def _lines(source: str, fault: Fault) -> Iterator[str]:
    if fault.at < 0:
        yield f"ERROR: <input>:-1:0: {fault.message}"
        return
    row = source.count("\n", 0, fault.at)
    column = fault.at - (source.rfind("\n", 0, fault.at) + 1)
    yield f"ERROR: <input>:{row + 1}:{column + 1}: {fault.message}"
    yield f" | {source.split(chr(10))[row]}"
    yield f" | {'.' * column}^"
