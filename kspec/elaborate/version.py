"""The Kubernetes version of a design: `kubernetes: "1.36"`."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.api.schema import DEFAULT_VERSION, resolve_version, supported_versions
from kspec.elaborate import rules
from kspec.elaborate.inputs import Text
from kspec.source.diagnostic import Diagnostics, Label
from kspec.source.text import Span
from kspec.syntax import nodes as n

FIELD = "kubernetes"


def version_of(files: Iterable[Text], diagnostics: Diagnostics) -> str:
    """The version that the files state, which must be one; the newest that kspec models where none does."""
    chosen: tuple[str, Span] | None = None
    for field in _fields(files):
        value = field.value
        text = value.literal if isinstance(value, n.Text) else value.text if isinstance(value, n.Number) else None
        version = resolve_version(text) if text is not None else None
        if version is None:
            shown = f"`{text}` is no Kubernetes version that kspec knows" if text else "a version is a text"
            help = (
                f'it knows {supported_versions()[0]} to {supported_versions()[-1]}: `kubernetes: "{DEFAULT_VERSION}"`'
            )
            diagnostics.report(rules.TYPE, shown, value.span, help=help)
        elif chosen is None:
            chosen = version, value.span
        elif chosen[0] != version:
            related = (Label("the other one", chosen[1]),)
            message = "a design is for one version of Kubernetes, and this is a second one"
            diagnostics.report(rules.CONFLICT, message, value.span, related=related)
    return chosen[0] if chosen else DEFAULT_VERSION


def _fields(files: Iterable[Text]) -> Iterable[n.Field]:
    for text in files:
        for item in text.file.items:
            if isinstance(item, n.Field) and item.path.simple == FIELD:
                yield item
