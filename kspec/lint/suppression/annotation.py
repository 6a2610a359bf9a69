"""The annotation `kspec/allow` on an object: `KS3003=reason`, several separated by `;` or new lines.

A reason that ends in `until 2027-03-01` sets the last day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from kspec.api.fields import mapping
from kspec.domain.objects import Resource, get
from kspec.domain.templates import MAKERS
from kspec.lint.suppression.model import About, Suppression
from kspec.source.tree import Path

NAME = "kspec/allow"
_UNTIL = re.compile(r"[\s(,]*\buntil[\s:]+(\d{4}-\d{2}-\d{2})\)?\s*$")


def allowed_by_annotation(resources: Iterable[Resource]) -> Iterator[Suppression]:
    """What annotations of objects and of their pod templates accept, for findings about the object."""
    for resource in resources:
        places: list[Path] = [("metadata",)]
        if resource.kind in MAKERS:
            places.append((*MAKERS[resource.kind], "metadata"))
        for place in places:
            text = mapping(get(resource.manifest, place), "annotations").get(NAME)
            if text is not None:
                span = resource.origin.at((*place, "annotations", NAME))
                for entry in re.split(r"[;\n]", text):
                    rules, _, said = entry.partition("=")
                    names = tuple(rules.replace(",", " ").split())
                    if names:
                        reason, until = split_reason(said)
                        yield Suppression(names, About(str(resource.ref)), "annotation", span, reason, until)


def split_reason(text: str) -> tuple[str | None, date | None]:
    """A reason and the day at its end, as far as they are given. A day that does not exist is no day."""
    match = _UNTIL.search(text)
    if match is None:
        return text.strip() or None, None
    try:
        return text[: match.start()].strip() or None, date.fromisoformat(match[1])
    except ValueError:
        return text.strip() or None, None
