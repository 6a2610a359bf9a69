"""What the API server says about objects it takes all the same."""

from __future__ import annotations

from kspec.source.tree import Object


def warnings_of(manifest: Object, old: Object | None) -> tuple[str, ...]:
    return ()
