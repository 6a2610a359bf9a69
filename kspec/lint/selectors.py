"""Label selectors out of plain data, which in custom resources may have any shape."""

from __future__ import annotations

from pydantic import ValidationError

from kspec.domain.labels import LabelSelector
from kspec.domain.objects import without_nulls
from kspec.source.tree import Json


def read_selector(data: Json) -> LabelSelector | None:
    """The selector that data states; an empty one for absent data, None where it is no selector."""
    try:
        return LabelSelector.model_validate(without_nulls(data) if data is not None else {})
    except ValidationError:
        return None
