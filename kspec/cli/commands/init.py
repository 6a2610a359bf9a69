"""`kspec init`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kspec.domain.objects import Resource
    from kspec.emit.language.convert import Source
    from kspec.emit.starting.sketch import Pool

SCHEMA = "kspec/init/v1"
FILE = "design.kspec"


@click.command("init", short_help="Start a design from a folder of YAML, or from nothing.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False))
@click.option("-o", "--output", metavar="FILE", help=f"The file to write; by default DIR/{FILE}.")
@click.option("--import", "as_text", is_flag=True, help="Write the manifests as kspec text instead of importing them.")
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@click.option("--format", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to answer.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what went wrong.")
@click.option("--no-color", is_flag=True, help="Never colour; also NO_COLOR=1.")
def command(
    folder: str, output: str | None, as_text: bool, force: bool, format: str, quiet: bool, no_color: bool
) -> None:
    """Write DIR/design.kspec: the manifests below DIR, a cluster with room for them, and first promises.

    The YAML stays as it is and is imported. Where there is none, a small example is written, with comments. What is
    written places, and passes `kspec check` if the manifests do.

    \b
    Examples:
      kspec init
      kspec init k8s/ --import -o shop.kspec
    """
    target = Path(output) if output is not None else Path(folder) / FILE
    if target.exists() and not force:
        raise click.UsageError(f"{target} is there already; --force overwrites it")
    session = Session((folder,), None, {}, format, str(target), quiet, no_color)
    source = _manifests(session, folder)
    text, fits = (_example(), True) if source is None else _design(session, source, target, as_text)
    session.answer(text)
    if format == "json":
        session.print_json({"schema": SCHEMA, "file": str(target), "fits": fits})
    elif not quiet:
        click.echo(f"wrote {target}; look at it, then: kspec check {target}")
    if not fits:
        click.echo(f"the pods do not fit on the sketched cluster; to see why: kspec place {target}", err=True)
        raise Stop(Exit.FINDINGS)


def _manifests(session: Session, folder: str) -> Source | None:
    """The manifests below a folder; None where there are none. Broken ones stop the command."""
    from kspec.emit.language.convert import read_manifests
    from kspec.source.read import Language, read_inputs

    given = read_inputs([folder]).files if Path(folder).is_dir() else ()
    files = [f.source.path for f in given if f.language is Language.MANIFEST]
    if not files:
        return None
    source = read_manifests(files, None)
    if source.diagnostics.has_errors:
        session.findings(source.diagnostics, source.files)
        raise Stop(Exit.BAD_INPUT)
    return source


def _example() -> str:
    from kspec.emit.starting.design import EXAMPLE

    return EXAMPLE


def _design(session: Session, source: Source, target: Path, as_text: bool) -> tuple[str, bool]:
    """The text, and whether the pods of the manifests fit on its cluster."""
    from kspec.elaborate import load
    from kspec.emit.language.convert import convert
    from kspec.emit.starting.design import import_paths, started

    loaded = load(sorted(source.files))
    if loaded.design is None:
        session.findings(loaded.diagnostics, loaded.sources)
        raise Stop(Exit.BAD_INPUT)
    resources = loaded.design.resources
    written = {span.file for r in source.resources if (span := r.origin.at(())) is not None}
    imports = [] if as_text else import_paths([f for f in source.files if f in written], target.parent)
    pools, fits = _pools(resources)
    return started(resources, imports, convert(source).text if as_text else "", pools), fits


def _pools(resources: Sequence[Resource]) -> tuple[Sequence[Pool], bool]:
    """Pools with room for the pods, grown until a placement is found; none where there are nodes already."""
    from kspec.elaborate import load
    from kspec.emit.starting.design import cluster_text
    from kspec.emit.starting.sketch import sketch
    from kspec.place import Placement, Problem, build, solve

    if any(r.kind == "Node" for r in resources):
        return (), True
    for room in (1, 2, 4, 8):
        pools = sketch(resources, room)
        lab = load(["-"], stdin=cluster_text(pools)).design
        assert lab is not None
        problem = build(resources, lab.cluster)
        if isinstance(problem, Problem) and isinstance(solve(problem, repairs=False), Placement):
            return pools, True
    return sketch(resources), False
