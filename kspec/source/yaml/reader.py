"""Reads the documents of a YAML or JSON file; what is wrong with one does not hide the others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kspec.source.diagnostic import Diagnostic, Label, Severity
from kspec.source.placeholders import bare_placeholder, left_over, may_have_placeholders
from kspec.source.rules import (
    AMBIGUOUS_SCALAR,
    DUPLICATE_KEY,
    NOT_KUBERNETES,
    SYNTAX,
    UNREADABLE_INPUT,
    UNRENDERED_TEMPLATE,
)
from kspec.source.text import SourceFile
from kspec.source.tree import Json, Object, Origin
from kspec.source.yaml.document import Broken, Document, DuplicateKey, NodeOrigin, Reading, Repeat, Within, duplicates
from kspec.source.yaml.events import TooMuch, YamlError
from kspec.source.yaml.json_text import read_json, read_json_nodes, skip_space
from kspec.source.yaml.lists import expand
from kspec.source.yaml.nodes import read_nodes
from kspec.source.yaml.places import Places
from kspec.source.yaml.scalars import Dialect
from kspec.source.yaml.split import Chunk, split
from kspec.source.yaml.values import Value, read_value


def read_documents(source: SourceFile, dialect: Dialect = Dialect.KUBECTL) -> Reading:
    """The Kubernetes objects of a YAML or JSON file, and everything that is wrong with its text.

    A `List` is opened: its items are documents. A document without `apiVersion` and `kind` is reported and left out.
    """
    reader = _Reader(source, dialect)
    for chunk in split(source.text):
        reader.read(chunk)
    return Reading(tuple(reader.documents), tuple(reader.broken), tuple(reader.diagnostics))


class _Reader:
    def __init__(self, source: SourceFile, dialect: Dialect) -> None:
        self._dialect = dialect
        self.documents: list[Document] = []
        self.broken: list[Broken] = []
        self.diagnostics: list[Diagnostic] = []
        self._places = Places(source)

    def read(self, chunk: Chunk) -> None:
        if chunk.text.lstrip().startswith("{") and self._read_json(chunk):
            return
        try:
            value = read_value(chunk.text, self._dialect)
        except YamlError as error:
            self._broken(chunk, error)
            return
        if not value.found or value.value is None:
            return
        origin = NodeOrigin(self._places, chunk.start, partial(read_nodes, chunk.text, self._dialect))
        self._scalars(origin, value)
        repeated = self._repeated(origin) if value.repeats else ()
        self._accept(value.value, origin, chunk, skip_space(chunk.text, 0), repeated)

    def _read_json(self, chunk: Chunk) -> bool:
        """Reads the chunk as a stream of JSON values; false where it is none, because YAML can start with `{` too."""
        position = skip_space(chunk.text, 0)
        values: list[tuple[Json, int, bool]] = []
        while position < len(chunk.text):
            try:
                value, until, repeats = read_json(chunk.text, position)
            except TooMuch as error:
                self._broken(chunk, error)
                return True
            except YamlError:
                return False
            values.append((value, position, repeats))
            position = skip_space(chunk.text, until)
        for value, at, repeats in values:
            origin = NodeOrigin(self._places, chunk.start, partial(read_json_nodes, chunk.text, at))
            self._accept(value, origin, chunk, at, self._repeated(origin) if repeats else ())
        return True

    def _accept(
        self, value: Json, origin: NodeOrigin, chunk: Chunk, at: int, repeated: tuple[DuplicateKey, ...]
    ) -> None:
        """Takes a document's objects, and says what is wrong with those that are none."""
        placeholders = may_have_placeholders(chunk.text)
        for item, path in expand(value):
            where: Origin = Within(origin, path) if path else origin
            if problem := _why_no_object(item):
                span = where.at(()) if path else origin.span(at, at)
                self.diagnostics.append(Diagnostic(NOT_KUBERNETES, problem, span, _NO_OBJECT_HELP))
                continue
            assert isinstance(item, dict)
            start = where.at(()) if path else None
            line = start.line if start else origin.line(at)
            own = tuple(d for d in repeated if d.path[: len(path)] == path)
            self.documents.append(Document(item, where, self._places.source.path, line, own))
            if placeholders:
                self.diagnostics.extend(_placeholders(item, where))

    def _repeated(self, origin: NodeOrigin) -> tuple[DuplicateKey, ...]:
        found = duplicates(origin)
        for repeat in found:
            if repeat.repeat is Repeat.OVERRIDES_MERGE:
                continue
            later = "takes the last one" if repeat.repeat is Repeat.WRITTEN_TWICE else "takes the merged one"
            self.diagnostics.append(
                Diagnostic(
                    DUPLICATE_KEY,
                    f"the key `{repeat.key}` is set twice; kubectl {later}",
                    repeat.again,
                    "delete one of the two: the API server refuses both under strict validation",
                    related=(Label("set here before", repeat.first),),
                )
            )
        return found

    def _scalars(self, origin: NodeOrigin, value: Value) -> None:
        for start, end, note in value.ambiguous:
            span = origin.span(start, end)
            self.diagnostics.append(
                Diagnostic(AMBIGUOUS_SCALAR, note, span, "quote it, or write the value it stands for")
            )
        if value.trailing is not None:
            self.diagnostics.append(
                Diagnostic(
                    SYNTAX,
                    "kubectl stops reading here: what follows in this document is ignored",
                    origin.span(value.trailing, value.trailing),
                    "separate documents with a line `---` that holds nothing else",
                    severity=Severity.WARNING,
                )
            )

    def _broken(self, chunk: Chunk, error: YamlError) -> None:
        origin = NodeOrigin(self._places, chunk.start, partial(read_nodes, chunk.text, self._dialect))
        at = min(error.offset, max(len(chunk.text.rstrip()) - 1, 0))
        placeholder = None if isinstance(error, TooMuch) else bare_placeholder(chunk.text, at)
        if placeholder is not None:
            diagnostic = Diagnostic(
                UNRENDERED_TEMPLATE,
                f"`{chunk.text[slice(*placeholder)]}` is left over from a template",
                origin.span(*placeholder),
                "render the template first (`helm template`, `kustomize build`) and give kspec the result",
            )
        else:
            rule = UNREADABLE_INPUT if isinstance(error, TooMuch) else SYNTAX
            related = [Label(words, origin.span(offset, offset)) for offset, words in error.related]
            diagnostic = Diagnostic(rule, error.problem, origin.span(at, at), error.help, related=tuple(related))
        self.diagnostics.append(diagnostic)
        line = origin.line(skip_space(chunk.text, 0))
        self.broken.append(Broken(chunk.text, self._places.source.path, line, error.go_message, diagnostic))


_NO_OBJECT_HELP = "every Kubernetes object states `apiVersion` and `kind`"


def _why_no_object(value: Json) -> str | None:
    """Why a document is no Kubernetes object; None where it is one."""
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "a single value"
        return f"the document is {kind}, not a Kubernetes object"
    for field in ("apiVersion", "kind"):
        found = value.get(field)
        if found is None or found == "":
            return f"the document has no `{field}`"
        if not isinstance(found, str):
            return f"the document's `{field}` is no text"
    return None


def _placeholders(value: Object, origin: Origin) -> Iterator[Diagnostic]:
    for path, placeholder in left_over(value):
        yield Diagnostic(
            UNRENDERED_TEMPLATE,
            f"`{placeholder}` is left over from a template",
            origin.at(path),
            "render the template first, or set the variable",
        )
