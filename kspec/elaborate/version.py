"""The Kubernetes versions that a design is for: `kubernetes: "1.36"`, or a range: `kubernetes: "1.34..1.36"`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.api.schema import DEFAULT_VERSION, resolve_version, supported_versions
from kspec.api.schema.catalogue import minor
from kspec.elaborate import rules
from kspec.elaborate.inputs import Text
from kspec.source.diagnostic import Diagnostics, Label
from kspec.source.text import Span
from kspec.syntax import nodes as n

FIELD = "kubernetes"


@dataclass(frozen=True, slots=True)
class Versions:
    """From the oldest to the newest. The newest decides what fields there are and what is filled in."""

    oldest: str
    newest: str


def versions_of(files: Iterable[Text], diagnostics: Diagnostics) -> Versions:
    """The versions that the files state, all the same; the newest that kspec models where none does."""
    chosen: tuple[Versions, Span] | None = None
    for field in _fields(files):
        shown = _shown(field.value)
        found = _read(shown) if shown is not None else None
        if found is None:
            message = f"`{shown}` is no Kubernetes version that kspec knows" if shown else "a version is a text"
            first, last = supported_versions()[0], supported_versions()[-1]
            help = (
                f'it knows {first} to {last}: `kubernetes: "{DEFAULT_VERSION}"`, or a range: `kubernetes: "1.34..1.36"`'
            )
            diagnostics.report(rules.TYPE, message, field.value.span, help=help)
        elif chosen is None:
            chosen = found, field.value.span
        elif chosen[0] != found:
            related = (Label("the other one", chosen[1]),)
            message = "a design is for one version of Kubernetes, and this is a second one"
            diagnostics.report(rules.CONFLICT, message, field.value.span, related=related)
    return chosen[0] if chosen else Versions(DEFAULT_VERSION, DEFAULT_VERSION)


def _read(text: str) -> Versions | None:
    first, dots, last = text.partition("..")
    oldest, newest = resolve_version(first), resolve_version(last if dots else first)
    if oldest is None or newest is None or minor(oldest) > minor(newest):
        return None
    return Versions(oldest, newest)


def _shown(value: n.Expr) -> str | None:
    match value:
        case n.Text():
            return value.literal
        case n.Number(text):
            return text
        case n.Range(n.Number(low), n.Number(high)):
            return f"{low}..{high}"
        case _:
            return None


def _fields(files: Iterable[Text]) -> Iterable[n.Field]:
    for text in files:
        for item in text.file.items:
            if isinstance(item, n.Field) and item.path.simple == FIELD:
                yield item
