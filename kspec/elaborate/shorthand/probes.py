"""`readiness http { path: "/healthz"  every: 5s }`: probes by the port they ask.

With a path the probe is an HTTP request to that port, without one a connection; `exec { ... }` and `grpc { ... }` are
written as Kubernetes has them.
"""

from __future__ import annotations

from kspec.elaborate.evaluate.values import Fields, Text
from kspec.elaborate.objects.draft import Place
from kspec.elaborate.objects.forms import Entry, Form, Forms
from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.writer import Writer
from kspec.elaborate.shorthand.common import port_of, refuse, renamed, schema_at


def _probe(field: str) -> Form:
    def form(writer: Writer, place: Place, entry: Entry) -> bool:
        probe = place.inside(place.slot.open(field), schema_at(place.schema, field), field)
        if entry.value is None or isinstance(entry.value, Fields):
            probe.slot.open_map(Write(place.layer, entry.head, entry.word.span))
            writer.body(probe, entry)
        elif isinstance(entry.value, Text) and entry.label is not None:
            probe.slot.open_map(Write(place.layer, entry.head, entry.word.span))
            path = probe.slot.open_path(("httpGet", "path"))
            writer.leaf(place, path, entry.value.text, entry.value.span, entry.word.span)
        else:
            return refuse(writer, place, entry, 'a block, or the path to ask: `readiness http: "/healthz"`')
        if entry.label is not None:
            _set_port(writer, probe, entry.label)
        return True

    return form


def _set_port(writer: Writer, probe: Place, label: Text) -> None:
    handlers = [h for h in ("httpGet", "grpc") if (slot := probe.slot.field(h)) is not None and slot.present]
    handler = handlers[0] if handlers else "tcpSocket"
    port = port_of(label)
    slot = probe.slot.open_path((handler, "port"))
    if slot.value != port:
        writer.leaf(probe, slot, port, label.span, label.span)


FORMS: Forms = {
    ("Container", "readiness"): _probe("readinessProbe"),
    ("Container", "liveness"): _probe("livenessProbe"),
    ("Container", "startup"): _probe("startupProbe"),
    ("Probe", "path"): renamed("httpGet", "path"),
    ("Probe", "every"): renamed("periodSeconds"),
    ("Probe", "timeout"): renamed("timeoutSeconds"),
    ("Probe", "delay"): renamed("initialDelaySeconds"),
    ("Probe", "failures"): renamed("failureThreshold"),
}
