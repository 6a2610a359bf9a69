"""What stands in a container: ports, environment, resources, probes and mounts."""

from __future__ import annotations

import re

from kspec.elaborate.objects.flat import field_of
from kspec.emit.language import literals
from kspec.emit.language.forms.common import names, schema_of, text_of
from kspec.emit.language.part import Part
from kspec.emit.language.writer import ANYTHING, Form, Forms, Writer
from kspec.source.tree import Json, Object, Path


def _ports(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    items = names(owner["ports"], "name")
    if items is None or any(not isinstance(item.get("containerPort"), int) for item, _ in items):
        return None
    parts = []
    for index, (item, name) in enumerate(items):
        at = (*path, index)
        if set(item) == {"name", "containerPort"}:
            parts.append(Part(f"port {literals.name(name)}: {item['containerPort']}", at))
        else:
            rest = {k: v for k, v in item.items() if k != "name"}
            inner = writer.struct(schema_of(writer, "ContainerPort"), rest, at)
            parts.append(Part(f"port {literals.name(name)} {{", at, inner, "}"))
    return parts


def _env(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    items = names(owner["env"], "name")
    if not items or any("${" in name for _, name in items):
        return None
    parts = [_variable(writer, item, name, (*path, i)) for i, (item, name) in enumerate(items)]
    return [Part("env {", path, parts, "}", broken=len(parts) > 2)]


def _variable(writer: Writer, item: Object, name: str, path: Path) -> Part:
    value = item.get("value")
    if set(item) == {"name", "value"} and isinstance(value, str):
        shown = Part(value, path) if re.fullmatch(r"0|[1-9]\d{0,17}", value) else literals.text(value, path)
        return shown.under(literals.key(name))
    source = _source(item["valueFrom"]) if set(item) == {"name", "valueFrom"} else None
    if source is not None:
        return Part(source, path).under(literals.key(name))
    rest = {k: v for k, v in item.items() if k != "name"}
    if literals.opens_block(name):
        return Part(f"{name} {{", path, writer.struct(schema_of(writer, "EnvVar"), rest, path), "}")
    return writer.value(schema_of(writer, "EnvVar"), rest, name, path).under(literals.key(name))


_SOURCES = {
    "secretKeyRef": ("secret", ("name", "key")),
    "configMapKeyRef": ("configmap", ("name", "key")),
    "fieldRef": ("field", ("fieldPath",)),
}


def _source(value: Json) -> str | None:
    """`secret(db, password)`: where a variable's value comes from, if that is all there is to say."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    word, reference = next(iter(value.items()))
    function, keys = _SOURCES.get(word, ("", ()))
    if not isinstance(reference, dict) or not function or set(reference) != set(keys):
        return None
    texts = [reference[key] for key in keys]
    if not all(isinstance(text, str) and text for text in texts):
        return None
    return f"{function}({', '.join(literals.name(str(text)) for text in texts)})"


_PLAIN_RESOURCES = ("cpu", "memory", "ephemeral-storage")


def _resources(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    value = owner["resources"]
    if not isinstance(value, dict):
        return None
    requests, limits = value.get("requests") or {}, value.get("limits") or {}
    if not isinstance(requests, dict) or not isinstance(limits, dict) or not (requests or limits):
        return None
    parts: list[Part] = []
    left = {"requests": dict(requests), "limits": dict(limits)}
    for resource in dict.fromkeys((*requests, *limits)):
        shown = _amounts(resource, requests.get(resource), limits.get(resource))
        if shown is not None:
            at = (*path, "requests" if resource in requests else "limits", resource)
            parts.append(Part(f"{literals.key(resource)}: {shown}", at))
            left["requests"].pop(resource, None)
            left["limits"].pop(resource, None)
    rest = {k: left.get(k, v) for k, v in value.items() if left.get(k, v)}
    parts += writer.struct(schema_of(writer, "ResourceRequirements"), rest, path)
    return [Part("resources {", path, parts, "}")]


def _amounts(resource: str, request: Json, limit: Json) -> str | None:
    """Request and limit of a resource: `cpu: 100m..200m`; None where they are to be written under their own names."""
    fixed = "/" in resource or resource.startswith("hugepages-")
    if resource not in _PLAIN_RESOURCES and not fixed:
        return None
    low, high = literals.amount(request), literals.amount(limit)
    if fixed:
        return high if limit is not None and request == limit else None
    if limit is None:
        return low
    return f"{low}..{high}" if low is not None and high is not None else None


def _mounts(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    items = owner["volumeMounts"]
    if not isinstance(items, list):
        return None
    parts = []
    for index, item in enumerate(items):
        if not isinstance(item, dict) or not text_of(item, "name") or not text_of(item, "mountPath"):
            return None
        at = (*path, index)
        head = f"mount {literals.name(text_of(item, 'name'))}"
        where = Part(literals.string(text_of(item, "mountPath")), (*at, "mountPath"))
        if set(item) == {"name", "mountPath"}:
            parts.append(Part(f"{head}: {where.head}", at))
        else:
            rest = {k: v for k, v in item.items() if k not in ("name", "mountPath")}
            inner = [where.under("path"), *writer.struct(schema_of(writer, "VolumeMount"), rest, at)]
            parts.append(Part(f"{head} {{", at, inner, "}"))
    return parts


_PROBE_WORDS = {
    "periodSeconds": "every",
    "timeoutSeconds": "timeout",
    "initialDelaySeconds": "delay",
    "failureThreshold": "failures",
}


def _probe(word: str) -> Form:
    def form(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
        value = owner[str(path[-1])]
        if not isinstance(value, dict) or not value:
            return None
        schema = schema_of(writer, "Probe")
        label, inner, rest = _asked(writer, value, path)
        for key, setting in rest.items():
            short = _PROBE_WORDS.get(key)
            if short is None:
                inner += writer.field(schema, rest, (*path, key))
            else:
                field_schema = field_of(schema, key) or ANYTHING
                inner.append(literals.scalar(setting, field_schema, key, (*path, key)).under(short))
        if label and len(inner) == 1 and inner[0].head.startswith('path: "'):
            return [Part(f"{word} {label}: {inner[0].head.removeprefix('path: ')}", path)]
        return [Part(f"{word} {label} {{" if label else f"{word} {{", path, inner, "}")]

    return form


def _asked(writer: Writer, probe: Object, path: Path) -> tuple[str, list[Part], Object]:
    """The port that a probe asks, as a label, the parts that say how, and the fields that are left."""
    get, connect = probe.get("httpGet"), probe.get("tcpSocket")
    if len({"httpGet", "tcpSocket", "exec", "grpc"} & set(probe)) != 1:
        return "", [], probe
    if isinstance(get, dict) and (port := _port(get.get("port"))) is not None and isinstance(get.get("path", "/"), str):
        at = (*path, "httpGet")
        inner = [Part(f"path: {literals.string(str(get.get('path', '/')))}", (*at, "path"))]
        more = {k: v for k, v in get.items() if k not in ("path", "port")}
        if more:
            inner.append(Part("httpGet {", at, writer.struct(schema_of(writer, "HTTPGetAction"), more, at), "}"))
        return port, inner, {k: v for k, v in probe.items() if k != "httpGet"}
    if isinstance(connect, dict) and set(connect) == {"port"} and (port := _port(connect["port"])) is not None:
        return port, [], {k: v for k, v in probe.items() if k != "tcpSocket"}
    return "", [], probe


def _port(value: Json) -> str | None:
    """A port as a label; a text of digits has none, as a label of digits is a number."""
    match value:
        case bool():
            return None
        case int() if value >= 0:
            return f'"{value}"'
        case str() if value and not value.isdigit():
            return literals.name(value)
        case _:
            return None


FORMS: Forms = {
    ("Container", "ports"): _ports,
    ("Container", "env"): _env,
    ("Container", "resources"): _resources,
    ("Container", "volumeMounts"): _mounts,
    ("Container", "readinessProbe"): _probe("readiness"),
    ("Container", "livenessProbe"): _probe("liveness"),
    ("Container", "startupProbe"): _probe("startup"),
}
