"""`kspec certify`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session
from kspec.source.tree import Json


@click.command("certify", short_help="Re-check an answer with code that shares nothing with what gave it.")
@click.argument("answer", metavar="ANSWER", type=click.Path(dir_okay=False, allow_dash=True))
@design_options()
def command(session: Session, answer: str) -> None:
    """Re-check ANSWER, the JSON of an earlier run, against the design of the PATHs it was given for.

    Exit code 0: every claim holds; 1: one is wrong; 3: one could not be decided.

    \b
    Examples:
      kspec place shop.kspec --format json -o answer.json
      kspec certify answer.json shop.kspec
    """
    from kspec.certify import Outcome, Unusable, certify, worst

    document = _read(answer)
    design = session.design()
    try:
        with session.progress("re-checking"):
            checks = certify(document, design)
    except Unusable as error:
        raise click.UsageError(f"{answer}: {error}") from error
    verdict = worst(checks)
    if session.format == "json":
        told: Json = [{"claim": c.claim, "verdict": c.outcome.value, "reason": c.reason} for c in checks]
        schema = document.get("schema") if isinstance(document, dict) else None
        session.answer_json({"schema": "kspec/certify/v1", "of": schema, "verdict": verdict.value, "checks": told})
    else:
        session.answer("".join(f"{c.outcome.value:7} {c.claim}: {c.reason}\n" for c in checks))
    if verdict is not Outcome.HOLDS:
        raise Stop(Exit.FINDINGS if verdict is Outcome.BROKEN else Exit.UNDECIDED)


def _read(path: str) -> Json:
    try:
        document: Json = json.loads(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise click.UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path} is not JSON: {error}") from error
    return document
