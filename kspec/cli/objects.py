"""Objects as they are named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kspec.domain.objects import Resource
    from kspec.elaborate.design import Design


def named_object(design: Design, subject: str) -> Resource:
    """The object that `kind/name` or `namespace/kind/name` means; the kind may be kubectl's short name."""
    kind, _, name = subject.rpartition("/")
    namespace, _, kind = kind.rpartition("/")
    found = [r for r in design.written if r.name == name and namespace in ("", r.namespace) and _is(r, kind)]
    if len(found) != 1:
        what = "no object" if not found else f"{len(found)} objects"
        raise click.UsageError(f"the design has {what} called {subject}; write kind/name or namespace/kind/name")
    return found[0]


def _is(resource: Resource, word: str) -> bool:
    known = resource.builtin
    names = (known.plural, *known.short) if known else ()
    return word.lower() in (resource.kind.lower(), *names)
