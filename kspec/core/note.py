"""Narration: what an action looks like to somebody watching the cluster.

The executor expands an action's notes into the steps of a trace; no reading of the core depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kspec.core.expr import TRUE, Expr
from kspec.core.pod import PodState


@dataclass(frozen=True, slots=True)
class Before:
    """The value of an expression before the action; `labels[value]` is shown where labels are given."""

    expr: Expr
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class After:
    """The value of an expression after the action."""

    expr: Expr
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThePod:
    """The name of the pod the action moves."""


@dataclass(frozen=True, slots=True)
class ThePodAddress:
    """The IP of the pod the action moves."""


@dataclass(frozen=True, slots=True)
class TheNode:
    """The name of the bound node (in a note told once per node: of that node)."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all pods in some states after the action, in order of creation, joined by `, `."""

    states: frozenset[PodState]
    here: bool = False
    """Only those on the bound node."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The IPs (with `:port` where given) of all pods in some states after the action, joined by `, `."""

    states: frozenset[PodState]
    port: int | None = None
    here: bool = False


Hole: TypeAlias = Before | After | ThePod | ThePodAddress | TheNode | Names | Addresses

Template: TypeAlias = tuple[str | Hole, ...]
"""A text with holes. A template that is one `Before` or `After` alone keeps the value's type (number, truth value)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The object a note speaks about. `namespace` is empty for cluster-scoped objects."""

    kind: str
    namespace: Template
    name: Template


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed; None stands for absent."""

    path: Template
    before: Template | None
    after: Template | None


@dataclass(frozen=True, slots=True)
class Note:
    """One component's voice in an action.

    `verb` is a word such as `create`, `bind`, `scale`. The note is told where `when` holds before the action; with
    `nodes` it is told once for each node of these classes.
    """

    component: Template
    verb: str
    subject: Subject
    summary: Template
    changes: tuple[Change, ...] = ()
    when: Expr = TRUE
    nodes: frozenset[int] = frozenset()
