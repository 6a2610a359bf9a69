"""Services, ingresses and network policies, by the workloads and services they are about."""

from __future__ import annotations

from kspec.api.schema import ListSchema
from kspec.elaborate.objects.flat import field_of
from kspec.emit.language import literals
from kspec.emit.language.forms.common import names, schema_of, text_of
from kspec.emit.language.part import Part
from kspec.emit.language.selectors import labels_of, only_labels
from kspec.emit.language.writer import Form, Forms, Writer
from kspec.source.tree import Json, Object, Path

_GROUP = "io.k8s.api.networking.v1."


def _target(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """`target: web` for the labels of one workload."""
    selector = owner["selector"]
    labels = labels_of(selector)
    found = writer.around.target(writer.subject.namespace, labels) if labels == selector else None
    return [Part(f"target: {found}", path)] if found is not None else None


def _ports(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    ports = owner["ports"]
    if not isinstance(ports, list) or not ports:
        return None
    if names([p for p in ports if isinstance(p, dict) and p.get("name")], "name") is None:
        return None
    parts = [_port(writer, item, (*path, i)) for i, item in enumerate(ports)]
    return None if any(part is None for part in parts) else [part for part in parts if part is not None]


def _port(writer: Writer, item: Json, path: Path) -> Part | None:
    if (
        not isinstance(item, dict)
        or not isinstance(item.get("port"), int)
        or ("name" in item and not text_of(item, "name"))
    ):
        return None
    head = f"port {literals.name(text_of(item, 'name'))}" if "name" in item else "port"
    rest = {k: v for k, v in item.items() if k != "name"}
    target = rest.get("targetPort")
    if set(rest) == {"port"}:
        return Part(f"{head}: {rest['port']}", path)
    if set(rest) == {"port", "targetPort"} and (isinstance(target, int) or literals.is_bare(str(target))):
        return Part(f"{head}: {rest['port']} -> {target}", path)
    return Part(f"{head} {{", path, writer.struct(schema_of(writer, "ServicePort"), rest, path), "}")


# ingresses


def _class(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    name = owner["ingressClassName"]
    return [Part(f"class: {literals.name(name)}", path)] if isinstance(name, str) and name else None


def _rules(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    rules = names(owner["rules"], "host")
    if rules is None:
        return None
    secrets = _secrets(owner.get("tls"))
    parts = []
    for index, (rule, host) in enumerate(rules):
        inner = _paths(writer, rule, (*path, index))
        if inner is None:
            return None
        if secrets is not None and host in secrets:
            inner.append(Part(f"tls: {literals.string(secrets[host])}", (*path[:-1], "tls")))
        parts.append(Part(f"host {literals.string(host)} {{", (*path, index), inner, "}"))
    return parts


def _paths(writer: Writer, rule: Object, path: Path) -> list[Part] | None:
    """The paths of a host; None where a rule says more."""
    http = rule.get("http")
    if set(rule) - {"host", "http"}:
        return None
    if http is None:
        return []
    items = names(http.get("paths"), "path") if isinstance(http, dict) and set(http) == {"paths"} else None
    if not items:
        return None
    schema = writer.catalogue.definition(f"{_GROUP}HTTPIngressPath")
    parts = []
    for index, (item, name) in enumerate(items):
        at = (*path, "http", "paths", index)
        backend, head = _backend(writer, item.get("backend")), f"path {literals.string(name)}"
        if "pathType" not in item:
            return None
        if backend is not None and set(item) == {"path", "pathType", "backend"} and item["pathType"] == "Prefix":
            parts.append(Part(f"{head}: {backend}", at))
            continue
        rest = {k: v for k, v in item.items() if k != "path" and not (k == "backend" and backend)}
        inner = writer.struct(schema, rest, at)
        if backend is not None:
            inner.append(Part(f"backend: {backend}", (*at, "backend")))
        parts.append(Part(f"{head} {{", at, inner, "}"))
    return parts


def _backend(writer: Writer, backend: Json) -> str | None:
    """`service/web.http`, where the design has that service and port."""
    service = backend.get("service") if isinstance(backend, dict) and set(backend) == {"service"} else None
    port = service.get("port") if isinstance(service, dict) and set(service) == {"name", "port"} else None
    if not isinstance(service, dict) or not isinstance(port, dict) or len(port) != 1:
        return None
    name, wanted = text_of(service, "name"), next(iter(port.values()))
    known = writer.around.services.get((writer.subject.namespace, name), ())
    by = "name" if "name" in port else "number"
    if not any(wanted == getattr(p, by) for p in known) or not wanted or "." in name:
        return None
    reference = f"service/{name}.{wanted}"
    return reference if literals.is_reference(reference) and str(wanted).isdigit() == (by == "number") else None


def _secrets(tls: Json) -> dict[str, str] | None:
    """The secret of each host, where every entry is for one host; None where `tls` has to be written by itself."""
    if not isinstance(tls, list):
        return None
    found: dict[str, str] = {}
    for item in tls:
        hosts = item.get("hosts") if isinstance(item, dict) and set(item) == {"hosts", "secretName"} else None
        if (
            not isinstance(item, dict)
            or not isinstance(hosts, list)
            or len(hosts) != 1
            or not isinstance(hosts[0], str)
        ):
            return None
        if hosts[0] in found or not text_of(item, "secretName"):
            return None
        found[hosts[0]] = text_of(item, "secretName")
    return found


def _tls(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """Nothing, where each secret stands at its host, in the order of the hosts."""
    secrets, rules = _secrets(owner["tls"]), owner.get("rules")
    if secrets is None or rules is None or _rules(writer, owner, (*path[:-1], "rules")) is None:
        return None
    hosts = [text_of(rule, "host") for rule in rules] if isinstance(rules, list) else []
    return [] if [h for h in hosts if h in secrets] == list(secrets) else None


def _rules_or_none(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    """The hosts, with their secrets only where none is left over."""
    if "tls" in owner and _tls(writer, owner, (*path[:-1], "tls")) is None:
        return _rules(writer, {k: v for k, v in owner.items() if k != "tls"}, path)
    return _rules(writer, owner, path)


# network policies


def _policy_target(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    labels = only_labels(owner["podSelector"])
    found = writer.around.target(writer.subject.namespace, labels) if labels else None
    return [Part(f"target: {found}", path)] if found is not None else None


def _peers(field: str) -> Form:
    def form(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
        peers = owner[field]
        if not isinstance(peers, list) or not peers:
            return None
        parts: list[Part] = []
        for index, peer in enumerate(peers):
            labels = (
                only_labels(peer.get("podSelector"))
                if isinstance(peer, dict) and set(peer) == {"podSelector"}
                else None
            )
            found = writer.around.target(writer.subject.namespace, labels) if labels else None
            if found is None:
                listed = field_of(writer.catalogue.definition(f"{_GROUP}NetworkPolicy{_RULES[field]}Rule"), field)
                assert isinstance(listed, ListSchema)
                parts.append(writer.value(listed.items, peer, field, (*path, index)))
            else:
                parts.append(Part(found, (*path, index)))
        return [Part(f"{field}: [", path, parts, "]", commas=True)]

    return form


_RULES = {"from": "Ingress", "to": "Egress"}


def _policy_ports(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    ports = owner["ports"]
    if not isinstance(ports, list) or not ports:
        return None
    parts = []
    for index, item in enumerate(ports):
        port = item.get("port") if isinstance(item, dict) and set(item) == {"port"} else None
        if isinstance(port, bool) or not (isinstance(port, int) or (isinstance(port, str) and literals.is_bare(port))):
            return None
        parts.append(Part(f"port: {port}", (*path, index)))
    return parts


FORMS: Forms = {
    ("ServiceSpec", "selector"): _target,
    ("ServiceSpec", "ports"): _ports,
    ("IngressSpec", "ingressClassName"): _class,
    ("IngressSpec", "rules"): _rules_or_none,
    ("IngressSpec", "tls"): _tls,
    ("NetworkPolicySpec", "podSelector"): _policy_target,
    ("NetworkPolicyIngressRule", "from"): _peers("from"),
    ("NetworkPolicyIngressRule", "ports"): _policy_ports,
    ("NetworkPolicyEgressRule", "to"): _peers("to"),
    ("NetworkPolicyEgressRule", "ports"): _policy_ports,
}
