"""Several formats at once: `--format text --format sarif --output x.sarif`, each output with the format before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Answer:
    """A format, and the file it goes to; None is standard output."""

    format: str
    file: str | None = None


class Paired(click.Command):
    """A command whose `--format` and `--output` may be repeated; it finds its `Answer`s in the context."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Click forgets in which order different options stood; here it is looked at before it does."""
        given, _, order = self.make_parser(ctx).parse_args(list(args))
        names = [parameter.name for parameter in order if parameter.name in ("format", "output")]
        values = {name: iter(given.get(name) or ()) for name in ("format", "output")}
        ctx.meta[__name__] = paired((name, next(values[name])) for name in names if name is not None)
        return super().parse_args(ctx, args)


def answers(ctx: click.Context) -> tuple[Answer, ...]:
    """What to answer in, the one for the session first: that on standard output, or else the first."""
    found: tuple[Answer, ...] = ctx.meta[__name__]
    shown = [a for a in found if a.file is None]
    if len(shown) > 1:
        formats = " and ".join(a.format for a in shown)
        raise click.UsageError(f"{formats} can not both go to standard output: give one an --output")
    return (*shown, *(a for a in found if a.file is not None))


def paired(options: Iterable[tuple[str, str]]) -> tuple[Answer, ...]:
    """Each --output with the --format before it, or else the one after it; text where there is none."""
    found: list[Answer] = []
    format: str | None = None
    file: str | None = None
    for name, value in options:
        if name == "format":
            if format is not None:
                found.append(Answer(format, file))
                file = None
            format = value
        else:
            if file is not None:
                found.append(Answer(format or "text", file))
                format = None
            file = value
        if format is not None and file is not None:
            found.append(Answer(format, file))
            format = file = None
    if format is not None or file is not None or not found:
        found.append(Answer(format or "text", file))
    return tuple(found)
