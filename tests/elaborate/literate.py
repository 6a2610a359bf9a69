"""Literate cases: Markdown files in `cases/`, each section a small design and what it means.

A fence `kspec` or `yaml` is a file (`design.kspec`, `objects.yaml`, or the name behind the word); files at the top
are given to kspec, files in folders are there to be imported. A fence `run` holds options. What comes out stands in a
fence: `manifests` (objects as written), `cluster` or `findings`. `KSPEC_UPDATE=1` rewrites those.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kspec.domain.node import NodePool
from kspec.elaborate import Loaded, load
from kspec.source.diagnostic import Diagnostic

CASES = Path(__file__).parent / "cases"
_FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DEFAULT = {"kspec": "design.kspec", "yaml": "objects.yaml"}
OUTCOMES = ("manifests", "cluster", "findings")


@dataclass
class Case:
    """A section: its files, options and expected outcomes."""

    document: Path
    title: str
    text: str
    files: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    expected: dict[str, str] = field(default_factory=dict)

    def load(self, folder: Path) -> Loaded:
        """Write the files and load those at the top of the folder. The folder is the current one."""
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        options, env, settings = list(self.options), None, {}
        while options:
            match options.pop(0):
                case "--env":
                    env = options.pop(0)
                case "--set":
                    name, _, value = options.pop(0).partition("=")
                    settings[name] = value
        return load([n for n in self.files if "/" not in n], env=env, settings=settings)


def cases() -> Iterator[Case]:
    """All sections of all documents."""
    for document in sorted(CASES.glob("*.md")):
        for section in re.split(r"^(?=## )", document.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            yield _case(document, section)


def _case(document: Path, section: str) -> Case:
    case = Case(document, section.splitlines()[0].removeprefix("## "), section)
    for word, name, body in _FENCE.findall(section):
        if word in OUTCOMES:
            case.expected[word] = body
        elif word == "run":
            case.options = shlex.split(body)
        else:
            case.files[name or _DEFAULT[word]] = body
    return case


def outcome(loaded: Loaded, what: str) -> str:
    """One of `OUTCOMES`, as text."""
    design = loaded.design
    match what:
        case "findings":
            return "".join(_finding(d) for d in loaded.diagnostics.sorted())
        case _ if design is None:
            return f"(no design)\n{outcome(loaded, 'findings')}"
        case "manifests":
            shown = [r.manifest for r in design.written]
            return yaml.safe_dump_all(shown, sort_keys=False, width=110)
        case _:
            lines = [
                f"{p.name}: {p.count.low}..{p.count.high} zone={p.zone or '-'} {_pool(p)}\n"
                for p in design.cluster.pools
            ]
            return f"{design.cluster.name}\n" + "".join(lines + [f"node {n.name}\n" for n in design.cluster.nodes])


def _pool(pool: NodePool) -> str:
    return " ".join(f"{name}={amount}" for name, amount in pool.allocatable().items())


def _finding(d: Diagnostic) -> str:
    text = f"{d.span or '-'}: {d.rule.id} {d.rule.name}: {d.message}\n"
    text += f"  help: {d.help}\n" if d.help else ""
    return text + "".join(f"  {r.span}: {r.message}\n" for r in d.related)
