"""Problems become diagnostics with places; real manifests have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kspec.api.schema import check_resources, load
from kspec.domain.objects import Resource
from kspec.source.diagnostic import Diagnostic
from kspec.source.read import read_inputs
from kspec.source.text import SourceFile
from kspec.source.yaml import read_documents

MANIFESTS = Path(__file__).resolve().parents[4] / "shared" / "manifests"

TEXT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: "3"
  containers: []
  selector: {}
  template:
    spec:
      containers:
      - image: x
        ports:
        - containerPort: 80
          protocl: TCP
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
"""


def diagnostics(text: str) -> list[Diagnostic]:
    documents = read_documents(SourceFile("a.yaml", text)).documents
    return list(check_resources([Resource(d.value, d.origin) for d in documents], load("1.36")))


def test_each_diagnostic_points_at_what_is_wrong() -> None:
    found = [(d.rule.id, d.span.line, d.span.column, d.object) for d in diagnostics(TEXT) if d.span]
    assert sorted(found, key=lambda f: f[1]) == [
        ("KS0003", 5, 13, "Deployment/shop/web"),
        ("KS0004", 6, 3, "Deployment/shop/web"),
        ("KS1002", 11, 9, "Deployment/shop/web"),
        ("KS0004", 14, 11, "Deployment/shop/web"),
        ("KS1002", 17, 1, "StorageClass/fast"),
    ]


def test_the_same_input_gives_the_same_findings_in_the_same_order() -> None:
    assert diagnostics(TEXT) == diagnostics(TEXT)


@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the shared manifests are not next to the checkout")
def test_manifests_of_well_known_applications_have_no_findings() -> None:
    resources: list[Resource] = []
    for file in read_inputs([str(MANIFESTS)]).files:
        reading = read_documents(file.source)
        assert not reading.diagnostics
        resources += [Resource(d.value, d.origin) for d in reading.documents]
    assert len(resources) > 100
    assert list(check_resources(resources, load("1.36"))) == []
