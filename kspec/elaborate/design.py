"""A design: everything a text says, resolved, on which all questions are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kspec.domain.node import Cluster
from kspec.domain.objects import ObjectRef, Resource
from kspec.elaborate.parameters import Parameter
from kspec.source.diagnostic import Diagnostics
from kspec.source.text import SourceFile, Span
from kspec.source.tree import Origin
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Allowance:
    """`@allow(KS4003, reason: "...", until: "...")`: findings of these rules are accepted inside what it annotates.

    `rules` are ids or names, `span` is the attribute, `within` what it stands in front of.
    """

    rules: tuple[str, ...]
    span: Span
    within: Span
    reason: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Design:
    """What was read, evaluated and defaulted.

    `resources` are all objects in order of their writing, with the API server's defaults; Node objects are in
    `cluster.nodes` too. `written` holds the same objects as the user wrote them. Properties, scenarios and components
    stay syntax: their meaning is a matter of behaviour (`kspec.elaborate.behaviour`). `pool_origins` tells where each
    node pool was written. `environments` are the names of all overlays that there are. It is for the Kubernetes
    versions from `oldest` to `kubernetes`.
    """

    name: str
    kubernetes: str
    cluster: Cluster
    resources: tuple[Resource, ...]
    written: tuple[Resource, ...]
    properties: tuple[n.Property, ...] = ()
    scenarios: tuple[n.Scenario, ...] = ()
    policies: tuple[n.Policy, ...] = ()
    components: tuple[n.Component, ...] = ()
    pool_origins: Mapping[str, Origin] = field(default_factory=dict, compare=False, repr=False)
    allowances: tuple[Allowance, ...] = field(default=(), compare=False)
    oldest: str = ""
    parameters: tuple[Parameter, ...] = ()
    environments: tuple[str, ...] = ()

    def find(self, kind: str, namespace: str, name: str) -> Resource | None:
        """The object of that kind and name, if the design has it."""
        wanted = (kind, namespace, name)
        return next((r for r in self.resources if (r.kind, r.namespace, r.name) == wanted), None)

    def by_ref(self, ref: ObjectRef) -> Resource | None:
        return next((r for r in self.resources if r.ref == ref), None)


@dataclass(frozen=True)
class Loaded:
    """The outcome of loading: a design, unless errors forbid one, the findings, and the texts for code frames.

    `ambiguous` is the design where the only errors are names that are declared twice: every object of it is sound.
    """

    design: Design | None
    diagnostics: Diagnostics
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    ambiguous: Design | None = None
