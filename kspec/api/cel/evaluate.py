"""The value of an expression.

A call that fails ends its expression, but `&&` and `||` take a failing side as unknown: `false && x` is false whatever
x is. Steps are counted, as the API server counts its cost; over a budget, evaluation ends.

Upstream: cel-go's interpreter, its macros (parser/macro.go) and its optional values (cel/library.go).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kspec.api.cel.arithmetic import OPERATORS
from kspec.api.cel.escaping import unescaped
from kspec.api.cel.library import FUNCTIONS, NAMESPACES, TYPES
from kspec.api.cel.syntax import Call, Literal, Many, Name, Node, Select
from kspec.api.cel.values import CelError, Maybe, OutOfBudget, Struct, TypeName, UInt, Value, compare

PER_CALL = 1_000_000
"""Steps of one expression: upstream's PerCallLimit."""


@dataclass
class Evaluation:
    """One evaluation. `names` are the variables; what is bound inside the expression comes and goes there."""

    names: dict[str, Value]
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
        if name in self.names:
            return self.names[name]
        if name in TYPES:
            return TypeName(TYPES[name])
        raise CelError(f"no such attribute(s): {name}")

    def _select(self, node: Select) -> Value:
        dotted = f"{node.of.name}.{node.field}" if isinstance(node.of, Name) else ""
        if dotted in self.names:
            return self.names[dotted]
        return _index(self.value(node.of), node.field, node.optional)

    def _many(self, node: Many) -> Value:
        if node.type == "list":
            items: list[Value] = []
            for i, item in enumerate(node.items):
                value = self.value(item)
                if i in node.optional:
                    items += _given(value)
                else:
                    items.append(value)
            return items
        if node.type == "message":
            raise CelError("messages cannot be made")
        out: dict[Value, Value] = {}
        for i in range(0, len(node.items), 2):
            key, value = self.value(node.items[i]), self.value(node.items[i + 1])
            values = _given(value) if i in node.optional else [value]
            if not _is_key(key):
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
                return _index(self.value(node.args[0]), self.value(node.args[1]), node.name == "_[?_]")
            case name if name in OPERATORS:
                return self._operation(OPERATORS[name], [self.value(arg) for arg in node.args])
            case "has" if node.target is None and len(node.args) == 1:
                return self._has(node.args[0])
        macro = _MACROS.get((node.name, len(node.args))) if node.target is not None else None
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
        return _property(node.field, holder) in holder

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
        pairs = list(enumerate(holder)) if isinstance(holder, list) else list(_mapping(holder).items())
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

    def __init__(self, names: dict[str, Value], bound: tuple[str, ...]) -> None:
        self._names = names
        self._before = {name: names[name] for name in bound if name in names}
        self._bound = bound

    def undo(self) -> None:
        for name in self._bound:
            self._names.pop(name, None)
        self._names.update(self._before)


def evaluate(node: Node, names: Mapping[str, Value], budget: int = PER_CALL) -> tuple[Value, int]:
    """The value of an expression and the steps it took. Raises CelError, or OutOfBudget."""
    evaluation = Evaluation(dict(names), budget)
    try:
        value = evaluation.value(node)
    except RecursionError:
        raise OutOfBudget("operation cancelled: expression nested too deeply") from None
    return value, evaluation.used


def _property(field: str, holder: dict[str, Value]) -> str:
    """The key that a selected field stands for: objects with a schema have their names escaped."""
    return unescaped(field) if isinstance(holder, Struct) and field not in holder and "__" in field else field


def _space(node: Node | None) -> str | None:
    return node.name if isinstance(node, Name) and node.name in NAMESPACES else None


def _is_key(key: Value) -> bool:
    return isinstance(key, str | int | UInt)


def _index(holder: Value, key: Value, optional: bool) -> Value:
    if isinstance(holder, Maybe):
        return _index(holder.value, key, True) if holder.given else holder
    try:
        found = _at(holder, key)
    except CelError:
        if not optional:
            raise
        return Maybe()
    return Maybe(found, True) if optional else found


def _at(holder: Value, key: Value) -> Value:
    match holder:
        case list():
            whole = isinstance(key, float) and key.is_integer()
            place = int(key) if whole else key.value if isinstance(key, UInt) else key
            if isinstance(place, bool) or not isinstance(place, int):
                raise CelError(f"unsupported index type: {key}")
            if not 0 <= place < len(holder):
                raise CelError(f"index out of bounds: {place}")
            return holder[place]
        case dict():
            name = _property(key, holder) if isinstance(key, str) else key
            if _is_key(name) and name in holder:
                return holder[name]
            raise CelError(f"no such key: {key}")
        case _:
            raise CelError("no such overload")


def _given(value: Value) -> list[Value]:
    if not isinstance(value, Maybe):
        raise CelError("no such overload")
    return [value.value] if value.given else []


def _mapping(holder: Value) -> dict[Value, Value]:
    if not isinstance(holder, dict):
        raise CelError("no such overload")
    return holder


def _iterated(holder: Value) -> list[Value]:
    """What a macro runs over: the items of a list, the keys of a map."""
    if isinstance(holder, list | dict):
        return list(holder)
    raise CelError("no such overload")


def _bool(value: Value) -> bool:
    if isinstance(value, CelError):
        raise value
    if not isinstance(value, bool):
        raise CelError("no such overload")
    return value


def _sound(value: Value) -> Value:
    if isinstance(value, CelError):
        raise value
    return value


