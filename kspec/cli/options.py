"""Options that every verb has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kspec.cli.pairs import Answer, answers
from kspec.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])


def design_options(formats: tuple[str, ...] = ("text", "json"), *, several: bool = False) -> Callable[[F], F]:
    """PATH..., --env, --set, --format, --output, -q, --no-cache and --no-color; the command gets a `Session`.

    With `several`, on a command of class `Paired`, formats may be repeated; those that are not the session's come as
    `also`.
    """

    def decorate(function: F) -> F:
        def wrapped(
            paths: tuple[str, ...],
            env: str | None,
            settings: tuple[str, ...],
            format: str | tuple[str, ...],
            output: str | tuple[str, ...] | None,
            quiet: bool,
            no_color: bool,
            no_cache: bool,
            **rest: Any,
        ) -> Any:
            pairs = dict(pair(s) for s in settings)
            if several:
                first, *also = answers(click.get_current_context())
                rest["also"] = tuple(also)
            else:
                first = Answer(str(format), output if isinstance(output, str) else None)
            session = Session(paths, env, pairs, first.format, first.file, quiet, no_color, no_cache)
            return function(session=session, **rest)

        wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
        command: Any = wrapped
        command.__click_params__ = list(getattr(function, "__click_params__", []))
        for option in reversed(_options(formats, several)):
            command = option(command)
        result: F = command
        return result

    return decorate


def _options(formats: tuple[str, ...], several: bool) -> list[Callable[[Any], Any]]:
    return [
        click.argument("paths", nargs=-1, metavar="PATH..."),
        click.option("--env", metavar="NAME", help="Apply the overlay `env NAME`."),
        click.option("--set", "settings", multiple=True, metavar="K=V", help="Set a parameter of the design."),
        _format(formats, several),
        click.option(
            "-o",
            "--output",
            multiple=several,
            metavar="PATH",
            help="Write the answer there instead of standard output.",
        ),
        click.option("-q", "--quiet", is_flag=True, help="Say only what was found."),
        click.option("--no-cache", is_flag=True, help="Ask everything anew; also KSPEC_NO_CACHE=1."),
        click.option("--no-color", is_flag=True, help="Never colour; also NO_COLOR=1."),
    ]


def _format(formats: tuple[str, ...], several: bool) -> Callable[[Any], Any]:
    choice = click.Choice(formats)
    if several:
        words = "How to answer; repeatable, each with an --output behind it but one.  [default: text]"
        return click.option("--format", type=choice, multiple=True, help=words)
    return click.option("--format", type=choice, default="text", show_default=True, help="How to answer.")


def pair(text: str) -> tuple[str, str]:
    """The name and the value of `--set NAME=VALUE`."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
    return name, value
