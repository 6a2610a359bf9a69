"""Certificates checked again: against the system they are about, rebuilt from its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.check.background import Background
from kspec.check.options import Clock
from kspec.check.reduce import reduce_system
from kspec.check.views import flat_views, parts
from kspec.core.sexpr import Unreadable, digest
from kspec.core.system import System
from kspec.solve.verify.certificate import Certificate, recheck


def certify(system: System, name: str, document: Mapping[str, Any], seconds: float = 60.0) -> list[str]:
    """What is wrong with the certificate of a property of an unlowered system; nothing where it proves it.

    The certificate must be about a system that this one lowers to, and the whole property must be covered.
    """
    reduced = reduce_system(system).system
    asked = next((p for p in reduced.properties if p.name == name), None)
    if asked is None:
        return [f"there is no property {name}"]
    found = document.get("parts")
    claims = [asked] if found is None else parts(reduced, asked)
    documents = [document] if found is None else list(found)
    if len(claims) != len(documents):
        return [f"the property has {len(claims)} parts, the certificate {len(documents)}"]
    bounds = Background(reduced, Clock(seconds))
    faults: list[str] = []
    for claim, part in zip(claims, documents, strict=True):
        try:
            certificate = Certificate.from_json(dict(part))
        except (KeyError, TypeError, Unreadable) as error:
            return [f"this is not a certificate: {error}"]
        if certificate.property != claim.name:
            return [f"the certificate is about {certificate.property}, not about {claim.name}"]
        systems = _about(certificate, (reading.flat for reading in flat_views(reduced, claim, bounds)))
        flat = next(systems, None)
        faults += ["the certificate is about another system"] if flat is None else recheck(flat, certificate)
    return faults


def _about(certificate: Certificate, systems: Iterator[System]) -> Iterator[System]:
    """The flat systems with the certificate's digest."""
    return (flat for flat in systems if digest(flat) == certificate.system)
