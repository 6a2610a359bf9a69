"""Looks at every expression of a design, called or not, and reports the types that cannot be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kspec.elaborate import rules
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.inputs import Text
from kspec.elaborate.types.infer import Inference, Locals
from kspec.elaborate.types.type import ANY, Sort, Type, declared, fits
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.syntax import nodes as n

Items = Sequence[n.Item | n.Top]


def check_types(files: Iterable[Text], diagnostics: Diagnostics) -> None:
    """Report wrong types. Where evaluation has told of a mistake already, it is not told again."""
    found = Diagnostics()
    checker = _Checker(found)
    for text in files:
        for item in text.file.items:
            checker.item(item, text.scope, {})
    told = {place for d in diagnostics if d.is_error for place in _lines(d)}
    diagnostics.extend(d for d in found if not told & _lines(d))


def _lines(diagnostic: Diagnostic) -> set[tuple[str, int]]:
    """The lines that a finding is about, those with a say in it included."""
    spans = [diagnostic.span, *(label.span for label in diagnostic.related)]
    return {(s.file, line) for s in spans if s is not None for line in range(s.line, s.end_line + 1)}


class _Checker:
    """Walks over declarations and blocks."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.types = Inference(diagnostics)

    def items(self, items: Items, scope: Scope, local: Locals) -> None:
        """The expressions of a block or a module."""
        local = self._with_lets(items, scope, local)
        for item in items:
            self.item(item, scope, local)

    def _with_lets(self, items: Items, scope: Scope, local: Locals) -> Locals:
        """The names that a block's `let`s add, in any order."""
        lets = [i for i in items if isinstance(i, n.Let) and not i.params]
        if not lets:
            return local
        inner = {**local, **{let.name.text: ANY for let in lets}}
        for let in lets:
            inner[let.name.text] = self.types.of(let.value, scope, inner)
        return inner

    def item(self, item: n.Item | n.Top, scope: Scope, local: Locals) -> None:
        """The expressions of one declaration or part of a block."""
        match item:
            case n.Field(_, value) | n.LabelField(_, _, value):
                self.types.of(value, scope, local)
            case n.Let(_, (), value):
                self.types.of(value, scope, local)
            case n.Block(_, label, items) | n.Resource_(_, _, label, items):
                self._label(label, scope, local)
                self.items(items, scope, local)
            case n.PathBlock(_, items) | n.Env(_, _, items):
                self.items(items, scope, local)
            case n.Instance(word, label, args, items):
                self._label(label, scope, local)
                self._arguments(word, args, scope, local)
                self.items(items, scope, local)
            case n.For(variable, source, body):
                item_type = self.types.item(source, scope, local)
                self.items(body, scope, {**local, variable.text: item_type})
            case n.If(condition, then, orelse):
                self.types.truth(condition, scope, local)
                self.items(then, scope, local)
                self.items(orelse, scope, local)
            case n.Param(declaration):
                self._default(declaration, scope, local)
            case n.Fn(name, params, returns, body):
                self._function(name, params, returns, body, scope)
            case n.Define(_, params, body):
                self.items(body, scope, self._parameters(params, scope))
            case _:
                pass

    def _label(self, label: n.Label | None, scope: Scope, local: Locals) -> None:
        if label is not None and not isinstance(label.value, n.Key):
            self.types.of(label.value, scope, local)

    def _parameters(self, params: Sequence[n.ParamDecl], scope: Scope) -> Locals:
        local: dict[str, Type] = {}
        for param in params:
            self._default(param, scope, local)
            local[param.name.text] = declared(param.type)
        return local

    def _default(self, param: n.ParamDecl, scope: Scope, local: Locals) -> None:
        if param.default is not None:
            found = self.types.of(param.default, scope, local)
            self._expect(found, declared(param.type), f"`{param.name.text}`", param.default)

    def _function(
        self, name: n.Key, params: Sequence[n.ParamDecl], returns: n.Type | None, body: n.Expr, scope: Scope
    ) -> None:
        found = self.types.of(body, scope, self._parameters(params, scope))
        if returns is not None:
            self._expect(found, declared(returns), f"the result of `{name.text}`", body)

    def _arguments(self, word: n.Key, args: Sequence[n.Argument], scope: Scope, local: Locals) -> None:
        """The arguments of a module's instance; the parameter of type `Name` gets the instance's."""
        module = scope.module(word.text)
        params = module.define.params if module is not None and module.define is not None else ()
        order = [p for p in params if p.type.name != "Name"]
        for number, arg in enumerate(args):
            named = arg if isinstance(arg, n.Named) else None
            value = named.value if named is not None else arg
            if isinstance(value, n.Filtered | n.Generator | n.Amount | n.Named):
                continue
            found = self.types.of(value, scope, local)
            name = named.name.text if named is not None else ""
            param = next((p for p in params if p.name.text == name), None)
            if named is None:
                param = order[number] if number < len(order) else None
            if param is not None:
                self._expect(found, declared(param.type), f"`{param.name.text}`", value)

    def _expect(self, found: Type, wanted: Type, what: str, expr: n.Expr) -> None:
        if found.sort is Sort.WORD or fits(found, wanted):
            return
        self.diagnostics.report(rules.TYPE, f"{what}: expected {wanted}, found {found}", expr.span)
