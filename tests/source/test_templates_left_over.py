"""Templates that were not rendered, and the look-alikes that are meant."""

from __future__ import annotations

import time

import pytest

from kspec.source.text import SourceFile
from kspec.source.yaml import read_documents

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"


def rules(text: str) -> list[str]:
    return [d.rule.id for d in read_documents(SourceFile("a.yaml", text)).diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n",
        "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n",
        'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    {{- include "x" . | nindent 4 }}\n',
        "{% if a %}\napiVersion: v1\n{% endif %}\n",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: ${NS}}\n",
        'apiVersion: v1\nkind: Pod\nmetadata:\n  name: "{{ .Values.name }}"\n',
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${NAME}\n",
        POD + "spec: {containers: [{name: a, image: '${REGISTRY}/a:1'}]}\n",
        POD + "spec: {containers: [{name: a, image: $(IMAGE)}]}\n",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {release: '{{ .Release.Name }}'}}\n",
    ],
)
def test_a_placeholder_where_a_value_should_be_is_reported(text: str) -> None:
    assert rules(text) == ["KS0023"]


@pytest.mark.parametrize(
    "text",
    [
        POD + "spec: {containers: [{name: a, args: ['$(HOME)/x', 'echo ${HOME}']}]}\n",
        POD + "spec: {containers: [{name: a, env: [{name: B, value: $(A)-b}]}]}\n",
        "apiVersion: v1\nkind: ConfigMap\ndata: {t: '{{ .Values.x }}', u: '{{ $labels.job }}'}\n",
        "apiVersion: m/v1\nkind: Rule\nmetadata: {annotations: {a: '{{ .Values.x }}'}}\nspec: {m: '{{ $value }}'}\n",
        "apiVersion: tekton.dev/v1\nkind: Task\nspec: {steps: [{name: a, image: $(params.image)}]}\n",
        "apiVersion: argoproj.io/v1\nkind: ApplicationSet\nspec: {template: {metadata: {name: '{{name}}-x'}}}\n",
        POD + "# {{ .Values.x }}\n",
    ],
)
def test_placeholders_that_something_else_fills_in_are_no_finding(text: str) -> None:
    assert rules(text) == []


def test_a_mistake_elsewhere_is_not_blamed_on_a_quoted_placeholder() -> None:
    assert rules(POD + "x: '{{ $labels.a }}'\ny: [1\n") == ["KS0001"]


@pytest.mark.parametrize("opening", ["{{", "{{ ", "{%", "${A", "$(A"])
def test_a_text_of_nothing_but_openings_is_read_in_no_time(opening: str) -> None:
    before = time.process_time()
    assert rules(f"apiVersion: v1\nkind: A\ndata: {{a: '{opening * 5_000}'}}\n") == []
    assert time.process_time() - before < 2
