"""Whether an expression compiles, and the words if it does not.

Names and functions are resolved; types only as far as they are plain: literals, comparisons, the fields of `request`.
Everything else is `dyn`, which fits anything: what is accepted here may yet be refused by cel-go's full type checker.

Upstream: cel-go's checker/checker.go and common/source.go; the environment is that of
staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kspec.api.cel.syntax import Call, Literal, Many, Name, Node, Parser, Select, Wrong
from kspec.api.cel.tokens import Fault, tokens
from kspec.api.words import words

DYN = "dyn"
_REQUEST = {
    "kind": DYN,
    "resource": DYN,
    "subResource": "string",
    "requestKind": DYN,
    "requestResource": DYN,
    "requestSubResource": "string",
    "name": "string",
    "namespace": "string",
    "operation": "string",
    "userInfo": DYN,
    "dryRun": "bool",
    "options": DYN,
}
_TYPES = frozenset(
    words("bool bytes double dyn int list map null_type string timestamp duration type uint google kubernetes")
)
_FUNCTIONS = frozenset(
    words(
        "size type dyn int uint double string bytes bool timestamp duration matches contains startsWith"
        " endsWith getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes"
        " getSeconds getMilliseconds charAt indexOf lastIndexOf lowerAscii upperAscii replace split join"
        " substring trim format reverse quote sum min max isSorted find findAll url isURL getScheme getHost"
        " getHostname getPort getEscapedPath getQuery quantity isQuantity isInteger asInteger"
        " asApproximateFloat sign add sub isGreaterThan isLessThan compareTo ip isIP isCanonical family"
        " isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast cidr isCIDR"
        " containsIP containsCIDR masked prefixLength path group serviceAccount resource subresource namespace"
        " name fieldSelector labelSelector check allowed reason errored error validate named semver isSemver"
        " major minor patch of none hasValue value or orValue ofNonZeroValue optMap optFlatMap first last"
        " flatten distinct slice sort sortBy equivalent intersects encode decode greatest least bind unwrapOpt"
        " abs ceil floor round trunc isNaN isInf isFinite bitAnd bitOr bitXor bitNot bitShiftLeft"
        " bitShiftRight lists range transformList transformMap transformMapEntry"
    )
)
_FORMATS = frozenset(
    words(
        "dns1123Label dns1123Subdomain dns1035Label qualifiedName dns1123LabelPrefix dns1123SubdomainPrefix"
        " dns1035LabelPrefix labelValue uri uuid byte date datetime"
    )
)
_SPACES = frozenset(words("cel optional format math sets base64 ip lists strings"))
_LOOPS = frozenset(words("all exists exists_one existsOne map filter transformList transformMap transformMapEntry"))
_LOOP_TYPES = {"all": "bool", "exists": "bool", "exists_one": "bool", "existsOne": "bool", "map": "list", "filter": DYN}
_NUMBERS = frozenset({"int", "uint", "double"})
_PLAIN = frozenset({"int", "uint", "double", "string", "bool", "bytes", "null"})
_RETURNS = {
    "contains": "bool",
    "endsWith": "bool",
    "matches": "bool",
    "size": "int",
    "startsWith": "bool",
    "string": "string",
}


@dataclass
class _Checker:
    names: Mapping[str, str | Mapping[str, str]]
    faults: list[Fault] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)

    def type_of(self, node: Node) -> str:
        match node:
            case Literal(type):
                return type
            case Name(name, at):
                return self._name(name, at)
            case Select():
                return self._select(node)
            case Many(type, items):
                for item in items:
                    self.type_of(item)
                return DYN if type == "message" else type
            case Call():
                return self._call(node)

    def _undeclared(self, name: str, at: int) -> str:
        self.faults.append(Fault(at, f"undeclared reference to '{name}' (in container '')"))
        return DYN

    def _name(self, name: str, at: int) -> str:
        if name in self.bound or name in _TYPES:
            return DYN
        declared = self.names.get(name)
        if declared is None:
            return self._undeclared(name, at)
        return declared if isinstance(declared, str) else name

    def _select(self, node: Select) -> str:
        if isinstance(node.of, Name) and node.of.name not in self.bound:
            fields = self.names.get(node.of.name)
            if isinstance(fields, Mapping):
                if node.field not in fields:
                    self.faults.append(Fault(node.at, f"undefined field '{node.field}'"))
                return fields.get(node.field, DYN)
        self.type_of(node.of)
        return DYN

    def _call(self, node: Call) -> str:
        if node.name.startswith(("_", "!", "-", "@")):
            return self._operator(node)
        if node.target is not None and node.name in _LOOPS and len(node.args) > 1:
            return self._loop(node.target, node)
        space = node.target.name if isinstance(node.target, Name) else ""
        if node.target is not None and space not in _SPACES - set(self.bound):
            self.type_of(node.target)
        known = _FUNCTIONS | _FORMATS if space == "format" else _FUNCTIONS
        if (space, node.name) == ("cel", "bind") and len(node.args) == 3 and isinstance(node.args[0], Name):
            self.type_of(node.args[1])
            return self._with([node.args[0].name], node.args[2])
        if node.name in ("optMap", "optFlatMap") and len(node.args) == 2 and isinstance(node.args[0], Name):
            return self._with([node.args[0].name], node.args[1])
        for argument in node.args:
            self.type_of(argument)
        if node.name == "has" and node.target is None and len(node.args) == 1:
            if not isinstance(node.args[0], Select):
                self.faults.append(Fault(node.args[0].at, "invalid argument to has() macro"))
            return "bool"
        if node.name not in known:
            return self._undeclared(f"{space}.{node.name}" if space in _SPACES else node.name, node.at)
        return _RETURNS.get(node.name, DYN)

    def _loop(self, target: Node, node: Call) -> str:
        self.type_of(target)
        count = 2 if node.name.startswith("transform") or (len(node.args) > 2 and node.name != "map") else 1
        names = [arg.name for arg in node.args[:count] if isinstance(arg, Name)]
        if len(names) < count:
            self.faults.append(Fault(node.args[0].at, "argument must be a simple name"))
        for body in node.args[count:]:
            self._with(names, body)
        return _LOOP_TYPES.get(node.name, DYN)

    def _with(self, names: list[str], body: Node) -> str:
        self.bound += names
        found = self.type_of(body)
        del self.bound[len(self.bound) - len(names) :]
        return found

    def _operator(self, node: Call) -> str:
        types = [self.type_of(arg) for arg in node.args]
        if all(t in _PLAIN for t in types) and not _fits(node.name, types):
            shown = ", ".join("null_type" if t == "null" else t for t in types)
            self.faults.append(Fault(node.at, f"found no matching overload for '{node.name}' applied to '({shown})'"))
            return DYN
        match node.name:
            case "_+_" | "_-_" | "_*_" | "_/_" | "_%_" | "-_":
                return types[0]
            case "_[_]":
                return DYN
            case "_?_:_":
                return types[1] if types[1] == types[2] else DYN
            case _:
                return "bool"


def _fits(operator: str, types: list[str]) -> bool:
    match operator:
        case "_&&_" | "_||_" | "!_":
            return all(t == "bool" for t in types)
        case "_==_" | "_!=_":
            return types[0] == types[1] or "null" in types or set(types) <= _NUMBERS
        case "_<_" | "_<=_" | "_>_" | "_>=_":
            return (types[0] == types[1] and types[0] != "null") or set(types) <= _NUMBERS
        case "_+_":
            return types[0] == types[1] and types[0] not in ("bool", "null")
        case "_-_" | "_*_" | "_/_":
            return types[0] == types[1] and types[0] in _NUMBERS
        case "_%_":
            return types[0] == types[1] and types[0] in ("int", "uint")
        case "-_":
            return types[0] in ("int", "double")
        case "_?_:_":
            return types[0] == "bool"
        case _:
            return operator != "@in"


def environment(variables: list[str] | None, *, params: bool, authorizer: bool) -> dict[str, str | Mapping[str, str]]:
    """The names a policy's expressions can use. `variables` are those defined before; None where there can be none."""
    names: dict[str, str | Mapping[str, str]] = {
        "object": DYN,
        "oldObject": DYN,
        "namespaceObject": DYN,
        "request": _REQUEST,
    }
    if variables is not None:
        names["variables"] = dict.fromkeys(variables, DYN)
    if params:
        names["params"] = DYN
    if authorizer:
        names["authorizer"] = names["authorizer.requestResource"] = DYN
    return names


