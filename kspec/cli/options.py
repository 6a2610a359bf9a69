"""Options that every verb has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kspec.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def design_options(formats: tuple[str, ...] = ("text", "json")) -> Callable[[F], F]:
    """PATH..., --env, --set, --format, --output, -q, --no-cache and --no-color; the command gets a `Session`."""

    def decorate(function: F) -> F:
        def wrapped(
            paths: tuple[str, ...],
            env: str | None,
            settings: tuple[str, ...],
            format: str,
            output: str | None,
            quiet: bool,
            no_color: bool,
            no_cache: bool,
            **rest: Any,
        ) -> Any:
            pairs = dict(pair(s) for s in settings)
            session = Session(paths, env, pairs, format, output, quiet, no_color, no_cache)
            return function(session=session, **rest)

        wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
        command: Any = wrapped
        command.__click_params__ = list(getattr(function, "__click_params__", []))
        for option in reversed(_options(formats)):
            command = option(command)
        result: F = command
        return result

    return decorate


def _options(formats: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    return [
        click.argument("paths", nargs=-1, metavar="PATH..."),
        click.option("--env", metavar="NAME", help="Apply the overlay `env NAME`."),
        click.option("--set", "settings", multiple=True, metavar="K=V", help="Set a parameter of the design."),
        click.option("--format", type=click.Choice(formats), default="text", show_default=True, help="How to answer."),
        click.option("-o", "--output", metavar="PATH", help="Write the answer there instead of standard output."),
        click.option("-q", "--quiet", is_flag=True, help="Say only what was found."),
        click.option("--no-cache", is_flag=True, help="Ask everything anew; also KSPEC_NO_CACHE=1."),
        click.option("--no-color", is_flag=True, help="Never colour; also NO_COLOR=1."),
    ]


def pair(text: str) -> tuple[str, str]:
    """The name and the value of `--set NAME=VALUE`."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
    return name, value
