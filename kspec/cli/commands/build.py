"""`kspec build`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.cli.building import Wanted
    from kspec.cli.told import Told
    from kspec.source.tree import Json

FORMS = ("dir", "single", "kustomize", "helm")
"""The names of `OutputFormat`, known without importing it."""


@click.command("build", short_help="Manifests, placement, trace, proofs and a report, as files.")
@design_options()
@click.option("--budget", type=click.FloatRange(min=0.1), default=30.0, show_default=True, help="Seconds a property.")
@click.option("--no-verify", is_flag=True, help="Leave the proofs out.")
@click.option(
    "--output-format",
    "form",
    type=click.Choice(FORMS),
    default="dir",
    show_default=True,
    help="Manifests as files, one file, base and overlays, or a chart.",
)
def command(session: Session, budget: float, no_verify: bool, form: str) -> None:
    """Write everything kspec has to say about a design to OUT/<design>/ (-o OUT, by default out/).

    Exit code 0: it fits and what it promises is proved; 1: it does not fit or a promise is broken; 3: undecided.
    What was found is written in any case; on errors in the input nothing is.

    A kustomization has the design as its base and an overlay for every environment. A Helm chart has the design's
    parameters as its values, and a values file for every environment that only gives values to parameters; what a chart
    cannot offer is said (KS0050, KS0051).

    \b
    Examples:
      kspec build shop.kspec -o out/
      kspec build shop.kspec --output-format helm && helm template out/shop/chart
      kspec build shop.kspec --output-format kustomize && kubectl kustomize out/shop/kustomize/overlays/dev
    """
    from kspec.cli.building import Wanted
    from kspec.cli.told import told
    from kspec.emit.atomic import write_tree
    from kspec.emit.packages.form import OutputFormat

    out = Path(session.output or "out")
    with session.steps("building") as say:
        answer = told(
            session,
            ("build", str(out), budget, no_verify, form),
            lambda: _built(session, out, Wanted(OutputFormat(form), budget, not no_verify), say),
        )
    folder = out / str(_field(answer.document, "design"))
    try:
        write_tree(folder, answer.files)
    except OSError as error:
        raise click.UsageError(f"cannot write {folder}: {error}") from error
    if session.format == "json":
        session.print_json(answer.document)
    elif not session.quiet:
        click.echo(answer.text, nl=False)
    raise Stop(Exit(answer.code))


def _built(session: Session, out: Path, wanted: Wanted, say: Callable[[str], None]) -> Told:
    """Ask everything; on mistakes in the input, say them and stop."""
    from kspec.cli.building import build, code_of
    from kspec.cli.told import Told
    from kspec.emit.answers.summary import summary, summary_json
    from kspec.emit.packages.package import Variants

    loaded = session.loaded()
    if loaded.design is None:
        session.findings(loaded.diagnostics, loaded.sources)
        raise Stop(Exit.BAD_INPUT)
    environments = loaded.design.environments if session.env is None else ()
    variants = Variants(loaded.design, session.load_variant, environments)
    outcome = build(loaded, variants, wanted, say, session.answers.store)
    if any(finding.is_error for finding in outcome.findings):
        raise session.refuse(outcome.findings, loaded.sources)
    folder = str(out / outcome.design.name)
    told = summary(outcome, folder), summary_json(outcome, folder)
    return Told(*told, code_of(outcome), outcome.files(), outcome.decided)


def _field(document: Json, name: str) -> Json:
    assert isinstance(document, dict)
    return document[name]
