"""Literate cases of import: a section's `yaml` becomes its `kspec`. `KSPEC_UPDATE=1` rewrites what is expected."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kspec.emit.language.convert import convert, read_manifests
from kspec.syntax.format import format_text
from tests.language.test_import_laws import differences

CASES = Path(__file__).parent / "cases" / "import.md"
_SECTION = re.compile(r"^## (.+?)\n\n```yaml\n(.*?)^```\n\n```kspec\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALL = _SECTION.findall(CASES.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("title", "yaml", "expected"), ALL, ids=[title for title, *_ in ALL])
def test_manifests_become_text(title: str, yaml: str, expected: str) -> None:
    source = read_manifests(["-"], yaml.encode())
    text = convert(source).text
    assert not source.diagnostics.has_errors, [d.message for d in source.diagnostics]
    assert format_text(text) == text
    assert differences([m.value for m in source.manifests], text) == []
    if os.environ.get("KSPEC_UPDATE") and text != expected:
        document = CASES.read_text(encoding="utf-8")
        before = f"## {title}\n\n```yaml\n{yaml}```\n\n```kspec\n"
        CASES.write_text(document.replace(f"{before}{expected}```", f"{before}{text}```"), encoding="utf-8")
        return
    assert text == expected
