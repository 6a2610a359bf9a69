"""What the Kubernetes API says of its kinds and fields, for people: from `schemas/docs.json.gz`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache

from kspec.source.data import data_dir


def documentation(definition: str, field: str = "") -> str:
    """The documentation of a field of a definition (`io.k8s.api.core.v1.Container`), or of the definition itself;
    empty where there is none. The words are those of the newest version that has the field.
    """
    return _docs().get(definition, {}).get(field, "")


@cache
def _docs() -> Mapping[str, Mapping[str, str]]:
    docs: Mapping[str, Mapping[str, str]] = json.loads(
        gzip.decompress((data_dir("schemas") / "docs.json.gz").read_bytes())
    )
    return docs
