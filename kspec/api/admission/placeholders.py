"""Values that a server makes up: well-formed while a request is handled, shown as `<uid>` and `<random>`."""

from __future__ import annotations

from dataclasses import replace

from kspec.api.admission.refusal import Refusal
from kspec.api.cause import Cause
from kspec.source.tree import Json

UID = "c0ffee00-5eed-4bad-8bad-f00d0badcafe"
RANDOM = "zq9xk"
_SHOWN = {UID: "<uid>", RANDOM: "<random>"}


def shown(value: Json) -> Json:
    """A value with the made-up parts of its texts replaced."""
    match value:
        case str():
            return _said(value) if value.endswith((UID, RANDOM)) else value
        case dict():
            return {name: shown(part) for name, part in value.items()}
        case list():
            return [shown(part) for part in value]
        case _:
            return value


def shown_refusal(refusal: Refusal) -> Refusal:
    """A refusal with the made-up values replaced."""
    if UID not in refusal.message and RANDOM not in refusal.message:
        return refusal
    causes = tuple(Cause(c.field, c.reason, _said(c.message), c.path) for c in refusal.causes)
    return replace(refusal, message=_said(refusal.message), causes=causes)


def _said(text: str) -> str:
    for made_up, word in _SHOWN.items():
        text = text.replace(made_up, word)
    return text
