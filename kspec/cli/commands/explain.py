"""`kspec explain`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.objects import named_object
from kspec.cli.options import design_options
from kspec.cli.session import Session


@click.command("explain", short_help="What a rule finds; or where a value comes from.")
@click.argument("subject", metavar="KSnnnn|KIND/NAME")
@click.argument("field", required=False)
@design_options(("text",))
def command(session: Session, subject: str, field: str | None) -> None:
    """Explain a rule by its id (KS4011) or name, or list every source line that had a say in a field of an object.

    \b
    Examples:
      kspec explain KS4011
      kspec explain deployment/web spec.replicas shop.kspec
      kspec explain deployment/web 'spec.template.spec.containers[app].image' shop.kspec --env dev
    """
    if field is None:
        _rule(subject)
        return
    from kspec.elaborate.explain import find_path, history

    resource = named_object(session.design(), subject)
    path = find_path(resource.manifest, field)
    if path is None:
        raise click.UsageError(f"{subject} has no {field}")
    written = list(history(resource, path))
    for write in written:
        winner = "wins" if write is written[-1] else "    "
        session.answer(f"{winner}  {write.span or '-'}  {write.layer.name}: {write.value}\n")
    if not written:
        session.answer(f"nobody wrote {field} of {subject}: the API server fills it in\n")


def _rule(subject: str) -> None:
    from kspec.emit.manual import find, page

    found = find(subject)
    if found is None:
        click.echo(f"there is no rule {subject!r}; a field to explain is missing if an object was meant", err=True)
        raise Stop(Exit.BAD_INPUT)
    click.echo(page(found), nl=False)
