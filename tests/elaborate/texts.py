"""Loading texts without files of their own."""

from __future__ import annotations

from pathlib import Path

from kspec.elaborate import Design, Loaded, load
from kspec.source.tree import Json

DESIGNS = Path(__file__).resolve().parents[2] / "models" / "designs"


def load_texts(folder: Path, *texts: str, env: str | None = None) -> Loaded:
    """Load several kspec texts, given in this order."""
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"part{number}.kspec"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    return load(paths, env=env)


def load_text(text: str, env: str | None = None) -> Loaded:
    """Load one kspec text from standard input."""
    return load(["-"], env=env, stdin=text)


def design_of(text: str, env: str | None = None) -> Design:
    """The design of a text without mistakes."""
    loaded = load_text(text, env)
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    return loaded.design


def manifests(design: Design) -> dict[str, Json]:
    """The objects as written, by reference."""
    return {str(r.ref): r.manifest for r in design.written}