def _quantified(values: Iterable[Value], decisive: bool) -> bool:
    """Like a chain of `||` (decisive true) or `&&` (false)."""
    failed: CelError | None = None
    for value in values:
        try:
            if _bool(value) is decisive:
                return decisive
        except CelError as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return not decisive


def _variable(node: Call, place: int = 0) -> str:
    name = node.args[place]
    if not isinstance(name, Name):
        raise CelError("argument must be a simple name")
    return name.name


def _run(self: Evaluation, node: Call, body: int = 1) -> Iterable[Value]:
    assert node.target is not None
    return self.over(_variable(node), _iterated(self.value(node.target)), node.args[body])


def _pairs(self: Evaluation, node: Call, body: int = 2) -> Iterable[tuple[Value, Value, Value]]:
    assert node.target is not None
    return self.over_pairs((_variable(node), _variable(node, 1)), self.value(node.target), node.args[body])


def _all(self: Evaluation, node: Call) -> Value:
    return _quantified(_run(self, node), decisive=False)


def _exists(self: Evaluation, node: Call) -> Value:
    return _quantified(_run(self, node), decisive=True)


def _exists_one(self: Evaluation, node: Call) -> Value:
    return sum(map(_bool, _run(self, node))) == 1


def _map(self: Evaluation, node: Call) -> Value:
    return [_sound(value) for value in _run(self, node)]


def _map_where(self: Evaluation, node: Call) -> Value:
    assert node.target is not None
    items = _iterated(self.value(node.target))
    kept = [i for i, ok in zip(items, self.over(_variable(node), items, node.args[1]), strict=True) if _bool(ok)]
    return [_sound(value) for value in self.over(_variable(node), kept, node.args[2])]


def _filter(self: Evaluation, node: Call) -> Value:
    assert node.target is not None
    items = _iterated(self.value(node.target))
    return [i for i, ok in zip(items, self.over(_variable(node), items, node.args[1]), strict=True) if _bool(ok)]


def _all2(self: Evaluation, node: Call) -> Value:
    return _quantified((v for _, _, v in _pairs(self, node)), decisive=False)


def _exists2(self: Evaluation, node: Call) -> Value:
    return _quantified((v for _, _, v in _pairs(self, node)), decisive=True)


def _exists_one2(self: Evaluation, node: Call) -> Value:
    return sum(_bool(v) for _, _, v in _pairs(self, node)) == 1


def _transform_list(self: Evaluation, node: Call) -> Value:
    return [_sound(v) for _, _, v in _kept(self, node)]


def _transform_map(self: Evaluation, node: Call) -> Value:
    return {k: _sound(v) for k, _, v in _kept(self, node)}


def _transform_entry(self: Evaluation, node: Call) -> Value:
    out: dict[Value, Value] = {}
    for _, _, entry in _kept(self, node):
        for key, value in _mapping(_sound(entry)).items():
            if key in out:
                raise CelError(f"insert failed: key {key} already exists")
            out[key] = value
    return out


def _kept(self: Evaluation, node: Call) -> Iterable[tuple[Value, Value, Value]]:
    """Entries that pass the condition (the third of four arguments) with the last argument's value."""
    if len(node.args) == 3:
        return _pairs(self, node)
    assert node.target is not None
    holder = self.value(node.target)
    names = (_variable(node), _variable(node, 1))
    passed = [(k, v) for k, v, ok in self.over_pairs(names, holder, node.args[2]) if _bool(ok)]
    return self.over_pairs(names, dict(passed), node.args[3])


def _bind(self: Evaluation, node: Call) -> Value:
    if _space(node.target) != "cel":
        raise CelError(f"unbound function: {node.name}")
    return next(_sound(v) for v in self.over(_variable(node), [self.value(node.args[1])], node.args[2]))


def _opt_map(self: Evaluation, node: Call) -> Value:
    assert node.target is not None
    holder = self.value(node.target)
    if not isinstance(holder, Maybe):
        raise CelError("no such overload")
    if not holder.given:
        return holder
    found = next(_sound(v) for v in self.over(_variable(node), [holder.value], node.args[1]))
    if node.name == "optMap":
        return Maybe(found, True)
    if not isinstance(found, Maybe):
        raise CelError("no such overload")
    return found


def _sort_by(self: Evaluation, node: Call) -> Value:
    from functools import cmp_to_key

    assert node.target is not None
    items = _iterated(self.value(node.target))
    keys = [_sound(v) for v in self.over(_variable(node), items, node.args[1])]

    def by_key(a: int, b: int) -> int:
        return compare(keys[a], keys[b])

    return [items[i] for i in sorted(range(len(items)), key=cmp_to_key(by_key))]


_MACROS: dict[tuple[str, int], Callable[[Evaluation, Call], Value]] = {
    ("all", 2): _all,
    ("exists", 2): _exists,
    ("exists_one", 2): _exists_one,
    ("existsOne", 2): _exists_one,
    ("map", 2): _map,
    ("map", 3): _map_where,
    ("filter", 2): _filter,
    ("all", 3): _all2,
    ("exists", 3): _exists2,
    ("existsOne", 3): _exists_one2,
    ("exists_one", 3): _exists_one2,
    ("transformList", 3): _transform_list,
    ("transformList", 4): _transform_list,
    ("transformMap", 3): _transform_map,
    ("transformMap", 4): _transform_map,
    ("transformMapEntry", 3): _transform_entry,
    ("transformMapEntry", 4): _transform_entry,
    ("bind", 3): _bind,
    ("optMap", 2): _opt_map,
    ("optFlatMap", 2): _opt_map,
    ("sortBy", 2): _sort_by,
}
