"""Objects drawn from the schemas of Kubernetes: any kind, any of its fields."""

from __future__ import annotations

from hypothesis import strategies as st

from kspec.api.schema import AnySchema, ListSchema, ListType, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.api.schema import load as load_schemas
from kspec.elaborate.objects.flat import item_key
from kspec.source.tree import Json, Object

CATALOGUE = load_schemas()
KINDS = tuple(
    (api_version, kind)
    for api_version, kind in sorted(CATALOGUE.kinds())
    if not kind.endswith("List") and "metadata" in (CATALOGUE.lookup(api_version, kind) or ObjectSchema()).fields
)
COMMON = (
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
)
NAMES = st.sampled_from(
    ["web", "db", "env", "state", "for", "x1", "a-b", "7zip", "my.name", "true", "Web", "secret", "no"]
)
TEXTS = st.sampled_from(
    ["", "web", "${x}", "$$", "say \"hi\"", "it's", "a\\b", "two\nlines", "  lead\n  lines\n", "tail\n\n", "a\n\nb",
     "5m", "true", "null", "8080", "0755", "a: b", "# no", "'''", '"""', 'ends"', 'a\nb"', 'a\nb"""', "\ttab",
     "\u00e9\U0001f600", "a\r\nb", "\x00", "a\n \nb", "deployment/web", "nvidia.com/gpu", "25%", "1..2", "x" * 130]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)  # fmt: skip
KEYS = st.sampled_from(
    ["app", "app.kubernetes.io/name", "tier", "odd key", "a.b", "env", "in", "true", "7", "matchLabels", "x/y"]
)
AMOUNTS = st.sampled_from(["100m", "1", "1.5", "2Gi", "1e3", "0", "500k", "12E", "0.5"])
RESOURCES = st.sampled_from(
    ["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu", "pods", "storage"]
)


def scalars(schema: ScalarSchema, field: str) -> st.SearchStrategy[Json]:
    """Values of one scalar field."""
    if schema.enum:
        return st.sampled_from(list(schema.enum))
    match schema.type:
        case Scalar.BOOLEAN:
            return st.booleans()
        case Scalar.INTEGER:
            return st.sampled_from([0, 1, 3, 10, 60, 90, 3600, 2**31 - 1])
        case Scalar.NUMBER:
            return st.sampled_from([0, 0.5, 3, 1e-7])
        case Scalar.QUANTITY:
            return AMOUNTS
        case Scalar.INT_OR_STRING:
            return st.sampled_from([80, 0, "25%", "http", "80", "https-alt"])
        case Scalar.BYTES:
            return st.sampled_from(["", "aGk="])
        case Scalar.TIME | Scalar.MICRO_TIME:
            return st.just("2026-01-02T03:04:05Z")
        case Scalar.STRING:
            return NAMES if field.lower().endswith("name") else TEXTS


def values(schema: Schema, field: str, depth: int) -> st.SearchStrategy[Json]:
    """Values of any field."""
    match schema:
        case ScalarSchema():
            return scalars(schema, field)
        case MapSchema(values=inner):
            keys = RESOURCES if isinstance(inner, ScalarSchema) and inner.type is Scalar.QUANTITY else KEYS
            return st.dictionaries(keys, values(inner, field, depth - 1), max_size=2)
        case ListSchema():
            return lists(schema, field, depth)
        case ObjectSchema():
            return structs(schema, depth)
        case AnySchema():
            simple = st.booleans() | st.integers(-5, 2**40) | TEXTS
            return st.dictionaries(KEYS, simple | st.lists(simple, max_size=2), max_size=2)


def lists(schema: ListSchema, field: str, depth: int) -> st.SearchStrategy[Json]:
    """Lists; items of a keyed one have keys of their own."""
    key = item_key(schema)
    keys = schema.keys if schema.list_type is ListType.MAP else (key,) if key else ()

    def identity(item: Json) -> object:
        return tuple(str(item.get(k)) for k in keys) if isinstance(item, dict) and keys else str(item)

    return st.lists(
        values(schema.items, field, depth - 1), min_size=field == "containers", max_size=2, unique_by=identity
    )


_SENSIBLE = {"PodTemplateSpec": {"spec"}, "JobTemplateSpec": {"spec"}, "ReplicationControllerSpec": {"template"}}
"""Fields that may be left out and never are."""


@st.composite
def structs(draw: st.DrawFn, schema: ObjectSchema, depth: int) -> Object:
    """Structs: what is required and a few fields more."""
    fields = sorted(schema.fields)
    chosen = set(schema.required) | _SENSIBLE.get(schema.short_name, set())
    if depth > 0 and fields:
        chosen |= set(draw(st.lists(st.sampled_from(fields), max_size=4)))
    return {name: draw(values(schema.fields[name], name, depth - 1)) for name in fields if name in chosen}


@st.composite
def objects(draw: st.DrawFn) -> Object:
    """One object of any kind, with a name."""
    api_version, kind = draw(st.sampled_from(COMMON) | st.sampled_from(KINDS))
    schema = CATALOGUE.lookup(api_version, kind)
    assert schema is not None
    body = draw(structs(schema, 9))
    spec = schema.fields.get("spec")
    if isinstance(spec, ObjectSchema):
        body["spec"] = draw(structs(spec, 9))
    metadata = body.get("metadata") or {}
    assert isinstance(metadata, dict)
    metadata.pop("generateName", None)
    metadata.pop("namespace", None)
    metadata["name"] = draw(NAMES)
    rest = {k: v for k, v in body.items() if k not in ("apiVersion", "kind")}
    return {"apiVersion": api_version, "kind": kind, **rest, "metadata": metadata}
