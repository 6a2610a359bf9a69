"""libyaml's events, and what its errors mean."""

from __future__ import annotations

from yaml import CLoader, Event, MarkedYAMLError, YAMLError
from yaml.reader import ReaderError
from yaml.scanner import ScannerError

from kspec.source.limits import MAX_DEPTH

_TOO_DEEP = "exceeded maximum nesting depth"
_PROBLEMS = {
    "found character that cannot start any token": "this character cannot start a value",
    "mapping values are not allowed in this context": "a `:` stands where no mapping can start",
    "did not find expected <document start>": "text follows the end of the document",
    "did not find expected key": "a key was expected here",
    "did not find expected node content": "a value was expected here",
    "did not find expected '-' indicator": "a list item was expected here",
    "did not find expected ',' or ']'": "the list that starts with `[` is not closed",
    "did not find expected ',' or '}'": "the mapping that starts with `{` is not closed",
    "could not find expected ':'": "a `:` is missing after the key",
    "found unexpected end of stream": "the quoted text is not closed",
    "found a tab character that violates indentation": "a tab cannot indent YAML",
    "control characters are not allowed": "a control character stands in the text",
    "found unknown escape character": "this escape does not exist",
    "found invalid Unicode character escape code": "this escape names no Unicode character",
    "block sequence entries are not allowed in this context": "a list item cannot start here",
    "block mapping entries are not allowed in this context": "a key cannot start here",
}
_HELP = {
    "mapping values are not allowed in this context": "indent the line like its neighbours, or quote a value with `: `",
    "did not find expected key": "check the indentation of this line and of the lines before it",
    "did not find expected '-' indicator": "check the indentation: all items of a list start in the same column",
    "did not find expected <document start>": "separate documents with a line `---`",
    "could not find expected ':'": "write `key: value`, or quote text that spans lines",
    "found unexpected end of stream": "close the quote",
    "found a tab character that violates indentation": "use spaces",
    "found unknown escape character": "double the backslash, or use single quotes",
    "found invalid Unicode character escape code": "write the character itself",
}
_STARTERS = {
    "\t": ("a tab cannot indent YAML", "use spaces"),
    "@": ("a value cannot start with `@`", "quote it"),
    "`": ("a value cannot start with a backtick", "quote it"),
    "%": ("a value cannot start with `%`", "quote it"),
}


class YamlError(Exception):
    """The text from `offset` on is not what kubectl reads.

    `problem` is for people, `go_message` what go-yaml v2 says (`yaml: line 4: ...`), with lines counted in the
    document. `related` are offsets with a say in it and the words for them.
    """

    def __init__(
        self,
        problem: str,
        offset: int,
        go_message: str,
        *,
        help: str | None = None,
        related: tuple[tuple[int, str], ...] = (),
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.offset = offset
        self.go_message = go_message
        self.help = help
        self.related = related


class TooMuch(YamlError):
    """The document is deeper, or expands further, than kspec reads."""


def start(event: Event) -> int:
    """The offset at which an event starts."""
    assert event.start_mark is not None
    return event.start_mark.index


def end(event: Event) -> int:
    """The offset at which an event ends."""
    assert event.end_mark is not None
    return event.end_mark.index


class Events:
    """The events of a text, one after the other; offsets are in characters from the start of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.step = CLoader(text.encode("utf-8", "replace")).get_event
        """The next event, None after the last. Raises libyaml's `YAMLError`, to be given to `explain`."""

    def next(self) -> Event | None:
        """The next event, None after the last. Raises `YamlError` where the text is not YAML."""
        try:
            return self.step()
        except YAMLError as error:
            raise self.explain(error) from error

    def explain(self, error: YAMLError) -> YamlError:
        """What an error of libyaml's means."""
        match error:
            case MarkedYAMLError(problem=str(problem), problem_mark=mark) if mark is not None:
                context = error.context_mark
                scanned = isinstance(error, ScannerError)
                line = (context.line if context and context.line else mark.line) + scanned
                where = f"line {line}: " if (context and context.line) or mark.line else ""
                related: tuple[tuple[int, str], ...] = ()
                if context and error.context and context.index < mark.index:
                    related = ((context.index, error.context),)
                text, help = self._words(problem, mark.index)
                if problem == _TOO_DEEP:
                    return TooMuch(
                        f"the document nests more than {MAX_DEPTH} levels deep", mark.index, f"yaml: {problem}"
                    )
                return YamlError(text, mark.index, f"yaml: {where}{problem}", help=help, related=related)
            case ReaderError(position=int(position), reason=str(reason)):
                offset = len(self._text.encode("utf-8", "replace")[:position].decode("utf-8", "replace"))
                text, help = self._words(reason, offset)
                return YamlError(text, offset, f"yaml: {reason}", help=help)
            case _:
                return YamlError(str(error), 0, f"yaml: {error}")

    def _words(self, problem: str, offset: int) -> tuple[str, str | None]:
        if problem == "found character that cannot start any token" and offset < len(self._text):
            starter = _STARTERS.get(self._text[offset])
            if starter:
                return starter
        if problem == "did not find expected <document start>" and self._text.lstrip().startswith("%"):
            return (
                "kubectl reads no YAML directives: it splits documents at `---` before it parses them",
                "delete the line",
            )
        return _PROBLEMS.get(problem, problem), _HELP.get(problem)
