"""Macros: calls that bind a variable in one of their arguments, by name and number of arguments.

Upstream: cel-go's parser/macro.go, ext/comprehensions.go and the optional values of cel/library.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kspec.api.cel.access import boolean, iterated, mapping, sound
from kspec.api.cel.syntax import Call, Name
from kspec.api.cel.values import CelError, Maybe, Value, compare

if TYPE_CHECKING:
    from kspec.api.cel.evaluate import Evaluation


def _quantified(values: Iterable[Value], decisive: bool) -> bool:
    """Like a chain of `||` (decisive true) or `&&` (false)."""
    failed: CelError | None = None
    for value in values:
        try:
            if boolean(value) is decisive:
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
    return self.over(_variable(node), iterated(self.value(node.target)), node.args[body])


def _pairs(self: Evaluation, node: Call, body: int = 2) -> Iterable[tuple[Value, Value, Value]]:
    assert node.target is not None
    return self.over_pairs((_variable(node), _variable(node, 1)), self.value(node.target), node.args[body])


def _all(self: Evaluation, node: Call) -> Value:
    return _quantified(_run(self, node), decisive=False)


def _exists(self: Evaluation, node: Call) -> Value:
    return _quantified(_run(self, node), decisive=True)


def _exists_one(self: Evaluation, node: Call) -> Value:
    return sum(map(boolean, _run(self, node))) == 1


def _map(self: Evaluation, node: Call) -> Value:
    return [sound(value) for value in _run(self, node)]


def _map_where(self: Evaluation, node: Call) -> Value:
    assert node.target is not None
    items = iterated(self.value(node.target))
    kept = [i for i, ok in zip(items, self.over(_variable(node), items, node.args[1]), strict=True) if boolean(ok)]
    return [sound(value) for value in self.over(_variable(node), kept, node.args[2])]


def _filter(self: Evaluation, node: Call) -> Value:
    assert node.target is not None
    items = iterated(self.value(node.target))
    return [i for i, ok in zip(items, self.over(_variable(node), items, node.args[1]), strict=True) if boolean(ok)]


def _all2(self: Evaluation, node: Call) -> Value:
    return _quantified((v for _, _, v in _pairs(self, node)), decisive=False)


def _exists2(self: Evaluation, node: Call) -> Value:
    return _quantified((v for _, _, v in _pairs(self, node)), decisive=True)


def _exists_one2(self: Evaluation, node: Call) -> Value:
    return sum(boolean(v) for _, _, v in _pairs(self, node)) == 1


def _transform_list(self: Evaluation, node: Call) -> Value:
    return [sound(v) for _, _, v in _kept(self, node)]


def _transform_map(self: Evaluation, node: Call) -> Value:
    return {k: sound(v) for k, _, v in _kept(self, node)}


def _transform_entry(self: Evaluation, node: Call) -> Value:
    out: dict[Value, Value] = {}
    for _, _, entry in _kept(self, node):
        for key, value in mapping(sound(entry)).items():
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
    passed = [(k, v) for k, v, ok in self.over_pairs(names, holder, node.args[2]) if boolean(ok)]
    return self.over_pairs(names, dict(passed), node.args[3])


def _bind(self: Evaluation, node: Call) -> Value:
    if not (isinstance(node.target, Name) and node.target.name == "cel"):
        raise CelError(f"unbound function: {node.name}")
    return next(sound(v) for v in self.over(_variable(node), [self.value(node.args[1])], node.args[2]))


def _opt_map(self: Evaluation, node: Call) -> Value:
    assert node.target is not None
    holder = self.value(node.target)
    if not isinstance(holder, Maybe):
        raise CelError("no such overload")
    if not holder.given:
        return holder
    found = next(sound(v) for v in self.over(_variable(node), [holder.value], node.args[1]))
    if node.name == "optMap":
        return Maybe(found, True)
    if not isinstance(found, Maybe):
        raise CelError("no such overload")
    return found


def _sort_by(self: Evaluation, node: Call) -> Value:
    from functools import cmp_to_key

    assert node.target is not None
    items = iterated(self.value(node.target))
    keys = [sound(v) for v in self.over(_variable(node), items, node.args[1])]

    def by_key(a: int, b: int) -> int:
        return compare(keys[a], keys[b])

    return [items[i] for i in sorted(range(len(items)), key=cmp_to_key(by_key))]


MACROS: dict[tuple[str, int], Callable[[Evaluation, Call], Value]] = {
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
