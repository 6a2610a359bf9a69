"""`@allow(KS4003, reason: "the sidecar is injected", until: "2027-03-01")`: findings that a design accepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from kspec.elaborate import rules
from kspec.elaborate.design import Allowance
from kspec.elaborate.suggest import did_you_mean
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n

_WORDS = ("allow", "existing", "voice")
_ARGUMENTS = ("reason", "until")


def allowances(file: n.File, diagnostics: Diagnostics) -> Iterator[Allowance]:
    """The allowances of a file, in order of their writing."""
    for node in _annotated(file):
        attrs: tuple[n.Attr, ...] = getattr(node, "attrs", ())
        for attr in attrs:
            if attr.name.text == "allow":
                found = _allowance(attr, node, diagnostics)
                if found is not None:
                    yield found
            elif attr.name.text not in _WORDS:
                message = f"there is no attribute `@{attr.name.text}`"
                help = did_you_mean(attr.name.text, _WORDS)
                diagnostics.report(rules.UNKNOWN_NAME, message, attr.span, help=help)


def _annotated(node: object) -> Iterator[n.Node]:
    """Every node below that carries attributes."""
    if isinstance(node, tuple):
        for item in node:
            yield from _annotated(item)
    elif isinstance(node, n.Node):
        if getattr(node, "attrs", ()):
            yield node
        for field in fields(node):
            if field.name in _BODIES:
                yield from _annotated(getattr(node, field.name))


_BODIES = ("items", "body", "then", "orelse")


def _allowance(attr: n.Attr, node: n.Node, diagnostics: Diagnostics) -> Allowance | None:
    names: list[str] = []
    texts: dict[str, n.Text] = {}
    for arg in attr.args:
        match arg:
            case n.Name(text):
                names.append(text)
            case n.Text() if arg.literal:
                names.append(arg.literal)
            case n.Named(key, n.Text() as value) if key.text in _ARGUMENTS:
                texts[key.text] = value
            case n.Named(key):
                message = f"`@allow` takes rules, a `reason` and `until`, not `{key.text}`"
                diagnostics.report(rules.TYPE, message, arg.span, help=did_you_mean(key.text, _ARGUMENTS))
                return None
            case _:
                diagnostics.report(rules.TYPE, "`@allow` takes the ids or names of rules", arg.span)
                return None
    if not names:
        diagnostics.report(rules.TYPE, "`@allow` names no rule", attr.span, help="write `@allow(KS4003)`")
        return None
    until = texts.get("until")
    day = _day(until, diagnostics) if until is not None else None
    reason = texts["reason"].literal if "reason" in texts else None
    return Allowance(tuple(names), attr.span, node.span, reason, day)


def _day(text: n.Text, diagnostics: Diagnostics) -> date | None:
    try:
        return date.fromisoformat(text.literal or "")
    except ValueError:
        diagnostics.report(rules.TYPE, "`until` takes a day", text.span, help='write it as "2027-03-01"')
        return None
