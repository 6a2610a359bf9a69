"""Updates that the API server refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.api.findings import findings
from kspec.api.rules import IMMUTABLE
from kspec.diff.objects import Altered
from kspec.source.diagnostic import Diagnostic


def refused(altered: Altered) -> Iterator[Diagnostic]:
    """What the server says to the update, beyond what it says to the new object on its own."""
    if altered.before is None or altered.after is None:
        return
    alone = {d.message for d in findings(altered.after)}
    for found in findings(altered.after, altered.before):
        if found.message not in alone:
            help = "delete the object and create it anew, or give the new one another name"
            yield replace(found, help=help if found.rule is IMMUTABLE else found.help)
