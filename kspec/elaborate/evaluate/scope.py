"""Names and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kspec.elaborate.evaluate.values import Value
from kspec.source.text import Span
from kspec.syntax import nodes as n


@dataclass
class Binding:
    """A name's meaning. `value` is known, or becomes known when `expr` is first needed.

    `declaration` is set for what is declared with a word of its own, whose unused names are reported.
    """

    name: str
    span: Span
    declaration: str | None = None
    value: Value | None = None
    expr: n.Expr | None = None
    type: n.Type | None = None
    scope: Scope | None = None
    running: bool = False
    used: bool = False


@dataclass
class Function(Binding):
    """A `fn`."""

    params: tuple[n.ParamDecl, ...] = ()
    body: n.Expr | None = None
    returns: n.Type | None = None


@dataclass
class Module(Binding):
    """A `define`."""

    define: n.Define | None = None


@dataclass
class Enumeration(Binding):
    """An `enum`: its name is a type, its members are names."""

    members: tuple[str, ...] = ()


@dataclass
class Alias(Binding):
    """What `import "..." as name` brings; without a target where the file could not be read, which was told."""

    target: Scope | None = None


def _used(alias: Alias, module: Module) -> Module:
    alias.used = True
    return module


@dataclass
class Scope:
    """Bindings, and those around them. `imported` are scopes of files whose names are visible here without an alias."""

    outer: Scope | None = None
    names: dict[str, Binding] = field(default_factory=dict)
    imported: list[Scope] = field(default_factory=list)

    def find(self, name: str) -> Binding | None:
        """The innermost binding of a name."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            for other in scope.imported:
                found = other.names.get(name)
                if found is not None:
                    return found
            scope = scope.outer
        return None

    def local(self, name: str) -> Binding | None:
        """The binding of a name that is a parameter, a loop's variable or a `let` of a block, not of a file's top."""
        scope: Scope | None = self
        while scope is not None and scope.outer is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.outer
        return None

    def module(self, name: str) -> Module | None:
        """The module of a name: `web`, or `platform.web` of an import. The alias may be left out."""
        found = self.find(name)
        if isinstance(found, Module):
            return found
        alias_name, dot, inner_name = name.partition(".")
        if dot:
            alias = self.find(alias_name)
            inner = alias.target.names.get(inner_name) if isinstance(alias, Alias) and alias.target else None
            return _used(alias, inner) if isinstance(alias, Alias) and isinstance(inner, Module) else None
        return next((_used(alias, inner) for alias, inner in self._aliased(name)), None)

    def owners(self, name: str) -> list[str]:
        """The imports that a module named without its alias may come from."""
        plain = isinstance(self.find(name), Module)
        found = {id(inner): alias.name for alias, inner in self._aliased(name)}
        return [] if plain else sorted(found.values())

    def _aliased(self, name: str) -> Iterator[tuple[Alias, Module]]:
        for alias in self.visible():
            inner = alias.target.names.get(name) if isinstance(alias, Alias) and alias.target is not None else None
            if isinstance(alias, Alias) and isinstance(inner, Module):
                yield alias, inner

    def modules(self) -> Iterator[str]:
        """The names of all modules that can be written here."""
        for binding in self.visible():
            if isinstance(binding, Module):
                yield binding.name
            elif isinstance(binding, Alias) and binding.target is not None:
                inside = (b.name for b in binding.target.names.values() if isinstance(b, Module))
                yield from (f"{binding.name}.{name}" for name in inside)

    def bind(self, name: str, value: Value, span: Span) -> Scope:
        """A scope inside this one with one more name."""
        return Scope(self, {name: Binding(name, span, value=value)})

    def visible(self) -> Iterator[Binding]:
        """Every binding that can be named here."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.names.values()
            for other in scope.imported:
                yield from other.names.values()
            scope = scope.outer

    def value_names(self) -> list[str]:
        """The names that stand for values here."""
        return [b.name for b in self.visible() if b.value is not None or b.expr is not None]
