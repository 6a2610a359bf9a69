"""`kspec expand`."""

from __future__ import annotations

import click

from kspec.cli.objects import named_object
from kspec.cli.options import design_options
from kspec.cli.session import Session


@click.command("expand", short_help="What short forms, modules and loops become.")
@design_options()
@click.option("--object", "wanted", metavar="KIND/NAME", help="Only this object.")
def command(session: Session, wanted: str | None) -> None:
    """Print every object that kspec text makes, in full, each line with the source line that it comes from.

    What is printed is kspec text as well, and makes the same objects.

    \b
    Examples:
      kspec expand shop.kspec
      kspec expand shop.kspec --object deployment/web --env dev
    """
    from kspec.api.schema import load as load_schemas
    from kspec.elaborate.custom import custom_kinds
    from kspec.elaborate.objects.kinds import Kinds
    from kspec.emit.language.expanded import declared, expanded_document, expanded_text

    loaded = session.loaded()
    design = session.design_of(loaded)
    resources = declared([named_object(design, wanted)] if wanted is not None else design.written)
    if session.format == "json":
        session.answer_json(expanded_document(resources, loaded.sources))
        return
    kinds = Kinds(load_schemas(design.kubernetes).with_crds(design.written), custom_kinds(design.written))
    session.answer(expanded_text(resources, kinds, loaded.sources))
