"""`kspec validate`."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.exits import Exit, Stop
from kspec.cli.options import design_options
from kspec.cli.session import Session

if TYPE_CHECKING:
    from kspec.api.request import Answer, Sent
    from kspec.source.read import Inputs
    from kspec.source.tree import Object


@click.command("validate", short_help="Each object as the API server would take it.")
@design_options()
@click.option("--kubernetes", "version", metavar="VERSION", help="The server's version (default 1.36).")
@click.option("--case", metavar="DIR", help="A folder with case.yaml and input/, instead of paths.")
def command(session: Session, version: str | None, case: str | None) -> None:
    """Say of each object whether the API server accepts it, with its defaults, or why it refuses.

    ValidatingAdmissionPolicies among the objects are in force, as their bindings say.

    Exit code 0: all accepted; 1: one is refused; 2: there is nothing to validate. Documents that are no objects, such
    as the values of a chart, are told on standard error.

    \b
    Examples:
      kspec validate k8s/
      helm template . | kspec validate - --kubernetes 1.34
    """
    from kspec.api.request import answers_to_json
    from kspec.api.schema import DEFAULT_VERSION, resolve_version, supported_versions
    from kspec.cli.told import Told, told
    from kspec.source.pause import collection_paused

    if version is not None and resolve_version(version) is None:
        raise click.UsageError(f"Kubernetes {version} is not known; there is {', '.join(supported_versions())}")

    def find_out() -> Told:
        with collection_paused():
            kubernetes, answers, final = _case(case, version) if case else _paths(session, version)
        code = Exit.CLEAN if all(answer.accepted for answer in answers) else Exit.FINDINGS
        if session.format == "json":
            return Told("", answers_to_json(answers, kubernetes or DEFAULT_VERSION), int(code), final=final)
        from kspec.emit.answers.validation import validation_text

        return Told(validation_text(answers, quiet=session.quiet), None, int(code), final=final)

    asked = ("validate", session.format == "json", session.quiet, version)
    answer = find_out() if case else told(session, asked, find_out)
    if session.format == "json":
        session.answer_json(answer.document)
    else:
        session.answer(answer.text)
    if answer.code:
        raise Stop(Exit(answer.code))


def _case(folder: str, version: str | None) -> tuple[str | None, list[Answer], bool]:
    from kspec.api.request import load_case, validate
    from kspec.api.schema import DEFAULT_VERSION

    try:
        case = load_case(Path(folder))
    except OSError as error:
        raise click.UsageError(f"{folder} is no case: {error}") from error
    return version, validate(case.objects, case.setup, case.existing, version or DEFAULT_VERSION), True


def _paths(session: Session, version: str | None) -> tuple[str | None, list[Answer], bool]:
    """The objects of manifests as they stand; of a design, as it makes them. Told is also whether that is all there is
    to say: remarks on standard error are said each time."""
    from kspec.api.request import Sent, validate
    from kspec.api.schema import DEFAULT_VERSION
    from kspec.source.read import Language, read_inputs
    from kspec.source.yaml import Document

    inputs = read_inputs(list(session.required_paths()), BytesIO(session.stdin or b""))
    if any(d.is_error for d in inputs.diagnostics):
        raise session.refuse(list(inputs.diagnostics))
    final = True
    if any(i.language is Language.KSPEC for i in inputs.files):
        design = session.design()
        version = version or design.kubernetes
        spans = [r.at() for r in design.written]
        sent = [
            Sent(Document(r.manifest, r.origin, s.file if s else "", s.line if s else 0))
            for r, s in zip(design.written, spans, strict=True)
        ]
    else:
        sent, final = _read(session, inputs)
    return version, validate(sent, _assumed(sent), (), version or DEFAULT_VERSION), final


def _read(session: Session, inputs: Inputs) -> tuple[list[Sent], bool]:
    """The objects of manifests. What is none is told on standard error; if nothing is one, that stops the command.

    Told is also whether nothing was."""
    from kspec.api.request import sent_of
    from kspec.elaborate.inputs import report_nothing
    from kspec.source.diagnostic import Diagnostics
    from kspec.source.rules import NOT_KUBERNETES
    from kspec.source.yaml import read_documents

    remarks = Diagnostics()
    remarks.extend(inputs.diagnostics)
    sent: list[Sent] = []
    for file in inputs.files:
        reading = read_documents(file.source)
        remarks.extend(d for d in reading.diagnostics if d.rule is NOT_KUBERNETES)
        sent += sent_of(reading)
    sources = {i.source.path: i.source for i in inputs.files}
    if not sent:
        report_nothing(remarks)
        raise session.refuse(remarks.sorted(), sources)
    if session.format != "json":
        session.findings(remarks, sources)
    return sent, session.format == "json" or not list(remarks)


def _assumed(sent: list[Sent]) -> list[Object]:
    """The namespaces that objects are in and nobody declares: they are taken to be there."""
    from kspec.domain.objects import Resource
    from kspec.source.yaml import Document

    names = {Resource(s.written.value).namespace for s in sent if isinstance(s.written, Document)}
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}} for n in sorted(names) if n]
