"""The Jinja environments: strict about names, one YAML filter for scalars, a sandbox for users' own templates."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kspec.emit.scalars import key, scalar

E = TypeVar("E", bound=Environment)


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The environment for templates that others may have written."""
    return _equipped(ImmutableSandboxedEnvironment)


@cache
def _shipped() -> Environment:
    """That of the templates that ship with kspec: without a sandbox, whose checks are most of the time of a layout."""
    return _equipped(Environment)


def _equipped(kind: type[E]) -> E:
    env = kind(
        loader=FileSystemLoader(Path(str(files("kspec.emit") / "templates"))),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    env.filters.update(scalar=scalar, key=key)
    env.tests.update(nested=_is_nested)
    return env


def _is_nested(value: object) -> bool:
    """Whether a value of a manifest takes lines of its own: a map or a list that is not empty."""
    return isinstance(value, dict | list) and bool(value)


def template(name: str) -> Template:
    """A template by its path under `kspec/emit/templates`."""
    return _shipped().get_template(name)
