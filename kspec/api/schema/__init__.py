"""The shape of Kubernetes objects per version, and whether an object has it."""

from kspec.api.schema.catalogue import (
    DEFAULT_VERSION,
    Catalogue,
    KindName,
    load,
    resolve_version,
    supported_versions,
)
from kspec.api.schema.problems import Problem, ProblemKind, Stage, json_type
from kspec.api.schema.types import (
    AnySchema,
    Limits,
    ListSchema,
    ListType,
    MapSchema,
    ObjectSchema,
    Scalar,
    ScalarSchema,
    Schema,
)

__all__ = [
    "DEFAULT_VERSION",
    "AnySchema",
    "Catalogue",
    "KindName",
    "Limits",
    "ListSchema",
    "ListType",
    "MapSchema",
    "ObjectSchema",
    "Problem",
    "ProblemKind",
    "Scalar",
    "ScalarSchema",
    "Schema",
    "Stage",
    "json_type",
    "load",
    "resolve_version",
    "supported_versions",
]
