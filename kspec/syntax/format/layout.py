"""The one style of kspec, as layouts of the concrete tree.

Blocks have one part a line, or stand on one line with two blanks between the parts if they were written so and fit.
Lists, maps and arguments likewise, with commas. Line breaks between the clauses of a header or around an operator are
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from kspec.syntax.format.concrete import Comments, Concrete, Part, first, last
from kspec.syntax.format.doc import STEP, Break, Doc, Group, IfBroken, Indent, OwnLine, Remark, Suffix, is_hard, join
from kspec.syntax.format.spacing import apart
from kspec.syntax.tokens import Token

_BRACKETED = frozenset(
    {"list", "list_of", "args", "map", "enum_decl", "enum_members", "enum_type", "parentheses", "subscript"}
)
_LISTS = frozenset({"pdecls", "binders"})
_TRAILING = frozenset({"list", "args", "map", "enum_decl", "pdecls"})
"""Where a comma may stand behind the last element."""
_TIGHT_BRACES = frozenset({"enum_members", "enum_type"})
_GROUPS = {"(": (")", "parentheses"), "[": ("]", "subscript")}
_CLAUSES = frozenset({"_UNDER", "_WHEN", "_PREFER", "_AFTER"})
_BREAKABLE = frozenset(
    {"or_", "and_", "implies", "leads", "temporal", "quantifier", "binary", "compare", "conditional", "property_decl"}
    | {"action_decl", "procedure_decl", "sync_decl", "prefer", "disturbances", "require", "match", "tell", "event_stmt"}
    | {"fn_decl", "let_decl", "let_item", "scope_decl", "create", "assign", "field", "label_field", "variable"}
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something that has a line of its own, or could have: an item of a block, an element of a list."""

    first: Token
    last: Token
    doc: Callable[[], Doc]


