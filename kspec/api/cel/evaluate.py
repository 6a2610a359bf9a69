"""The value of an expression.

A call that fails ends its expression, but `&&` and `||` take a failing side as unknown: `false && x` is false whatever
x is. Steps are counted, as the API server counts its cost; over a budget, evaluation ends.

Upstream: cel-go's interpreter, its macros (parser/macro.go) and its optional values (cel/library.go).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kspec.api.cel.access import field_name, given, index, is_key, mapping
from kspec.api.cel.arithmetic import OPERATORS
from kspec.api.cel.lazy import Lazy
from kspec.api.cel.library import FUNCTIONS, NAMESPACES, TYPES
from kspec.api.cel.macros import MACROS
from kspec.api.cel.syntax import Call, Literal, Many, Name, Node, Select
from kspec.api.cel.values import CelError, Maybe, OutOfBudget, TypeName, UInt, Value

PER_CALL = 1_000_000
"""Steps of one expression: upstream's PerCallLimit."""


@dataclass
class Evaluation:
    """One evaluation. `names` are the variables; what is bound inside the expression comes and goes there."""

    names: dict[str, Value | Lazy]
    budget: int = PER_CALL
    used: int = field(default=0)

    def value(self, node: Node) -> Value:
        """The value of a node. Raises CelError, or OutOfBudget."""
        self.spend(1)
        match node:
            case Literal(type, value):
                return UInt(value) if type == "uint" and isinstance(value, int) else value
            case Name(name):
                return self._name(name)
            case Select():
                return self._select(node)
            case Many():
                return self._many(node)
            case Call():
                return self._call(node)

    def spend(self, steps: int) -> None:
        self.used += steps
        if self.used > self.budget:
            raise OutOfBudget("operation cancelled: actual cost limit exceeded")

    def _name(self, name: str) -> Value:
        found = self.names.get(name)
        if found is not None or name in self.names:
            return found.value(self) if isinstance(found, Lazy) else found
        if name in TYPES:
            return TypeName(TYPES[name])
        raise CelError(f"no such attribute(s): {name}")

    def _select(self, node: Select) -> Value:
        dotted = f"{node.of.name}.{node.field}" if isinstance(node.of, Name) else ""
        if dotted in self.names:
            found = self.names[dotted]
            return found.value(self) if isinstance(found, Lazy) else found
        return index(self.value(node.of), node.field, node.optional)

    def _many(self, node: Many) -> Value:
        if node.type == "list":
            items: list[Value] = []
            for i, item in enumerate(node.items):
                value = self.value(item)
                if i in node.optional:
                    items += given(value)
                else:
                    items.append(value)
            return items
        if node.type == "message":
            raise CelError("messages cannot be made")
        out: dict[Value, Value] = {}
        for i in range(0, len(node.items), 2):
            key, value = self.value(node.items[i]), self.value(node.items[i + 1])
            values = given(value) if i in node.optional else [value]
            if not is_key(key):
                raise CelError(f"unsupported key type: {key}")
            if key in out:
                raise CelError(f"Failed with repeated key: {key}")
            out.update((key, v) for v in values)
        return out

    def _call(self, node: Call) -> Value:
        match node.name:
            case "_&&_" | "_||_":
                return self._junction(node, node.name == "_||_")
            case "!_":
                return not self._truth(node.args[0])
            case "_?_:_":
                return self.value(node.args[1] if self._truth(node.args[0]) else node.args[2])
            case "_[_]" | "_[?_]":
                return index(self.value(node.args[0]), self.value(node.args[1]), node.name == "_[?_]")
            case name if name in OPERATORS:
                return self._operation(OPERATORS[name], [self.value(arg) for arg in node.args])
            case "has" if node.target is None and len(node.args) == 1:
                return self._has(node.args[0])
        macro = MACROS.get((node.name, len(node.args))) if node.target is not None else None
        if macro is not None and isinstance(node.args[0], Name):
            return macro(self, node)
        return self._function(node)

    def _operation(self, operator: Callable[..., Value], values: list[Value]) -> Value:
        self.spend(sum(len(v) // 10 for v in values if isinstance(v, str | bytes | list)))
        return operator(*values)

    def _junction(self, node: Call, decisive: bool) -> bool:
        """`decisive` is the value that settles it: false for and, true for or."""
        failed: CelError | None = None
        for arg in node.args:
            try:
                if self._truth(arg) is decisive:
                    return decisive
            except CelError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return not decisive

    def _truth(self, node: Node) -> bool:
        value = self.value(node)
        if not isinstance(value, bool):
            raise CelError("no such overload")
        return value

    def _has(self, node: Node) -> bool:
        if not isinstance(node, Select):
            raise CelError("invalid argument to has() macro")
        holder = self.value(node.of)
        if isinstance(holder, Maybe):
            holder = holder.value
        if not isinstance(holder, dict):
            raise CelError("no such overload")
        return field_name(node.field, holder) in holder

    def _function(self, node: Call) -> Value:
        space = _space(node.target)
        if space is not None and space not in self.names and f"{space}.{node.name}" in FUNCTIONS:
            function, arguments = FUNCTIONS[f"{space}.{node.name}"], node.args
        elif node.name in FUNCTIONS:
            function, arguments = FUNCTIONS[node.name], (node.target, *node.args) if node.target else node.args
        else:
            raise CelError(f"unbound function: {node.name}")
        return self._operation(function, [self.value(argument) for argument in arguments])

    def over(self, name: str, values: Iterable[Value], body: Node) -> Iterable[Value]:
        """The body's value for each value of a variable; errors come out as values."""
        with_name = Binding(self.names, (name,))
        try:
            for value in values:
                self.names[name] = value
                try:
                    yield self.value(body)
                except CelError as error:
                    yield error
        finally:
            with_name.undo()

    def over_pairs(self, names: tuple[str, str], holder: Value, body: Node) -> Iterable[tuple[Value, Value, Value]]:
        """Key, value and the body's value, for each entry of a list or map."""
        with_names = Binding(self.names, names)
        pairs = list(enumerate(holder)) if isinstance(holder, list) else list(mapping(holder).items())
        try:
            for key, value in pairs:
                self.names[names[0]], self.names[names[1]] = key, value
                try:
                    yield key, value, self.value(body)
                except CelError as error:
                    yield key, value, error
        finally:
            with_names.undo()


class Binding:
    """Variables as they were before a macro bound them."""

    def __init__(self, names: dict[str, Value | Lazy], bound: tuple[str, ...]) -> None:
        self._names = names
        self._before = {name: names[name] for name in bound if name in names}
        self._bound = bound

    def undo(self) -> None:
        for name in self._bound:
            self._names.pop(name, None)
        self._names.update(self._before)


def evaluate(node: Node, names: Mapping[str, Value | Lazy], budget: int = PER_CALL) -> tuple[Value, int]:
    """The value of an expression and the steps it took. Raises CelError, or OutOfBudget."""
    evaluation = Evaluation(dict(names), budget)
    try:
        value = evaluation.value(node)
    except RecursionError:
        raise OutOfBudget("operation cancelled: expression nested too deeply") from None
    return value, evaluation.used


def _space(node: Node | None) -> str | None:
    return node.name if isinstance(node, Name) and node.name in NAMESPACES else None
