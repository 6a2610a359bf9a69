"""The forms of output, and which function makes which."""

from __future__ import annotations

from enum import Enum

from kspec.emit.manifests.render import render_all
from kspec.emit.packages.helm import helm
from kspec.emit.packages.kustomize import kustomize
from kspec.emit.packages.package import Package, Variants, applied


class OutputFormat(Enum):
    """The form of the manifests that `kspec build` writes."""

    DIR = "dir"
    SINGLE = "single"
    KUSTOMIZE = "kustomize"
    HELM = "helm"


def package(form: OutputFormat, variants: Variants) -> Package:
    """The manifests of a design in a form."""
    match form:
        case OutputFormat.DIR:
            return Package({f"manifests/{m.file}": m.text for m in render_all(applied(variants.design))})
        case OutputFormat.SINGLE:
            documents = [m.text for m in render_all(applied(variants.design))]
            return Package({"manifests.yaml": "---\n".join(documents)})
        case OutputFormat.KUSTOMIZE:
            return kustomize(variants)
        case OutputFormat.HELM:
            return helm(variants)
