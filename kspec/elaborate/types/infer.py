"""The type of an expression, from its parts; what cannot be right is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.elaborate import macros, rules
from kspec.elaborate.evaluate.functions import BUILTINS, SOURCES
from kspec.elaborate.evaluate.scope import Alias, Binding, Function, Scope
from kspec.elaborate.suggest import did_you_mean
from kspec.elaborate.types.signatures import SIGNATURES
from kspec.elaborate.types.type import (
    ANY,
    NULL,
    NUMBER,
    OBJECT,
    PAIR,
    RANGE,
    SOURCE,
    TEXT,
    TRUTH,
    WORD,
    Sort,
    Type,
    declared,
    fits,
    joined,
)
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import Span
from kspec.syntax import nodes as n
from kspec.syntax.nodes.expressions import Operator

Locals = Mapping[str, Type]
_LOGIC = (Operator.AND, Operator.OR, Operator.IMPLIES)
_ORDER = (Operator.LT, Operator.LE, Operator.GT, Operator.GE)
_UNKNOWN = (Sort.ANY, Sort.WORD)
_DEEPEST = 30
"""As long a chain of names is followed; evaluation tells of longer ones."""


class Inference:
    """Types of expressions in the scopes of a design; those of its names and functions are worked out once."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self._bindings: dict[int, Type] = {}
        self._depth = 0

    def of(self, expr: n.Expr, scope: Scope, local: Locals) -> Type:
        """The type of an expression; `local` are the types of parameters and loops' variables."""
        match expr:
            case n.Number():
                return NUMBER
            case n.Boolean():
                return TRUTH
            case n.Null():
                return NULL
            case n.Reference():
                return OBJECT
            case n.Qualified():
                return TEXT
            case n.Text(parts):
                self._inserted(parts, scope, local)
                return TEXT
            case n.Name(text):
                return self._name(text, scope, local)
            case n.List(items):
                return self._list([self.of(item, scope, local) for item in items])
            case n.Map(entries):
                return self._map(entries, scope, local)
            case n.Range(low, high):
                self._parts((low, high), scope, local)
                return RANGE
            case n.MapsTo(left, right):
                self._parts((left, right), scope, local)
                return PAIR
            case n.Binary(operator, left, right):
                return self._binary(expr, operator, left, right, scope, local)
            case n.Unary(Operator.NOT, operand):
                self.truth(operand, scope, local)
                return TRUTH
            case n.Unary(_, operand):
                self._wants(operand, NUMBER, "`-` takes a number", scope, local)
                return NUMBER
            case n.Conditional(condition, yes, no):
                self.truth(condition, scope, local)
                return joined(self.of(yes, scope, local), self.of(no, scope, local))
            case n.ListOf(body, variable, source, condition):
                return Type(Sort.LIST, self._looped(body, variable, source, condition, scope, local))
            case n.Quantified(_, variables, source, body):
                item = self.item(source, scope, local)
                self.truth(body, scope, {**local, **{v.text: item for v in variables}})
                return TRUTH
            case n.Attribute(target, name):
                return self._attribute(target, name, scope, local)
            case n.Index(target, index):
                return self._index(target, index, scope, local)
            case n.Call(function, args):
                if (meant := macros.meaning(expr)) is not None:
                    return self.of(meant, scope, local)
                if (field := macros.asked(expr)) is not None:
                    self.of(field.target, scope, local)
                    return TRUTH
                return self._call(expr, function, args, scope, local)
            case _:
                return ANY

    def truth(self, expr: n.Expr, scope: Scope, local: Locals) -> None:
        """A condition is true or false."""
        self._wants(expr, TRUTH, "a condition is true or false", scope, local, words=True)

    def item(self, source: n.Expr, scope: Scope, local: Locals) -> Type:
        """What a loop's variable stands for."""
        found = self.of(source, scope, local)
        match found.sort:
            case Sort.LIST:
                return found.item or ANY
            case Sort.MAP:
                return TEXT
            case Sort.RANGE:
                return NUMBER
            case Sort.ANY | Sort.WORD:
                return ANY
            case _:
                self._report(f"a loop runs over a list, a map or a range of numbers, not {found}", source.span)
                return ANY

    # names

    def _name(self, text: str, scope: Scope, local: Locals) -> Type:
        if text in local:
            return local[text]
        binding = scope.find(text)
        return WORD if binding is None else self.binding(binding)

    def binding(self, binding: Binding) -> Type:
        """The type of what a name stands for: as it is declared, or that of its value."""
        if binding.type is not None:
            return declared(binding.type)
        if binding.expr is None or isinstance(binding, Function):
            return ANY
        known = self._bindings.get(id(binding))
        if known is None and self._depth < _DEEPEST:
            self._bindings[id(binding)] = ANY
            self._depth += 1
            known = self._bindings[id(binding)] = self.of(binding.expr, binding.scope or Scope(), {})
            self._depth -= 1
        return known or ANY

    # compounds

    def _parts(self, parts: Sequence[n.Expr], scope: Scope, local: Locals) -> None:
        for part in parts:
            self.of(part, scope, local)

    def _inserted(self, parts: Sequence[str | n.Expr], scope: Scope, local: Locals) -> None:
        for part in parts:
            if isinstance(part, str):
                continue
            found = self.of(part, scope, local)
            if found.sort not in (Sort.TEXT, Sort.NUMBER, Sort.TRUTH, *_UNKNOWN):
                self._report(f"{found} has no text to insert here", part.span)
            elif found.sort is Sort.WORD and isinstance(part, n.Name):
                self._unknown(part, scope, local)

    def _list(self, items: list[Type]) -> Type:
        item = items[0] if items else ANY
        for other in items[1:]:
            item = joined(item, other)
        return Type(Sort.LIST, item)

    def _map(self, entries: Sequence[n.Entry | n.SelectorEntry], scope: Scope, local: Locals) -> Type:
        found = {e.key.text: self.of(e.value, scope, local) for e in entries if isinstance(e, n.Entry)}
        item = None
        for type in found.values():
            item = type if item is None else joined(item, type)
        return Type(Sort.MAP, item or ANY, None if len(found) < len(entries) else found)

    def _looped(
        self, body: n.Expr, variable: n.Key, source: n.Expr, condition: n.Expr | None, scope: Scope, local: Locals
    ) -> Type:
        inner = {**local, variable.text: self.item(source, scope, local)}
        if condition is not None:
            self.truth(condition, scope, inner)
        return self.of(body, scope, inner)

    def _binary(
        self, expr: n.Binary, operator: Operator, left: n.Expr, right: n.Expr, scope: Scope, local: Locals
    ) -> Type:
        if operator in _LOGIC:
            self.truth(left, scope, local)
            self.truth(right, scope, local)
            return TRUTH
        one, other = self.of(left, scope, local), self.of(right, scope, local)
        known = one.sort not in _UNKNOWN and other.sort not in _UNKNOWN
        if operator in (Operator.EQ, Operator.NE):
            if known and Sort.NULL not in (one.sort, other.sort) and one.sort is not other.sort:
                self._report(f"{one} cannot equal {other}", expr.span)
            return TRUTH
        if operator in (Operator.IN, Operator.NOT_IN):
            if other.sort not in (Sort.LIST, Sort.MAP, *_UNKNOWN):
                self._report(f"`in` looks into a list or a map, not into {other}", right.span)
            return TRUTH
        if operator in _ORDER:
            if known and (one.sort is not other.sort or one.sort not in (Sort.NUMBER, Sort.TEXT)):
                self._report(f"`{operator.value}` compares two numbers or two texts, not {one} and {other}", expr.span)
            return TRUTH
        return self._computed(expr, one, other, scope, local)

    def _computed(self, expr: n.Binary, one: Type, other: Type, scope: Scope, local: Locals) -> Type:
        for side, type in ((expr.left, one), (expr.right, other)):
            if type.sort is Sort.WORD and isinstance(side, n.Name):
                self._unknown(side, scope, local)
        if one.sort in _UNKNOWN or other.sort in _UNKNOWN:
            return ANY if expr.operator is Operator.ADD else NUMBER
        same = one.sort is other.sort
        if same and (one.sort is Sort.NUMBER or (expr.operator is Operator.ADD and one.sort in (Sort.TEXT, Sort.LIST))):
            return joined(one, other)
        hint = '; write "${a}${b}" to join them' if expr.operator is Operator.ADD else ""
        self._report(f"`{expr.operator.value}` does not take {one} and {other}{hint}", expr.span)
        return ANY

    def _attribute(self, target: n.Expr, name: n.Key, scope: Scope, local: Locals) -> Type:
        if isinstance(target, n.Name) and target.text not in local:
            alias = scope.find(target.text)
            if isinstance(alias, Alias):
                found = alias.target.names.get(name.text) if alias.target is not None else None
                return ANY if found is None else self.binding(found)
        found_type = self.of(target, scope, local)
        match found_type:
            case Type(Sort.MAP, item, entries):
                if entries is not None and name.text not in entries:
                    help = did_you_mean(name.text, entries)
                    self.diagnostics.report(
                        rules.UNKNOWN_NAME, f"this map has no key `{name.text}`", name.span, help=help
                    )
                    return ANY
                return entries[name.text] if entries is not None else item or ANY
            case Type(Sort.TEXT | Sort.NUMBER | Sort.TRUTH | Sort.LIST | Sort.RANGE):
                self._report(f"{found_type} has no `{name.text}`", name.span)
        return ANY

    def _index(self, target: n.Expr, index: n.Expr, scope: Scope, local: Locals) -> Type:
        found, key = self.of(target, scope, local), self.of(index, scope, local)
        wanted = {Sort.LIST: NUMBER, Sort.MAP: TEXT}.get(found.sort)
        if wanted is None and found.sort not in _UNKNOWN:
            self._report(f"{found} has no items", target.span)
        elif wanted is not None and not fits(key, wanted):
            self._report(f"{found} has no item at {key}", index.span)
        return found.item or ANY

    # calls

    def _call(self, call: n.Call, function: n.Expr, args: Sequence[n.Argument], scope: Scope, local: Locals) -> Type:
        match function:
            case n.Name(text):
                found = scope.find(text)
                if isinstance(found, Function):
                    return self._own(found, args, scope, local)
                types = self._arguments(args, scope, local)
                return SOURCE if text in SOURCES else self._builtin(n.Key(text, span=function.span), types, scope)
            case n.Attribute(n.Name(outer), name) if outer not in local and isinstance(scope.find(outer), Alias):
                alias = scope.find(outer)
                assert isinstance(alias, Alias)
                inner = alias.target.names.get(name.text) if alias.target is not None else None
                return self._own(inner, args, scope, local) if isinstance(inner, Function) else ANY
            case n.Attribute(target, name):
                first = self.of(target, scope, local)
                types = self._arguments(args, scope, local)
                return ANY if first.sort in _UNKNOWN else self._builtin(name, [(target.span, first), *types], scope)
            case _:
                return ANY

    def _own(self, function: Function, args: Sequence[n.Argument], scope: Scope, local: Locals) -> Type:
        wanted = {p.name.text: p for p in function.params}
        order = iter(function.params)
        for arg in args:
            named = arg if isinstance(arg, n.Named) else None
            value = named.value if named is not None else arg
            param = wanted.get(named.name.text) if named is not None else next(order, None)
            if param is None and named is None:
                count = len(function.params)
                takes = "1 argument" if count == 1 else f"{count} arguments"
                self._report(f"`{function.name}` takes {takes}, and here is one more", arg.span)
            if isinstance(value, n.Filtered | n.Generator | n.Amount | n.Named):
                continue
            found = self.of(value, scope, local)
            if param is not None and not fits(found, declared(param.type)):
                message = f"`{param.name.text}` of `{function.name}` is {declared(param.type)}, not {found}"
                self._report(message, value.span)
        return declared(function.returns) if function.returns is not None else ANY

    def _arguments(self, args: Sequence[n.Argument], scope: Scope, local: Locals) -> list[tuple[Span, Type]]:
        out: list[tuple[Span, Type]] = []
        for arg in args:
            match arg:
                case n.Generator(body, variable, source, condition):
                    found = Type(Sort.LIST, self._looped(body, variable, source, condition, scope, local))
                case n.Filtered(n.Binary(Operator.IN, n.Name(text), source), condition):
                    self.truth(condition, scope, {**local, text: self.item(source, scope, local)})
                    found = Type(Sort.LIST, TRUTH)
                case n.Named() | n.Filtered() | n.Amount():
                    found = ANY
                case _:
                    found = self.of(arg, scope, local)
            out.append((arg.span, found))
        return out

    def _builtin(self, name: n.Key, args: Sequence[tuple[Span, Type]], scope: Scope) -> Type:
        signature = SIGNATURES.get(name.text)
        if signature is None:
            if not _speaks_of_behaviour(name.text, args):
                known = [b.name for b in scope.visible() if isinstance(b, Function)]
                help = did_you_mean(name.text, (*known, *BUILTINS, *SOURCES))
                message = f"there is no function `{name.text}`"
                self.diagnostics.report(rules.UNKNOWN_NAME, message, name.span, help=help)
            return ANY
        for (span, found), wanted in zip(args, signature.takes, strict=False):
            if not fits(found, wanted):
                self._report(f"`{name.text}` takes {wanted}, not {found}", span)
        return signature.result([found for _, found in args])

    # reports

    def _wants(
        self, expr: n.Expr, wanted: Type, what: str, scope: Scope, local: Locals, *, words: bool = False
    ) -> None:
        found = self.of(expr, scope, local)
        if found.sort is Sort.WORD and words:
            return
        if found.sort is not Sort.WORD and not fits(found, wanted):
            self._report(f"{what}, not {found}", expr.span)

    def _unknown(self, name: n.Name, scope: Scope, local: Locals) -> None:
        known = [*local, *scope.value_names()]
        help = did_you_mean(name.text, known)
        self.diagnostics.report(rules.UNKNOWN_NAME, f"nothing is called `{name.text}` here", name.span, help=help)

    def _report(self, message: str, span: Span) -> None:
        self.diagnostics.report(rules.TYPE, message, span)


def _speaks_of_behaviour(function: str, args: Sequence[tuple[Span, Type]]) -> bool:
    """Whether a function may be one of properties, which a `fn` may use as well: `pods(web)`, `ready(p)`."""
    if any(found.sort in (Sort.OBJECT, *_UNKNOWN) for _, found in args):
        return True
    from kspec.elaborate.behaviour.builtins import BUILTINS as OF_BEHAVIOUR

    return function in OF_BEHAVIOUR
