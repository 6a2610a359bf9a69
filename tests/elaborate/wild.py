"""Wild designs: real ones with something changed, and programs of the grammar in Kubernetes' words.

They reach further than broken texts do: names are found, values evaluated, objects built and judged.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import copy
from functools import cache
from pathlib import Path
from random import Random

from syntax.generate import Grammar, grammar
from syntax.mutate import MODELS, text_of

from kspec.api.schema import load as schemas
from kspec.elaborate import load
from kspec.elaborate.evaluate.functions import BUILTINS
from kspec.elaborate.shorthand import FORMS
from kspec.lsp.complete import complete
from kspec.lsp.findings import findings
from kspec.lsp.fixes import fixes
from kspec.lsp.hover import hover
from kspec.lsp.navigate import NoRename, definition, references, rename
from kspec.lsp.outline import outline
from kspec.lsp.workspace import Workspace

_HERE = Path(__file__).parent
_NAMES = ["a", "web", "db", "x", "name", "app", "zone", "node", "http", "general", "tier", "tag"]
_VALUES = ["Always", "Recreate", "NoSchedule", "Exists", "ClusterIP", "true_", "string", "int", "Name", "Quantity"]


@cache
def _designs() -> tuple[str, ...]:
    """Whole designs, the inputs of the cases among them."""
    whole = [text for text in MODELS if "namespace" in text or "deployment" in text]
    cases = [case.split("\n==>")[0] for f in (_HERE / "cases").rglob("*.txt") for case in f.read_text().split("\n=== ")]
    return (*whole, *cases)


@cache
def _kubernetes() -> Grammar:
    """The grammar with the names of kinds, fields, short forms and functions for names."""
    catalogue = schemas()
    pod, container = (catalogue.definition(f"io.k8s.api.core.v1.{n}") for n in ("PodSpec", "Container"))
    words = [word for _, word in FORMS if word != "*"]
    kinds = ["deployment", "service", "pdb", "hpa", "ingress", "configmap", "secret", "job", "cronjob", "statefulset"]
    kinds += ["networkpolicy", "daemonset", "nodepool", "cluster", "namespace"]
    fields = [*pod.fields, *container.fields]
    kubernetes = copy(grammar())
    kubernetes.samples = kubernetes.samples | {
        "NAME": [*_NAMES * 12, *kinds * 6, *words * 2, *fields, *_VALUES * 2, *BUILTINS],
        "REF": ["deployment/web", "hpa/web.replicas", "service/web.http", "namespace/a", "pdb/web"],
        "NUMBER": ["0", "1", "3", "250m", "1.5Gi", "70%", "30s", "1h30m", "1e3", "99999999999999999999"],
    }
    return kubernetes


def wild(random: Random) -> str:
    """A wild design."""
    if random.random() < 0.4:
        return _kubernetes().program(random, random.choice([20, 60, 150]))
    text = random.choice(_designs())
    other = random.choice(_designs())
    for _ in range(random.randint(1, 3)):
        rows, more = text.split("\n"), other.split("\n")
        at = random.randrange(len(rows))
        match random.randrange(5):
            case 0:
                del rows[at]
            case 1:
                rows.insert(at, random.choice(more))
            case 2:
                rows[at] = random.choice(more)
            case 3:
                rows[at : at + 5] = more[at % len(more) : at % len(more) + 5]
            case _:
                words = rows[at].split(" ")
                words[random.randrange(len(words))] = random.choice(random.choice(more).split(" "))
                rows[at] = " ".join(words)
        text = "\n".join(rows)
    return text


def design_of(seed: int) -> str:
    """The wild design of a seed; now and then a text that is no design at all."""
    random = Random(seed)
    return text_of(seed) if random.random() < 0.2 else wild(random)


def examine_design(text: str) -> float:
    """Load a text and judge it, and return the seconds that loading took."""
    begun = time.process_time()
    loaded = load(["-"], stdin=text)
    seconds = time.process_time() - begun
    assert loaded.design is not None or loaded.diagnostics
    for found in findings(loaded, _HERE):
        assert found.message
        assert found.span is None or found.span.line >= 1
    return seconds


def examine_editor(text: str, random: Random) -> None:
    """Ask what an editor asks at some place."""
    path = str(_HERE / "wild.kspec")
    workspace = Workspace()
    workspace.put(path, text)
    snapshot = workspace.snapshot(path)
    rows = text.split("\n")
    line = random.randint(1, len(rows))
    column = random.randint(1, len(rows[line - 1]) + 1)
    complete(snapshot, path, text, line, column)
    hover(snapshot, path, text, line, column)
    definition(snapshot, path, line, column)
    references(snapshot, path, line, column, declaration=True)
    try:
        rename(snapshot, path, line, column, "renamed")
    except NoRename as reason:
        assert str(reason)
    known = snapshot.text(path)
    if known is not None:
        outline(known.file)
    source = snapshot.source(path)
    if source is not None:
        for found in [*snapshot.loaded.diagnostics][:3]:
            list(fixes(found, source))


def _many(line: str) -> Callable[[int], str]:
    """A line for each number, which stands for `#` in it."""
    return lambda count: "\n".join(line.replace("#", str(number)) for number in range(count))


_POD = 'container a { image: "x:1"  port h: 80 }'
_MODULE = "define d(name: Name, x: string) { configmap name { data { a: x } } }\n"
GROWING: dict[str, Callable[[int], str]] = {
    "objects": _many('configmap c# { data { a: "1" } }'),
    "instances": lambda n: _MODULE + _many('let v# = "x"\nd c#(x: v#)')(n),
    "functions": lambda n: "fn f(a: int) -> int = a + 1\n" + _many("let v# = f(#)")(n),
    "loops": lambda n: f'for i in range({n}) {{ configmap "c-${{i}}" {{ data {{ a: "${{i}}" }} }} }}',
    "overlays": lambda n: (
        _many(f"deployment c# {{ {_POD} }}")(n) + "\nenv e {" + _many("deployment/c#.replicas: 1")(n) + "}"
    ),
    "services": _many(f"deployment c# {{ {_POD} }}\nservice c# {{ target: c#  port h: 80 }}"),
    "namespaces": _many("namespace n# { configmap a { } }"),
    "environment variables": lambda n: f"deployment a {{ container b {{ env {{ {_many('V#: 1')(n)} }} }} }}",
    "unknown fields": lambda n: f"configmap a {{ {_many('x#: 1')(n)} }}",
    "unknown names": _many("let a# = b#.x"),
    "duplicates": _many("configmap a { }"),
}
"""Designs of any size that might make a careless pass slow."""


def growth(family: str, size: int) -> tuple[float, float]:
    """Seconds of the processor for a design of a size, and for one eight times as large."""

    def seconds(n: int) -> float:
        text = GROWING[family](n)
        begun = time.process_time()
        load(["-"], stdin=text)
        return time.process_time() - begun

    return seconds(size), seconds(8 * size)
