"""What all forms of output share: the variants of a design that they are made from, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.emit.manifests.render import apply_order
from kspec.source.diagnostic import Diagnostic

Load = Callable[[str | None, Mapping[str, str]], Design | None]


@dataclass(frozen=True)
class Variants:
    """A design and what it would be otherwise: in an environment, with other values for parameters.

    `load` answers None where the design is refused. `environments` are those that the output is to tell apart.
    """

    design: Design
    load: Load
    environments: tuple[str, ...] = ()

    def with_values(self, settings: Mapping[str, str]) -> list[Resource] | None:
        """The objects with other values of parameters, in apply order."""
        design = self.load(None, settings)
        return applied(design) if design is not None else None


@dataclass(frozen=True)
class Package:
    """Files by their names, and what the form could not say."""

    files: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()


def applied(design: Design) -> list[Resource]:
    """The objects to apply, in order; nodes are not ours to apply."""
    return apply_order(r for r in design.written if r.kind != "Node")


def listing(names: Iterable[str], most: int = 3) -> str:
    """A few names, and how many more there are."""
    known = list(names)
    rest = len(known) - most
    return ", ".join(f"`{n}`" for n in known[:most]) + (f" and {rest} more" if rest > 0 else "")
