"""Asks a fresh API server about objects written as YAML."""

from __future__ import annotations

from kspec.api.request import Answer, read_sent, validate
from kspec.source.tree import Object
from kspec.source.yaml import Document

NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: team, labels: {LABELS}}}"


def objects(text: str) -> list[Object]:
    return [s.written.value for s in read_sent("given.yaml", text) if isinstance(s.written, Document)]


def ask(text: str, setup: str = "", existing: str = "") -> Answer:
    """The answer to one object. `setup` is there before, `existing` is what it replaces."""
    (answer,) = validate(read_sent("asked.yaml", text), objects(setup), objects(existing))
    return answer


def said(answer: Answer) -> str:
    """Why an object is refused, or `accepted`."""
    return answer.refusal.message if answer.refusal else "accepted"


def pod(spec: str = "", container: str = "", namespace: str = "default") -> str:
    """A pod of one container, in flow style."""
    inner = f"{{name: main, image: a{', ' if container else ''}{container}}}"
    return (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: solo, namespace: {namespace}}},"
        f" spec: {{{spec}{', ' if spec else ''}containers: [{inner}]}}}}"
    )


def deployment(spec: str = "", top: str = "", name: str = "web", container: str = "") -> str:
    """A Deployment: additions to its pod spec, to its own spec, and to its container."""
    inner = f"{{name: web, image: a{', ' if container else ''}{container}}}"
    template = f"{{metadata: {{labels: {{app: web}}}}, spec: {{{spec}{', ' if spec else ''}containers: [{inner}]}}}}"
    return (
        f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}}},"
        f" spec: {{{top}{', ' if top else ''}selector: {{matchLabels: {{app: web}}}}, template: {template}}}}}"
    )