class Layout:
    """Layouts of one file."""

    def __init__(self, comments: Comments) -> None:
        self.comments = comments

    def file(self, tree: Concrete, end: Token) -> Doc:
        """The whole text."""
        return join(*self._sequence(self._items(tree.children), end, Break.HARD))

    def _items(self, items: Sequence[Part]) -> Iterator[_Entry]:
        for item in items:
            yield _Entry(first(item), last(item), partial(self._part, item, keep=True))

    def _sequence(self, entries: Iterable[_Entry], end: Token, between: Break) -> Iterator[Doc]:
        """Entries one after the other, with their comments and at most one empty line between two of them."""
        line: int | None = None

        def gap(token: Token) -> Doc:
            return "" if line is None else Break.BLANK if token.line > line + 1 else between

        for entry in entries:
            for comment in self.comments.leading(entry.first):
                yield join(gap(comment), Remark(comment.text))
                line = comment.line
            opening = gap(entry.first)
            behind = self._suffix(entry.last)
            yield join(opening, entry.doc(), *behind)
            line = entry.last.end_line
        for comment in self.comments.leading(end):
            yield join(gap(comment), Remark(comment.text))
            line = comment.line

    def _suffix(self, token: Token) -> list[Doc]:
        comment = self.comments.trailing(token)
        return [] if comment is None else [Suffix(comment.text)]

    def _above(self, token: Token) -> list[Doc]:
        return [OwnLine(comment.text) for comment in self.comments.leading(token)]

    def _part(self, part: Part, keep: bool, hung: bool = False, step: int = STEP) -> Doc:
        """One part. `keep` keeps its line breaks; continued lines are `step` further right, unless `hung` already."""
        if isinstance(part, Token):
            above, behind = self._above(part), self._suffix(part)
            return join(*above, part.text, *behind) if above or behind else part.text
        kinds = [c.kind if isinstance(c, Token) else "" for c in part.children]
        if part.rule in _BRACKETED or (part.rule == "atom" and kinds[0] == "("):
            return self._bracketed(part, kinds, keep)
        if "{" in kinds:
            return self._block(part, kinds, keep)
        return join(*self._flow(part.rule, _grouped(part.children), keep, hung, step))

    def _flow(self, rule: str, children: Sequence[Part], keep: bool, hung: bool, step: int) -> list[Doc]:
        """Children on one line, broken where they were if the production may be; continued lines stand further right.

        A line without breaks that is too long is broken before its clauses (`under`, `when`, `prefer`, `after`).
        """
        lines: list[list[Doc]] = [[]]
        kept = keep and rule in _BREAKABLE
        for index, child in enumerate(children):
            left = children[index - 1] if index else None
            if isinstance(left, Concrete) and left.rule == "attr":
                lines[-1].append(Break.HARD)
            elif left is not None and apart(rule, left, child):
                if first(child).start in self.comments.before or (kept and first(child).line > last(left).end_line):
                    lines.append([])
                else:
                    lines[-1].append(Break.LINE if kept and first(child).kind in _CLAUSES else " ")
            lines[-1].append(self._part(child, keep, hung or len(lines) > 1, step))
        indent = 0 if hung else step
        if len(lines) > 1 or Break.LINE not in lines[0]:
            return [*_unbroken(lines[0]), *(Indent(indent, join(Break.HARD, *_unbroken(line))) for line in lines[1:])]
        place = lines[0].index(Break.LINE)
        clauses = join(*lines[0][place:])
        if is_hard(clauses):
            return _unbroken(lines[0])
        return [*lines[0][:place], Group(Indent(indent, clauses))]

    def _block(self, part: Concrete, kinds: list[str], keep: bool) -> Doc:
        """A header, its parts in braces, and what follows (`else`)."""
        opening = kinds.index("{")
        closing = len(kinds) - 1 - kinds[::-1].index("}")
        header = _grouped(part.children[:opening])
        docs = self._flow(part.rule, header, keep, False, 2 * STEP)
        if header:
            docs.append(" ")
        start, end = first(part.children[opening]), first(part.children[closing])
        docs.append(self._braces(start, _chained(part.children[opening + 1 : closing]), end))
        for child in part.children[closing + 1 :]:
            docs += [" ", self._part(child, keep)]
        return join(*docs)

    def _braces(self, start: Token, items: Sequence[Part], end: Token) -> Doc:
        above, behind = self._above(start), self._suffix(start)
        inner = list(self._sequence(self._items(items), end, Break.WIDE))
        after = self._suffix(end)
        if not inner and not behind:
            return join(*above, "{}", *after)
        inside = [Indent(STEP, join(Break.LINE, *inner))] if inner else []
        content = join("{", *behind, *inside, Break.LINE, "}")
        return join(*above, Group(content, broken=end.line > start.line), *after)

    def _bracketed(self, part: Concrete, kinds: list[str], keep: bool) -> Doc:
        """A list, a map, arguments, or a value in parentheses."""
        opening = next(i for i, kind in enumerate(kinds) if kind in ("[", "{", "("))
        head = self._flow(part.rule, part.children[:opening], keep, False, STEP)
        start, end = first(part.children[opening]), first(part.children[-1])
        inner = part.children[opening + 1 : -1]
        if len(inner) == 1 and isinstance(inner[0], Concrete) and inner[0].rule in _LISTS:
            rule, inner = inner[0].rule, inner[0].children
        else:
            rule = part.rule
        above, behind = self._above(start), self._suffix(start)
        broken = bool(inner) and first(inner[0]).line > start.line
        docs = list(self._sequence(self._elements(rule, inner, broken), end, Break.LINE))
        after = self._suffix(end)
        wide = start.kind == "{" and docs and part.rule not in _TIGHT_BRACES
        blank = Break.LINE if wide else Break.SOFT
        inside = [Indent(STEP, join(blank, *docs))] if docs else []
        content = join(start.text, *behind, *inside, blank, end.text)
        return join(*head, *([" "] if head else []), *above, Group(content, broken), *after)

    def _elements(self, rule: str, inner: Sequence[Part], keep: bool) -> Iterator[_Entry]:
        """Elements with a comma behind each but the last, which has one only where each stands on its line."""
        elements = list(_split(rule, inner))
        for number, (parts, comma) in enumerate(elements):
            if number < len(elements) - 1:
                sign: Doc = ","
            else:
                sign = IfBroken(",") if rule in _TRAILING else ""
            above = self._above(comma) if comma is not None else []
            yield _Entry(
                first(parts[0]), comma or last(parts[-1]), partial(self._element, rule, parts, keep, above, sign)
            )

    def _element(self, rule: str, parts: Sequence[Part], keep: bool, above: list[Doc], sign: Doc) -> Doc:
        return join(*self._flow(rule, parts, keep, False, STEP), *above, sign)


def _unbroken(line: list[Doc]) -> list[Doc]:
    return [" " if doc is Break.LINE else doc for doc in line]


def _split(rule: str, inner: Sequence[Part]) -> Iterator[tuple[list[Part], Token | None]]:
    """The elements between commas, each with the comma behind it; the entries of a map need none."""
    element: list[Part] = []
    for child in inner:
        if isinstance(child, Token) and child.kind == ",":
            if element:
                yield element, child
            element = []
        else:
            if rule == "map" and element:
                yield element, None
                element = []
            element.append(child)
    if element:
        yield element, None


def _grouped(children: Sequence[Part]) -> list[Part]:
    """Children with what stands in parentheses or brackets as one part."""
    out: list[Part] = []
    index = 0
    while index < len(children):
        child = children[index]
        group = _GROUPS.get(child.kind) if isinstance(child, Token) else None
        stop = index + 1
        if group is not None:
            while not (isinstance(part := children[stop], Token) and part.kind == group[0]):
                stop += 1
            stop += 1
            out.append(Concrete(group[1], tuple(children[index:stop])))
        else:
            out.append(child)
        index = stop
    return out


def _chained(children: Sequence[Part]) -> list[Part]:
    """The parts of a block, with `else` and `or` as the beginning of the part behind them."""
    out: list[Part] = []
    waiting: list[Part] = []
    for child in children:
        if isinstance(child, Token) and child.kind in ("_ELSE", "OR") and not waiting:
            waiting.append(child)
        else:
            out.append(Concrete("chained", (*waiting, child)) if waiting else child)
            waiting.clear()
    return [*out, *waiting]
