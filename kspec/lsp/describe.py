"""Words about schemas: types, and what the Kubernetes API says of fields."""

from __future__ import annotations

from kspec.api.schema import AnySchema, ListSchema, MapSchema, ObjectSchema, Scalar, ScalarSchema, Schema
from kspec.api.schema.docs import documentation
from kspec.elaborate.objects.flat import View
from kspec.lsp.words import NODE_POOL, Short

YAML = "yaml"
"""What the code on a page is written in, where it is not kspec."""


def type_words(schema: Schema) -> str:
    """`string`, `list of Container`, `map of string`, `Always | Never`."""
    match schema:
        case ScalarSchema(enum=enum) if enum:
            return " | ".join(str(value) for value in enum)
        case ScalarSchema(type=Scalar.STRING):
            return "string"
        case ScalarSchema(type=kind):
            return kind.value
        case ListSchema(items=items):
            return f"list of {type_words(items)}"
        case MapSchema(values=values):
            return f"map of {type_words(values)}"
        case ObjectSchema():
            return schema.short_name or "object"
        case AnySchema(objects_only=True):
            return "object"
        case _:
            return "anything"


def field_page(view: View, name: str, schema: Schema, language: str = "kspec") -> str:
    """What to know of a field: its name and type, where it really is, and its documentation."""
    struct = view.schema
    path = ".".join((*view.path, name)).replace(".[", "[")
    required = " (required)" if isinstance(struct, ObjectSchema) and name in struct.required else ""
    lines = [
        f"```{language}\n{name}: {type_words(schema)}\n```",
        f"`{path}`{required}" if path != name else required.strip(),
    ]
    if isinstance(struct, ObjectSchema):
        if name in struct.deprecated:
            lines.append("**Deprecated.**")
        lines.append(field_text(struct, name))
    return "\n\n".join(line for line in lines if line)


def field_text(struct: ObjectSchema, name: str) -> str:
    """The documentation of a field, empty where there is none."""
    return NODE_POOL.get(name, "") if struct.name == "kspec.NodePool" else documentation(struct.name, name)


def short_page(word: str, short: Short) -> str:
    """What to know of a short form."""
    return f"```kspec\n{short.example}\n```\n\n{short.text}"


def kind_page(schema: ObjectSchema, api_version: str, kind: str, language: str = "kspec") -> str:
    """What to know of a kind."""
    text = documentation(schema.name)
    return "\n\n".join(part for part in (f"```{language}\n{kind} ({api_version})\n```", text) if part)
