"""A Helm chart: templates, the values they take, and a values file for each environment that is nothing but values.

With the values it comes with, `helm template` prints the manifests that `--output-format dir` writes. A hole is written
as JSON, which is YAML too: numbers stay numbers and texts stay texts, whatever they hold.
Facts: Helm's documentation (charts: Chart.yaml, crds/), Go's text/template, Sprig's `int64` and `toJson`: numbers of a
values file are floating-point numbers inside templates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from kspec.elaborate.parameters import Plain
from kspec.emit.manifests.render import Manifest, render_all
from kspec.emit.packages.chart import DEFINITION, Chart, chart_of
from kspec.emit.packages.holes import At, Hole, pieces
from kspec.emit.packages.package import Package, Variants
from kspec.emit.scalars import key, scalar
from kspec.source.tree import Json

FOLDER = "chart"


class Marks:
    """Words that stand for templates until the manifests are laid out; no manifest holds them by itself."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._word = "kspec-hole"
        while any(self._word in manifest.text for manifest in manifests):
            self._word += "-x"
        self._expressions: list[str] = []

    def mark(self, expression: str) -> str:
        """A word for a template."""
        self._expressions.append(expression)
        return f"{self._word}-{len(self._expressions) - 1}-end"

    def template(self, text: str) -> str:
        """The text as a template: what looks like one is none, and the words become what they stand for."""
        escaped = text.replace("{{", '{{ "{{" }}')
        return re.sub(rf"{self._word}-(\d+)-end", lambda word: self._expressions[int(word[1])], escaped)


def helm(variants: Variants) -> Package:
    """The files of the chart."""
    chart = chart_of(variants)
    plain = render_all(chart.objects)
    marks = Marks(plain)
    files = {"Chart.yaml": _about(variants), "values.yaml": _values(chart.values, "The parameters of the design.")}
    for environment, values in chart.environments.items():
        comment = f"What the environment {environment} changes: helm -f values-{environment}.yaml."
        files[f"values-{environment}.yaml"] = _values(values, comment)
    marked = [
        o.with_manifest(manifest)
        for index, o in enumerate(chart.objects)
        if isinstance(manifest := _marked(o.manifest, (index, ()), chart, marks), dict)
    ]
    for resource, untouched, rendered in zip(chart.objects, plain, render_all(marked), strict=True):
        if resource.kind == DEFINITION:
            files[f"crds/{untouched.file}"] = untouched.text
        else:
            files[f"templates/{untouched.file}"] = marks.template(rendered.text)
    return Package({f"{FOLDER}/{name}": text for name, text in files.items()}, tuple(chart.findings))


def _about(variants: Variants) -> str:
    design = variants.design
    name = re.sub(r"[^a-z0-9]+", "-", design.name.lower()).strip("-") or "design"
    fields = {
        "apiVersion": "v2",
        "name": name,
        "description": f"Made by kspec from the design {design.name}; change it there.",
        "type": "application",
        "version": "0.1.0",
        "kubeVersion": f">={design.oldest or design.kubernetes}.0-0",
    }
    return "".join(f"{name}: {scalar(value)}\n" for name, value in fields.items())


def _values(values: Mapping[str, Plain], comment: str) -> str:
    lines = [f"{key(name)}: {scalar(value, 2)}\n" for name, value in values.items()]
    return f"# {comment}\n" + ("".join(lines) or "{}\n")


def _marked(value: Json, at: At, chart: Chart, marks: Marks) -> Json:
    """The manifest with a mark for every template in it."""
    index, path = at
    match value:
        case dict():
            return {k: _marked(v, (index, (*path, k)), chart, marks) for k, v in value.items()}
        case list():
            return [_marked(v, (index, (*path, i)), chart, marks) for i, v in enumerate(value)]
    known = chart.holes.get(at)
    if not known:
        return value
    return marks.mark(_expression(value, known, chart.values))


def _expression(value: Json, known: Iterable[Hole], values: Mapping[str, Plain]) -> str:
    """What Helm puts in the place of a value."""
    first, *_ = known = list(known)
    if first.whole:
        return "{{ " + _reference(first.parameter) + " | toJson }}"
    assert isinstance(value, str)
    parts = list(pieces(value, known))
    words = "".join(p.replace("%", "%%") if isinstance(p, str) else "%v" for p in parts)
    arguments = [_argument(p.parameter, values) for p in parts if isinstance(p, Hole)]
    return "{{ printf " + " ".join([json.dumps(words, ensure_ascii=False), *arguments]) + " | toJson }}"


def _argument(name: str, values: Mapping[str, Plain]) -> str:
    whole = isinstance(values[name], int) and not isinstance(values[name], bool)
    return f"(int64 {_reference(name)})" if whole else _reference(name)


def _reference(name: str) -> str:
    return f".Values.{name}" if name.isidentifier() else f"(index .Values {json.dumps(name)})"
