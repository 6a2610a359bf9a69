"""The Jinja environment: strict about names, one YAML filter for scalars, a sandbox for users' own templates."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kspec.emit.scalars import key, scalar


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The environment of the templates that ship with kspec."""
    folder = Path(str(files("kspec.emit") / "templates"))
    env = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    env.filters.update(scalar=scalar, key=key)
    return env


def template(name: str) -> Template:
    """A template by its path under `kspec/emit/templates`."""
    return environment().get_template(name)
