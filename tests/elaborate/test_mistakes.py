"""One mistake, one finding, word for word. `mistakes/` is a corpus of what people write, by topic.

`KSPEC_UPDATE=1` rewrites what is expected.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kspec.elaborate import load
from kspec.emit.diagnostics.frame import frame

FOLDER = Path(__file__).parent / "mistakes"
_CASE = re.compile(r"^=== (.+)\n((?:.*\n)+?)(?:==> finding\n((?:.*\n)*?))?(?=\n=== |\Z)", re.MULTILINE)
CASES = [
    (document, match[1], match[2], match[3] or "")
    for document in sorted(FOLDER.glob("*.txt"))
    for match in _CASE.finditer(document.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("document", "title", "text", "expected"), CASES, ids=[title for _, title, *_ in CASES])
def test_one_mistake_is_told_once(
    document: Path, title: str, text: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("design.kspec").write_text(text, encoding="utf-8")
    loaded = load(["design.kspec"])
    findings = loaded.diagnostics.sorted()
    told = "".join(frame(finding, loaded.sources).plain for finding in findings)
    if os.environ.get("KSPEC_UPDATE") and told != expected:
        whole = document.read_text(encoding="utf-8")
        before = f"=== {title}\n{text}" + (f"==> finding\n{expected}" if expected else "")
        document.write_text(whole.replace(before, f"=== {title}\n{text}==> finding\n{told}"), encoding="utf-8")
        return
    assert told == expected
    assert len(findings) == 1 and findings[0].is_error


def test_the_corpus_is_large_and_says_each_thing_once() -> None:
    titles = [title for _, title, *_ in CASES]
    assert len(set(titles)) == len(titles) >= 110
