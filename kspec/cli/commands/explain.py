"""`kspec explain`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop


@click.command("explain", short_help="What a rule finds, why it matters, what to do.")
@click.argument("rule", metavar="KSnnnn")
def command(rule: str) -> None:
    """Explain a rule by its id (KS4011) or its name (unschedulable).

    \b
    Example:
      kspec explain KS4011
    """
    from kspec.emit.manual import find, page

    found = find(rule)
    if found is None:
        click.echo(f"there is no rule {rule!r}; `kspec check --help` tells where rules are listed", err=True)
        raise Stop(Exit.BAD_INPUT)
    click.echo(page(found), nl=False)
