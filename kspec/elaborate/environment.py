"""Environments: which overlays `--env prod` means, in the order in which they apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kspec.elaborate import rules
from kspec.elaborate.evaluate.scope import Scope
from kspec.elaborate.inputs import Text
from kspec.elaborate.suggest import did_you_mean, listing
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Environment:
    """All that the files say about one environment: parts of equal name are one overlay, wherever they stand."""

    name: str
    parts: tuple[tuple[n.Env, Scope], ...]

    @property
    def base(self) -> n.Key | None:
        """The environment it extends."""
        return next((env.base for env, _ in self.parts if env.base is not None), None)

    def fields(self) -> Iterator[tuple[n.Field, Scope]]:
        """Its plain fields, each with the scope of its file."""
        return ((i, scope) for env, scope in self.parts for i in env.items if isinstance(i, n.Field))


Chain = Sequence[Environment]
"""An environment behind those it extends, the base first."""


def chosen(known: Mapping[str, Environment], name: str | None, diagnostics: Diagnostics) -> Chain:
    """The environment called `name` with those it extends; nothing for no name."""
    if name is None:
        return ()
    if name not in known:
        help = did_you_mean(name, known) or (f"there is {listing(known)}" if known else "it declares none")
        diagnostics.report(rules.UNKNOWN_NAME, f"the design has no environment `{name}`", help=help)
        return ()
    chain: list[Environment] = []
    current: Environment | None = known[name]
    while current is not None:
        chain.append(current)
        current = _base(current, known, chain, diagnostics)
    return chain[::-1]


def environments(files: Iterable[Text]) -> dict[str, Environment]:
    """All environments that the files declare, by name."""
    parts: dict[str, list[tuple[n.Env, Scope]]] = {}
    for text in files:
        for item in text.file.items:
            if isinstance(item, n.Env):
                parts.setdefault(item.name.text, []).append((item, text.scope))
    return {name: Environment(name, tuple(found)) for name, found in parts.items()}


def _base(
    environment: Environment, known: Mapping[str, Environment], chain: Sequence[Environment], diagnostics: Diagnostics
) -> Environment | None:
    base = environment.base
    if base is None:
        return None
    found = known.get(base.text)
    if found is None:
        message = f"there is no environment `{base.text}` to extend"
        diagnostics.report(rules.UNKNOWN_NAME, message, base.span, help=did_you_mean(base.text, known))
    elif found in chain:
        diagnostics.report(rules.CYCLE, f"the environment `{environment.name}` extends itself", base.span)
        return None
    return found
