"""The declarations of a text as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kspec.source.text import Span
from kspec.syntax import nodes as n


@dataclass(frozen=True, slots=True)
class Entry:
    """A declaration: `word` says what it is (`deployment`, `param`), `name` how it is called."""

    word: str
    name: str
    span: Span
    selection: Span
    children: tuple[Entry, ...] = ()


def outline(file: n.File) -> tuple[Entry, ...]:
    """The entries of a text, in order."""
    return _entries(file.items)


def _entries(items: Iterable[n.Node]) -> tuple[Entry, ...]:
    return tuple(entry for item in items for entry in _entry(item))


def _entry(item: n.Node) -> tuple[Entry, ...]:
    match item:
        case n.Block(word, label, items) | n.Instance(word, label, _, items):
            return (_block(word.text, item, word, label, items),)
        case n.Resource_(_, kind, label, items):
            return (_block(kind.text, item, kind, label, items),)
        case n.Param(declaration):
            return (Entry("param", declaration.name.text, item.span, declaration.name.span),)
        case n.Let(name) | n.Fn(name) | n.Enum_(name):
            return (Entry(type(item).__name__.strip("_").lower(), name.text, item.span, name.span),)
        case n.Define(name, _, body):
            return (Entry("define", name.text, item.span, name.span, _entries(body)),)
        case n.Env(name):
            return (Entry("env", name.text, item.span, name.span),)
        case n.Property(kind, name):
            return (Entry(kind.value, name.text, item.span, name.span),)
        case n.Scenario(name) | n.Policy(name) | n.Component(name):
            return (Entry(type(item).__name__.lower(), name.text, item.span, name.span),)
        case n.LabelField(word, label):
            return (Entry(word.text, _name(label), item.span, label.span),)
        case n.For(_, _, body):
            return _entries(body)
        case n.If(_, then, orelse):
            return (*_entries(then), *_entries(orelse))
        case _:
            return ()


def _block(word: str, item: n.Node, key: n.Key, label: n.Label | None, items: Iterable[n.Node]) -> Entry:
    selection = key.span if label is None else label.span
    return Entry(word, "" if label is None else _name(label), item.span, selection, _entries(items))


def _name(label: n.Label) -> str:
    match label.value:
        case n.Key(text):
            return text
        case n.Text() as text:
            return "".join(part if isinstance(part, str) else "${...}" for part in text.parts)
        case _:
            return "..."
