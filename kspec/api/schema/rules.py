"""The rules about the shape of objects and the versions of APIs."""

from __future__ import annotations

from kspec.source.diagnostic import Rule, Severity

TYPE = Rule(
    "KS0003",
    "type",
    Severity.ERROR,
    "a value of the wrong type",
    """The field wants another type than the value has: a number in quotes, a bare `true` where text is meant, a
mapping in place of a list. The API server does not convert; it refuses the object. In kspec text the schema of the
chosen version says what a field takes, and a declaration what a parameter takes: text is quoted, numbers are not.""",
)

UNKNOWN_FIELD = Rule(
    "KS0004",
    "unknown-field",
    Severity.ERROR,
    "a field that its kind does not have",
    """Kubernetes drops fields it does not know, unless field validation is strict: a field that is misspelt or one
level too high or too low has no effect, without a word. Field names are case-sensitive.

In kspec text the fields of a workload are flat: a name is looked up among the short forms, then in the metadata, in
the workload's spec and in the pod's spec. A field of a container stands in its `container` block. Any path from the
object's root is legal too: `spec.template.spec.dnsPolicy: None`.""",
)

SCHEMA = Rule(
    "KS1001",
    "schema",
    Severity.ERROR,
    "an object that does not fit the schema of the target version",
    """The object's kind is not known to Kubernetes, or a value cannot be decoded: text that is no base64, an integer
that does not fit into its field, a timestamp that is none.""",
)

REQUIRED = Rule(
    "KS1002",
    "required-field",
    Severity.ERROR,
    "a required field is missing",
    """The API server refuses the object without this field; there is no default for it. Null counts as absent.""",
)

ENUM = Rule(
    "KS1003",
    "enum",
    Severity.ERROR,
    "a value that is not one of those allowed",
    """The field takes one of a few words, and is case-sensitive about them.""",
)

CRD_SCHEMA = Rule(
    "KS1004",
    "crd-schema",
    Severity.ERROR,
    "a custom resource that does not fit its definition",
    """The CustomResourceDefinition in the input states a pattern, a range, a length or another constraint that the
value does not meet.""",
)

QUANTITY = Rule(
    "KS1009",
    "quantity-format",
    Severity.ERROR,
    "text that is no quantity",
    """A quantity is a number with an optional suffix: `250m`, `1.5`, `64Mi`, `2Gi`, `1e9`. There is no space before the
suffix, and `MB` and `GB` do not exist.""",
)

LIST_KEYS = Rule(
    "KS1014",
    "list-map-keys",
    Severity.ERROR,
    "two items of a list with the same key",
    """Kubernetes identifies the items of this list by the fields named. Server-side apply refuses two items with the
same key, and client-side apply keeps only one of them.""",
)

API_REMOVED = Rule(
    "KS1101",
    "api-removed",
    Severity.ERROR,
    "an apiVersion that the target version does not serve",
    """The API version was removed from Kubernetes, or never existed. `kubectl apply` says `no matches for kind`.""",
)

API_DEPRECATED = Rule(
    "KS1102",
    "api-deprecated",
    Severity.WARNING,
    "an apiVersion that will be removed",
    """The API version is still served by the target version, but its removal is announced or has happened in a later
one. Its successor usually takes the same object with small changes.""",
)

API_NOT_YET = Rule(
    "KS1103",
    "api-not-yet",
    Severity.ERROR,
    "an apiVersion or field that the target version does not have yet",
    """The API version or the field is newer than the target version, or is alpha or beta and served only where the
cluster turns it on with `--runtime-config`.""",
)

RULES = (
    TYPE,
    UNKNOWN_FIELD,
    SCHEMA,
    REQUIRED,
    ENUM,
    CRD_SCHEMA,
    QUANTITY,
    LIST_KEYS,
    API_REMOVED,
    API_DEPRECATED,
    API_NOT_YET,
)
