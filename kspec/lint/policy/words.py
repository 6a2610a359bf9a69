"""The words of policies: kinds that there are, fields that their objects have, names that mean something.

A condition about a field that an object does not have does not hold, so that a misspelt one would never be noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from kspec.api.schema import ListSchema, MapSchema, ObjectSchema, Schema, load
from kspec.elaborate import macros
from kspec.elaborate.design import Design
from kspec.elaborate.evaluate.functions import BUILTINS
from kspec.elaborate.rules import UNKNOWN_FIELD, UNKNOWN_NAME
from kspec.elaborate.suggest import did_you_mean
from kspec.source.diagnostic import Diagnostic
from kspec.syntax import nodes as n

Schemas = tuple[Schema, ...]
"""What a value can be, for one kind or another; empty where nobody knows."""
Env = Mapping[str, Schemas]
SHORT = ("name", "ns", "namespace", "labels", "annotations")
"""Names for what is asked most, besides the fields of the object."""


def misspelt(design: Design) -> Iterator[Diagnostic]:
    """Words of the design's policies that nothing in it can mean, each once."""
    if not design.policies:
        return
    catalogue = load(design.kubernetes).with_crds([r for r in design.resources if r.kind == _DEFINITION])
    kinds: dict[str, list[ObjectSchema]] = {}
    for version, kind in catalogue.kinds():
        schema = catalogue.lookup(version, kind)
        if schema is not None:
            kinds.setdefault(kind, []).append(schema)
    strangers = {r.kind for r in design.resources} - kinds.keys()
    for policy in design.policies:
        yield from dict.fromkeys(_of_policy(policy, kinds, strangers))


_DEFINITION = "CustomResourceDefinition"


def _of_policy(policy: n.Policy, kinds: Mapping[str, list[ObjectSchema]], strangers: set[str]) -> Iterator[Diagnostic]:
    matches = [i for i in policy.items if isinstance(i, n.Match)]
    named = [kind for match in matches for kind in match.kinds]
    for kind in named:
        if kind.text not in kinds and kind.text not in strangers:
            message = f"there is no kind `{kind.text}`"
            yield Diagnostic(UNKNOWN_NAME, message, kind.span, did_you_mean(kind.text, kinds))
    roots = [schema for kind in named for schema in kinds.get(kind.text, ())]
    if not roots or any(kind.text not in kinds for kind in named):
        return
    names: dict[str, Schemas] = dict.fromkeys(SHORT, ())
    for root in roots:
        for field, schema in root.fields.items():
            names[field] = (*names.get(field, ()), schema)
    words = _Words(names)
    for item in policy.items:
        words.visit(item.condition, names)
    yield from words.found


class _Words:
    """Visits conditions. `roots` are the names that every one may use."""

    def __init__(self, roots: Env) -> None:
        self.roots = roots
        self.found: list[Diagnostic] = []

    def visit(self, node: object, env: Env) -> Schemas:
        """Report what is unknown in a part of a condition; what its value can be."""
        match node:
            case n.Name(text):
                return self._name(node, text, env)
            case n.Attribute(target, name):
                return self._field(self.visit(target, env), name)
            case n.Index(target, index):
                self.visit(index, env)
                return _items(self.visit(target, env))
            case n.Call() if (meant := macros.meaning(node)) is not None:
                return self.visit(meant, env)
            case n.Call(n.Attribute(target, method), args):
                self.visit(target, env)
                if self._function(method):
                    self.visit(args, env)
            case n.Call(n.Name(text) as name, args):
                if macros.asked(node) is not None or self._function(n.Key(text, span=name.span)):
                    self.visit(args, self._generated(args, env))
            case n.Quantified(_, variables, source, body):
                items = _items(self.visit(source, env))
                self.visit(body, {**env, **{v.text: items for v in variables}})
            case n.ListOf(body, variable, source, condition) | n.Generator(body, variable, source, condition):
                inner = {**env, variable.text: _items(self.visit(source, env))}
                self.visit(condition, inner)
                self.visit(body, inner)
            case n.Named(_, value):
                self.visit(value, env)
            case tuple():
                for part in node:
                    self.visit(part, env)
            case n.Node():
                for field in fields(node):
                    self.visit(getattr(node, field.name), env)
            case _:
                pass
        return ()

    def _name(self, node: n.Name, text: str, env: Env) -> Schemas:
        if text not in env:
            help = did_you_mean(text, env) or f'quote it if it is a text: "{text}"'
            message = f"nothing is called `{text}` here"
            self.found.append(Diagnostic(UNKNOWN_NAME, message, node.span, help))
        return env.get(text, ())

    def _field(self, of: Schemas, name: n.Key) -> Schemas:
        known = [s for s in of if isinstance(s, ObjectSchema) and not s.preserves_unknown]
        found = tuple(s.fields[name.text] for s in known if name.text in s.fields)
        if not found and known and len(known) == len(of):
            what = known[0].short_name or "it"
            message = f"{what} has no field `{name.text}`"
            help = did_you_mean(name.text, {f for s in known for f in s.fields})
            self.found.append(Diagnostic(UNKNOWN_FIELD, message, name.span, help))
        return found if known else tuple(s.values for s in of if isinstance(s, MapSchema))

    def _generated(self, args: Iterable[n.Argument], env: Env) -> Env:
        """`count(c in containers where ...)`: the names that arguments give to items."""
        inner = dict(env)
        for arg in args:
            value = arg.value if isinstance(arg, n.Filtered) else arg
            if isinstance(value, n.Binary) and value.operator is n.Operator.IN and isinstance(value.left, n.Name):
                inner[value.left.text] = _items(self.visit(value.right, env))
        return inner

    def _function(self, name: n.Key) -> bool:
        """Report a function that there is not; whether there is one."""
        if name.text not in BUILTINS:
            message = f"there is no function `{name.text}`"
            self.found.append(Diagnostic(UNKNOWN_NAME, message, name.span, did_you_mean(name.text, BUILTINS)))
        return name.text in BUILTINS


def _items(of: Schemas) -> Schemas:
    """What the items of lists and the values of maps can be."""
    out: list[Schema] = []
    for schema in of:
        match schema:
            case ListSchema(items=inner) | MapSchema(values=inner):
                out.append(inner)
            case _:
                return ()
    return tuple(out)
