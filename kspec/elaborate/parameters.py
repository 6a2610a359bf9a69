"""Parameters: `--set name=value` counts over the environment's value, that over the default."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kspec.elaborate import rules
from kspec.elaborate.environment import Environment
from kspec.elaborate.evaluate import Evaluator, typed
from kspec.elaborate.evaluate.scope import Alias, Binding, Scope
from kspec.elaborate.evaluate.values import Broken, Flag, Number, Value
from kspec.elaborate.evaluate.values import Text as TextValue
from kspec.elaborate.suggest import did_you_mean
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import SourceFile, Span
from kspec.syntax import nodes as n
from kspec.syntax import parse_expression

_TEXTS = ("string", "Name")
Plain = str | int | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as it came out. `value` is None where it is no single text, number or flag, as of a range or a list.

    A number with a unit, and any quantity, is its text. `members` are the texts that it may be, where those are listed.
    """

    name: str
    value: Plain | None
    type: str | None = None
    members: tuple[str, ...] = ()
    is_text: bool = False
    span: Span | None = None

    def setting(self, value: Plain) -> str:
        """The value as `--set` takes it: text as it stands where text is wanted, else an expression."""
        if isinstance(value, str) and self.is_text and self.type not in _TEXTS and not self.members:
            return json.dumps(value, ensure_ascii=False).replace("$", "\\$")
        return ("true" if value else "false") if isinstance(value, bool) else str(value)


def parameters_of(scopes: Iterable[Scope]) -> tuple[Parameter, ...]:
    """The parameters of a design, in order of their declaration, with the values that they have by now."""
    bindings = [b for scope in scopes for b in scope.names.values() if b.declaration == "param"]
    found = {b.name: b for b in bindings}
    return tuple(_parameter(b, b.value) for b in found.values() if b.value is not None)


def _parameter(binding: Binding, value: Value) -> Parameter:
    type = binding.type.name if binding.type is not None else None
    plain: Plain | None = None
    members: tuple[str, ...] = ()
    match value:
        case TextValue(text):
            plain, members = text, value.members
        case Number(text):
            plain = int(text) if text.isascii() and text.isdigit() and type != "Quantity" else text
        case Flag(truth):
            plain = truth
        case _:
            pass
    return Parameter(binding.name, plain, type, members, isinstance(value, TextValue), binding.span)


def give_parameters(
    environments: Iterable[Environment],
    settings: Mapping[str, str],
    root: Scope,
    scopes: Iterable[Scope],
    evaluator: Evaluator,
    sources: dict[str, SourceFile],
) -> frozenset[str]:
    """Give parameters the values that environment and command line have for them. Returns the names of all."""
    known = {b.name: b for scope in scopes for b in scope.names.values() if b.declaration == "param"}
    for environment in environments:
        for item, scope in environment.fields():
            binding = known.get(item.path.simple or "")
            if binding is not None:
                binding.expr, binding.scope = item.value, scope
    for name, text in settings.items():
        binding = _find(name, root, known)
        if binding is None:
            message = f"the design has no parameter `{name}`"
            evaluator.diagnostics.report(rules.UNKNOWN_NAME, message, help=did_you_mean(name, known))
            continue
        _set(binding, name, text, evaluator.diagnostics, sources)
    for binding in known.values():
        if binding.expr is None and binding.value is None:
            message = f"the parameter `{binding.name}` has no value"
            help = f"give it with `--set {binding.name}=...`, or a default: `param {binding.name}: TYPE = ...`"
            evaluator.diagnostics.report(rules.TYPE, message, binding.span, help=help)
            binding.value = Broken(span=binding.span)
    return frozenset(known)


def _find(name: str, root: Scope, known: Mapping[str, Binding]) -> Binding | None:
    """`tag`, or `platform.tag` for a parameter of an imported file."""
    alias_name, dot, inner = name.partition(".")
    alias = root.names.get(alias_name)
    if dot and isinstance(alias, Alias) and alias.target is not None:
        return alias.target.names.get(inner)
    return known.get(name)


def _set(binding: Binding, name: str, text: str, diagnostics: Diagnostics, sources: dict[str, SourceFile]) -> None:
    """Take the text of `--set` as a value: as it is where text is wanted, else as an expression."""
    file = f"--set {name}"
    sources[file] = SourceFile(file, text)
    span = Span(file, 1, 1, 1, len(text) + 1)
    if binding.type is not None and (binding.type.name in _TEXTS or binding.type.members):
        binding.expr = n.Text((text,), span=span)
        return
    wanted = typed.words(binding.type) if binding.type is not None else None
    binding.expr, found = parse_expression(sources[file])
    if found:
        help = f"`{name}` takes {wanted}" if wanted is not None else None
        diagnostics.report(rules.TYPE, f"`{text}` cannot be read as a value", span, help=help)
        binding.value = Broken(span=span)
    elif wanted is not None and _is_unknown(binding.expr, binding.scope):
        diagnostics.report(rules.TYPE, f"`{name}`: expected {wanted}, found the word `{text}`", span)
        binding.value = Broken(span=span)


def _is_unknown(expr: n.Expr, scope: Scope | None) -> bool:
    """Whether a value is a bare word that names nothing."""
    return isinstance(expr, n.Name) and (scope is None or scope.find(expr.text) is None)
