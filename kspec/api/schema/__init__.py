"""The shape of Kubernetes objects per version, and whether an object has it."""

from kspec.api.schema.catalogue import (
    DEFAULT_VERSION,
    Catalogue,
    KindName,
    load,
    resolve_version,
    supported_versions,
)
from kspec.api.schema.check import check
from kspec.api.schema.kinds import check_kinds
from kspec.api.schema.lifecycle import Lifecycle, Standing, lifecycle
from kspec.api.schema.problems import Problem, ProblemKind, Stage, json_type
from kspec.api.schema.report import check_resource, check_resources, diagnostic
from kspec.api.schema.types import (
    AnySchema,
    CelRule,
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
    "CelRule",
    "KindName",
    "Lifecycle",
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
    "Standing",
    "check",
    "check_kinds",
    "check_resource",
    "check_resources",
    "diagnostic",
    "json_type",
    "lifecycle",
    "load",
    "resolve_version",
    "supported_versions",
]
