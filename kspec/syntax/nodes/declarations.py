"""Declarations and blocks, as written."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.syntax.nodes.base import Attr, Key, Label, Node, PathRef
from kspec.syntax.nodes.behaviour import Component
from kspec.syntax.nodes.expressions import Argument, Expr, Number
from kspec.syntax.nodes.properties import Policy, Property, Scenario


@dataclass(frozen=True, slots=True)
class Type(Node):
    """`string`, `list[int]`, `{small, large}` (members), `1..5` (bounds)."""

    name: str
    arguments: tuple[Type, ...] = ()
    members: tuple[str, ...] = ()
    bounds: tuple[Number, Number] | None = None


@dataclass(frozen=True, slots=True)
class Use(Node):
    path: str


@dataclass(frozen=True, slots=True)
class Import(Node):
    """`import yaml "legacy/*.yaml" as legacy`; `form` is yaml, crd, helm, kustomize or None for kspec."""

    form: str | None
    path: str
    alias: Key | None


@dataclass(frozen=True, slots=True)
class ParamDecl(Node):
    """A parameter of a function or a module."""

    name: Key
    type: Type
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Param(Node):
    """A parameter of the design, set by `--set name=value`."""

    declaration: ParamDecl
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class Let(Node):
    """`let name = value`, or a function of the models' language: `let name(a: T) = value`."""

    name: Key
    params: tuple[ParamDecl, ...]
    value: Expr


@dataclass(frozen=True, slots=True)
class Enum_(Node):
    name: Key
    members: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Fn(Node):
    name: Key
    params: tuple[ParamDecl, ...]
    returns: Type | None
    body: Expr


@dataclass(frozen=True, slots=True)
class Define(Node):
    """A module: parameters, then blocks."""

    name: Key
    params: tuple[ParamDecl, ...]
    body: tuple[Top, ...]


@dataclass(frozen=True, slots=True)
class Env(Node):
    """An overlay, chosen with `--env NAME`."""

    name: Key
    base: Key | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Resource_(Node):
    """An object of any kind: `resource cert-manager.io/v1 Certificate shop-tls { ... }`."""

    api_version: str
    kind: Key
    label: Label
    items: tuple[Item, ...]
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`path: value`."""

    path: PathRef
    value: Expr
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelField(Node):
    """`port http: 8080`, `path "/": service/web.http`."""

    word: Key
    label: Label
    value: Expr
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`deployment web { ... }`, `strategy { ... }`."""

    word: Key
    label: Label | None
    items: tuple[Item, ...]
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class PathBlock(Node):
    """`app.env { ... }`: opens a nested object by its path."""

    path: PathRef
    items: tuple[Item, ...]
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance(Node):
    """`web_service web(image: "x") { ... }`: a module, instantiated; the body adds or overrides."""

    word: Key
    label: Label
    args: tuple[Argument, ...]
    items: tuple[Item, ...]
    attrs: tuple[Attr, ...] = ()


@dataclass(frozen=True, slots=True)
class For(Node):
    variable: Key
    source: Expr
    body: tuple[Item | Top, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Expr
    then: tuple[Item | Top, ...]
    orelse: tuple[Item | Top, ...]


@dataclass(frozen=True, slots=True)
class Remove(Node):
    path: PathRef


Item = (
    Field
    | LabelField
    | Block
    | PathBlock
    | Instance
    | For
    | If
    | Remove
    | Let
    | Resource_
    | Property
    | Policy
    | Scenario
)
Top = (
    Use
    | Import
    | Param
    | Let
    | Enum_
    | Fn
    | Define
    | Env
    | Resource_
    | Property
    | Policy
    | Scenario
    | Component
    | Field
    | Block
    | Instance
    | For
    | If
)


@dataclass(frozen=True, slots=True)
class File(Node):
    """A whole text, and its comments in order of position (the text starts at `#`)."""

    items: tuple[Top, ...]
    comments: tuple[Key, ...] = ()