def compile_error(source: str, names: Mapping[str, str | Mapping[str, str]], returns: tuple[str, ...]) -> str | None:
    """Why an expression that must give one of the types in `returns` would be refused; None where it compiles."""
    found, faults = tokens(source)
    node: Node | None = None
    try:
        node = Parser(found).parse()
    except Wrong as wrong:
        faults.append(wrong.fault)
    if faults or node is None:
        return _told(source, faults)
    checker = _Checker(names)
    type = checker.type_of(node)
    if checker.faults:
        return _told(source, checker.faults)
    if type in _PLAIN | {"list", "map"} and returns and type not in returns:
        shown = "null_type" if type == "null" else type
        if len(returns) == 1:
            return f"must evaluate to {returns[0]} but got {shown}"
        named = " ".join("null_type" if r == "null" else r for r in returns)
        return f"must evaluate to one of [{named}] but got {shown}"
    return None


def _told(source: str, faults: list[Fault]) -> str:
    told = "\n".join(line for fault in sorted(faults, key=lambda f: f.at) for line in _lines(source, fault))
    return f"compilation failed: {told}"


def _lines(source: str, fault: Fault) -> Iterator[str]:
    if fault.at < 0:
        yield f"ERROR: <input>:-1:0: {fault.message}"
        return
    row = source.count("\n", 0, fault.at)
    column = fault.at - (source.rfind("\n", 0, fault.at) + 1)
    yield f"ERROR: <input>:{row + 1}:{column + 1}: {fault.message}"
    yield f" | {source.split(chr(10))[row]}"
    yield f" | {'.' * column}^"
