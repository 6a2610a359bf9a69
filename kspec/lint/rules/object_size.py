"""An object is too large for the API server, or for `kubectl apply`.

etcd takes 1.5 MiB an object; a ConfigMap or Secret may hold 1 MiB. `kubectl apply` without `--server-side` keeps the
whole object in an annotation, and annotations may have 256 KiB. For definitions of custom resources, which are applied
on the server's side everywhere, the latter is information.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Iterator

from kspec.lint.index import Index
from kspec.lint.rule import on, rule
from kspec.source.diagnostic import Diagnostic, Severity
from kspec.source.tree import Object

RULE = rule("KS1016", "object-size", Severity.WARNING, __doc__)
_ETCD = 1536 * 1024
_ANNOTATIONS = 256 * 1024
_NEAR = 0.95


def check(index: Index) -> Iterator[Diagnostic]:
    """Objects near a limit on their size, counted as JSON."""
    for resource in index.resources:
        definition = resource.kind == "CustomResourceDefinition"
        least = _ETCD * _NEAR if definition and not index.hears(Severity.INFO) else _ANNOTATIONS
        size = _size(index.as_written(resource), int(least))
        if size > _ETCD * _NEAR:
            message = f"{resource.kind} {resource.name} has {size // 1024} KiB; etcd takes {_ETCD // 1024} KiB"
            yield on(RULE, resource, ("metadata", "name"), message, "split it")
        elif size > _ANNOTATIONS:
            message = (
                f"{resource.kind} {resource.name} has {size // 1024} KiB: `kubectl apply` fails without --server-side"
            )
            severity = Severity.INFO if definition else None
            help = "apply it with --server-side, or split it"
            yield on(RULE, resource, ("metadata", "name"), message, help, severity=severity)


def _size(manifest: Object, least: int) -> int:
    """Bytes of the object as JSON; not counted exactly where they are far below `least`.

    Marshalling takes more bytes than JSON but for escapes, which double a text at most, and is much faster.
    """
    rough = len(marshal.dumps(manifest, 2))
    if rough * 2 < least:
        return 0
    return len(json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode())
