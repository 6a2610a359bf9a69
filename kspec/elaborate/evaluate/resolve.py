"""What names stand for: values that are evaluated when first needed, functions, imported files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence

from kspec.elaborate import rules
from kspec.elaborate.evaluate import typed
from kspec.elaborate.evaluate.scope import Alias, Binding, Enumeration, Function, Module, Scope
from kspec.elaborate.evaluate.typed import Mismatch
from kspec.elaborate.evaluate.values import Broken, Value, Word, used_at
from kspec.elaborate.suggest import did_you_mean
from kspec.source.diagnostic import Diagnostics, Label, Rule
from kspec.source.text import Span
from kspec.syntax import nodes as n

MAX_STEPS = 2_000_000
"""How much work evaluation may be: an expression, an item of a list or a written value is a step."""


class Resolver(ABC):
    """The part of the evaluator that knows names."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.steps = 0
        self.depth = 0

    def spend(self, steps: int, span: Span) -> bool:
        """Count work; False, with a report the first time, once the design has used up what it may."""
        before, self.steps = self.steps, self.steps + steps
        if self.steps <= MAX_STEPS:
            return True
        if before <= MAX_STEPS:
            message = f"this design takes more than {MAX_STEPS} steps to evaluate"
            self.broken(rules.TOO_LARGE, message, span, "split the design, or generate fewer objects")
        return False

    @abstractmethod
    def evaluate(self, expr: n.Expr, scope: Scope) -> Value:
        """The value of an expression."""

    # names

    def _name(self, name: str, span: Span, scope: Scope) -> Value:
        binding = scope.find(name)
        if binding is not None:
            return self.meaning(binding, span)
        return Word(name, scope.value_names, span=span)

    def meaning(self, binding: Binding, span: Span) -> Value:
        """The value of a binding, used at `span`."""
        binding.used = True
        if binding.value is not None:
            return used_at(binding.value, span)
        if binding.expr is None:
            sort = binding.declaration or "declaration"
            hint = f"call it: `{binding.name}(...)`" if isinstance(binding, Function) else None
            return self.broken(rules.TYPE, f"`{binding.name}` is a {sort}, not a value", span, hint)
        if binding.running:
            self._cycle(f"`{binding.name}` is needed to work out its own value", span, binding)
            return Broken(span=span)
        binding.running = True
        value = self.evaluate(binding.expr, binding.scope or Scope())
        if binding.type is not None:
            value = self.conform(value, binding.type, binding.scope or Scope(), f"`{binding.name}`", binding.span)
        binding.value, binding.running = value, False
        return used_at(value, span)

    def member_binding(self, alias: Alias, name: n.Key) -> Binding | None:
        """What an imported file declares under a name."""
        alias.used = True
        found = alias.target.names.get(name.text) if alias.target else None
        if found is not None:
            found.used = True
        return found

    def member(self, alias: Alias, name: n.Key, span: Span) -> Value:
        """The value of `alias.name`."""
        found = self.member_binding(alias, name)
        if found is not None:
            return self.meaning(found, span)
        if alias.target is None:
            return Broken(span=span)
        known = alias.target.names if alias.target else ()
        return self.unknown(f"`{alias.name}` has no `{name.text}`", name, known)

    def unknown_word(self, value: Value, scope: Scope) -> bool:
        """Report a bare word that had to be a name and is none; whether it was one."""
        if not isinstance(value, Word):
            return False
        visible = list(scope.visible())
        if any(isinstance(b, Enumeration) and value.text in b.members for b in visible):
            return False
        self.broken(rules.UNKNOWN_NAME, f"nothing is called `{value.text}` here", value.span, value.hint)
        return True

    def enums(self, scope: Scope) -> dict[str, tuple[str, ...]]:
        """The enums that can be named in a scope."""
        return {b.name: b.members for b in scope.visible() if isinstance(b, Enumeration)}

    def conform(self, value: Value, type: n.Type, scope: Scope, what: str, declared: Span) -> Value:
        """The value as one of the declared type, or a broken one with a report."""
        if isinstance(value, Broken):
            return value
        enums: dict[str, tuple[str, ...]] = {}
        for name in _names(type):
            binding = None if name in typed.NAMES else scope.find(name)
            if isinstance(binding, Enumeration):
                enums[name] = binding.members
                binding.used |= name == type.name
            elif name not in typed.NAMES:
                key = n.Key(name, span=type.span)
                return self.unknown(f"there is no type `{name}`", key, (*typed.NAMES, *self.enums(scope)))
        if isinstance(value, Word) and type.name != "Name" and type.name not in enums and not type.members:
            return Broken(span=value.span) if self.unknown_word(value, scope) else value
        try:
            return typed.conform(value, type, enums)
        except Mismatch as error:
            related = () if declared == value.span else (Label("declared here", type.span),)
            self.diagnostics.report(rules.TYPE, f"{what}: {error}", value.span, related=related)
            return Broken(span=value.span)

    # calls

    def apply(self, function: Function, args: Sequence[n.Argument], span: Span, scope: Scope) -> Value:
        """The value of a call of a `fn`."""
        function.used = True
        if function.running:
            self._cycle(f"`{function.name}` calls itself", span, function)
            return Broken(span=span)
        inner = self.bind_arguments(f"`{function.name}`", function.params, args, span, scope, function.scope or Scope())
        if inner is None or function.body is None:
            return Broken(span=span)
        function.running = True
        value = self.evaluate(function.body, inner)
        function.running = False
        if function.returns is not None:
            value = self.conform(value, function.returns, inner, f"the result of `{function.name}`", function.span)
        return used_at(value, span)

    def bind_arguments(
        self,
        what: str,
        params: Sequence[n.ParamDecl],
        args: Sequence[n.Argument],
        span: Span,
        caller: Scope,
        home: Scope,
        given: Mapping[str, Value] | None = None,
    ) -> Scope | None:
        """The scope in which a body runs: parameters bound to arguments or defaults. None where one is wrong."""
        values: dict[str, Value] = dict(given or {})
        open_names = [p.name.text for p in params if p.name.text not in values]
        sound = True
        for arg in args:
            if isinstance(arg, n.Named):
                key, expr = arg.name, arg.value
            elif isinstance(arg, n.Filtered | n.Generator | n.Amount):
                self.broken(rules.TYPE, f"{what} takes plain values", arg.span)
                return None
            elif open_names:
                key, expr = n.Key(open_names[0], span=arg.span), arg
            else:
                self.broken(rules.TYPE, f"{what} takes {_count(params)}, and here is one more", arg.span)
                return None
            if key.text in values:
                self.broken(rules.TYPE, f"{what} gets `{key.text}` twice", arg.span)
                sound = False
            elif key.text not in open_names:
                self.unknown(f"{what} has no parameter `{key.text}`", key, (p.name.text for p in params))
                sound = False
            else:
                open_names.remove(key.text)
                values[key.text] = self.evaluate(expr, caller)
        if not sound:
            return None
        inner = Scope(home)
        for param in params:
            sound &= self._bind(what, param, values.get(param.name.text), inner, caller, span)
        return inner if sound else None

    def _bind(
        self, what: str, param: n.ParamDecl, value: Value | None, inner: Scope, caller: Scope, span: Span
    ) -> bool:
        name = param.name.text
        if value is None:
            if param.default is None:
                message = f"{what} needs the argument `{name}`"
                related = (Label("declared here", param.name.span),)
                self.diagnostics.report(rules.TYPE, message, span, related=related)
                return False
            value = self.evaluate(param.default, inner)
        value = self.conform(value, param.type, inner, f"`{name}`", param.name.span)
        inner.names[name] = Binding(name, param.name.span, value=value, type=param.type)
        return not isinstance(value, Broken)

    # reports

    def broken(self, rule: Rule, message: str, span: Span, help: str | None = None) -> Broken:
        """Report a mistake; the value that stands for it."""
        self.diagnostics.report(rule, message, span, help=help)
        return Broken(span=span)

    def unknown(self, message: str, name: n.Key, known: Iterable[str]) -> Broken:
        """Report a name that is none of the known ones."""
        return self.broken(rules.UNKNOWN_NAME, message, name.span, did_you_mean(name.text, known))

    def conflict(self, message: str, again: Span, first: Span) -> None:
        """Report what was set twice."""
        self.diagnostics.report(rules.CONFLICT, message, again, related=(Label("set here before", first),))

    def _cycle(self, message: str, span: Span, binding: Binding) -> None:
        self.diagnostics.report(rules.CYCLE, message, span, related=(Label("declared here", binding.span),))


def _count(params: Sequence[n.ParamDecl]) -> str:
    return "1 argument" if len(params) == 1 else f"{len(params)} arguments"


def _names(type: n.Type) -> list[str]:
    if type.members or type.bounds is not None:
        return []
    return [type.name, *(name for argument in type.arguments for name in _names(argument))]


__all__ = ["Module", "Resolver"]
