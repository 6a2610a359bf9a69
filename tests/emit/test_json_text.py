"""The law of the layout: it is the one of Python's `json`."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from kspec.emit.json_text import json_text
from kspec.source.tree import Json

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
documents: st.SearchStrategy[Json] = st.recursive(leaves, lambda s: st.lists(s) | st.dictionaries(st.text(), s))


@given(documents)
def test_the_text_is_what_the_standard_library_writes(document: Json) -> None:
    assert json_text(document) == json.dumps(document, indent=1, ensure_ascii=False)
