"""Which module re-checks which kind of answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from kspec.certify.checks import Check, Unusable
from kspec.elaborate.design import Design
from kspec.source.tree import Json, Object

Certifier = Callable[[Object, Design], Iterable[Check]]
_MODULES = {"kspec/place/v1": "placement", "kspec/verify/v1": "verification"}


def certify(document: Json, design: Design) -> tuple[Check, ...]:
    """Every claim of an answer, checked against the design it was given for. Raises `Unusable`."""
    if not isinstance(document, dict):
        raise Unusable("the file holds no JSON object")
    schema = document.get("schema")
    if not isinstance(schema, str) or schema not in _MODULES:
        known = ", ".join(sorted(_MODULES))
        raise Unusable(f"schema {schema!r} has no certificates that kspec can check; it knows {known}")
    certifier: Certifier = import_module(f"kspec.certify.{_MODULES[schema]}").certify
    return tuple(certifier(document, design))
