"""`kspec import`."""

from __future__ import annotations

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session


@click.command("import", short_help="YAML to kspec text.")
@design_options()
def command(session: Session) -> None:
    """Write YAML or JSON manifests as kspec text, with their comments, in the style of `kspec fmt`.

    Workloads become flat, labels and selectors are written once, services and budgets name their workloads, and what
    the API server fills in by itself is left out. kspec reads what it has written and compares: the objects are the
    same. Namespaces without a manifest of their own become `@existing` blocks.

    \b
    Examples:
      kspec import ./k8s/ -o shop.kspec
      kubectl get deploy,svc -o yaml | kspec import -
      helm template . | kspec import - -o release.kspec
    """
    from kspec.emit.language.convert import convert, document, read_manifests

    source = read_manifests(session.required_paths(), session.stdin)
    if source.diagnostics.has_errors:
        session.findings(source.diagnostics, source.files)
        raise Stop(Exit.BAD_INPUT)
    with session.progress("importing"):
        converted = convert(source)
    findings = source.diagnostics
    if session.format == "json":
        session.answer_json(document(converted))
    else:
        session.answer(converted.text)
        if findings.has_errors or not session.quiet:
            session.findings(findings, source.files)
    if findings.has_errors:
        raise Stop(Exit.FINDINGS)
