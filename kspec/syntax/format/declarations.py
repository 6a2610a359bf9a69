"""Declarations, blocks, properties and scenarios as they are written; what is in a block stands on lines of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, assert_never

from kspec.syntax import nodes as n
from kspec.syntax.format.expressions import Level, arguments, key, text_of, written
from kspec.syntax.format.literals import quoted

_BARE_VERSION = re.compile(r"[a-z]\w*|[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+/\w+")


def block(head: str, items: Iterable[str]) -> str:
    """A header and its parts in braces."""
    inner = "\n".join(items)
    return f"{head} {{\n{inner}\n}}" if inner else f"{head} {{ }}"


def item(node: n.Item | n.Top) -> str:
    """Anything that stands at the top of a file or in a block."""
    match node:
        case n.Field(path, value, attrs):
            return f"{attributes(attrs)}{path_of(path)}: {written(value)}"
        case n.LabelField(word, label, value, attrs):
            return f"{attributes(attrs)}{word.text} {_label(label)}: {written(value)}"
        case n.Block(word, label, items, attrs):
            head = word.text if label is None else f"{word.text} {_label(label)}"
            return block(f"{attributes(attrs)}{head}", map(item, items))
        case n.PathBlock(path, items, attrs):
            return block(f"{attributes(attrs)}{path_of(path)}", map(item, items))
        case n.Instance(word, label, args, items, attrs):
            head = f"{attributes(attrs)}{word.text} {_label(label)}{arguments(args)}"
            return block(head, map(item, items)) if items else head
        case n.Resource_(version, kind, label, items, attrs):
            api = version if _is_bare_version(version) else quoted(version)
            return block(f"{attributes(attrs)}resource {api} {kind.text} {_label(label)}", map(item, items))
        case n.For(variable, source, body):
            return block(f"for {variable.text} in {written(source, Level.RANGE)}", map(item, body))
        case n.If(condition, then, orelse):
            return chain(written(condition), [item(i) for i in then], orelse, _branch)
        case n.Remove(path):
            return f"remove {path_of(path)}"
        case n.Property() | n.Policy() | n.Scenario():
            return _property(node)
        case (
            n.ActOn()
            | n.ScaleEvent()
            | n.RolloutEvent()
            | n.Wait()
            | n.LoadEvent()
            | n.Choose()
            | n.Repeat()
            | n.Expect()
        ):
            return _event(node)
        case n.Component():
            from kspec.syntax.format.components import component

            return component(node)
        case _:
            return _declaration(node)


def _branch(node: n.Item | n.Top) -> tuple[str, str]:
    """Whether an `else` holds one condition alone (then it is `else if`), and its text."""
    return ("if" if isinstance(node, n.If) else ""), item(node)


def chain(condition: str, then: list[str], orelse: tuple[Any, ...], branch: Callable[[Any], tuple[str, str]]) -> str:
    """`if` with its `else` or `else if`."""
    text = block(f"if {condition}", then)
    if not orelse:
        return text
    branches = [branch(node) for node in orelse]
    if len(branches) == 1 and branches[0][0] == "if":
        return f"{text} else {branches[0][1]}"
    return f"{text} {block('else', [inner for _, inner in branches])}"


def _declaration(
    node: n.Use | n.Import | n.Param | n.Let | n.Enum_ | n.Fn | n.Define | n.Env,
) -> str:
    match node:
        case n.Use(path):
            return f"use {quoted(path)}"
        case n.Import(form, path, alias):
            return f"import {f'{form} ' if form else ''}{quoted(path)}{f' as {alias.text}' if alias else ''}"
        case n.Param(declaration, attrs):
            return f"{attributes(attrs)}param {_parameter(declaration)}"
        case n.Let(name, params, value):
            return f"let {name.text}{_parameters(params) if params else ''} = {written(value)}"
        case n.Enum_(name, members):
            return f"enum {name.text} {{ {', '.join(m.text for m in members)} }}"
        case n.Fn(name, params, returns, body):
            result = f" -> {type_of(returns)}" if returns else ""
            return f"fn {name.text}{_parameters(params)}{result} = {written(body)}"
        case n.Define(name, params, body):
            return block(f"define {name.text}{_parameters(params)}", map(item, body))
        case n.Env(name, base, items):
            return block(f"env {name.text}{f' extends {base.text}' if base else ''}", map(item, items))
        case _:
            assert_never(node)


def _property(node: n.Property | n.Policy | n.Scenario) -> str:
    title = "" if node.title is None else f" {quoted(node.title)}"
    match node:
        case n.Property(kind, name, _, formula, under, attrs):
            clause = ", ".join(f"{d.name.text}{arguments(d.args)}" for d in under)
            text = f"{attributes(attrs)}{kind.value} {name.text}{title}: {written(formula)}"
            return f"{text}\nunder {clause}" if clause else text
        case n.Policy(name, _, items, attrs):
            return block(f"{attributes(attrs)}policy {name.text}{title}", map(_policy_item, items))
        case n.Scenario(name, _, events, attrs):
            return block(f"{attributes(attrs)}scenario {name.text}{title}", map(_event, events))
        case _:
            assert_never(node)


def _policy_item(node: n.Match | n.Require) -> str:
    match node:
        case n.Match(kinds, condition):
            return f"match {', '.join(k.text for k in kinds)}{where(condition)}"
        case n.Require(word, condition, message):
            return f"{word} {written(condition)}{'' if message is None else f' else {quoted(message)}'}"
        case _:
            assert_never(node)


def _event(node: n.Event) -> str:
    match node:
        case n.ActOn(verb, target):
            return f"{verb} {_target(target)}"
        case n.ScaleEvent(target, to):
            return f"scale {_target(target)} to {written(to, Level.SUM)}"
        case n.RolloutEvent(target, items):
            head = f"rollout {_target(target)}"
            return block(head, (item(i) for i in items)) if items else head  # type: ignore[arg-type]
        case n.Wait(time, until):
            return f"wait {time.text}" if time is not None else f"wait until {written(until)}" if until else "wait"
        case n.LoadEvent(load_target, level):
            return f"load {_what(load_target)} {written(level, Level.SUM)}"
        case n.Choose(courses):
            return block("choose", ["\nor\n".join("\n".join(map(_event, course)) for course in courses)])
        case n.Repeat(times, events):
            return block(f"repeat {times.text}", map(_event, events))
        case n.Expect(condition):
            return f"expect {written(condition)}"
        case _:
            assert_never(node)


def _target(target: n.Target) -> str:
    pick = target.pick
    before = "" if pick is None else f"{pick.text} " if isinstance(pick, n.Number) else f"{pick.value} "
    return f"{before}{_what(target.what)}{where(target.condition)}"


def _what(what: n.Key | n.Reference) -> str:
    return what.text if isinstance(what, n.Key) else f"{what.kind}/{what.rest}"


def where(condition: n.Expr | None) -> str:
    """A condition behind what it restricts."""
    return "" if condition is None else f" where {written(condition)}"


def attributes(attrs: tuple[n.Attr, ...]) -> str:
    """Attributes before what they are about, each on its line."""
    return "".join(f"@{a.name.text}{arguments(a.args) if a.args else ''}\n" for a in attrs)


def _label(label: n.Label) -> str:
    match label.value:
        case n.Key():
            return key(label.value)
        case n.Text():
            return text_of(label.value)
        case _:
            return written(label.value)


def path_of(path: n.PathRef) -> str:
    """A path; its dots stand apart, so that none is taken for a part of a reference."""
    first, *rest = path.parts
    text = key(first) if isinstance(first, n.Key) else written(first)
    return text + "".join(f" .{p.text}" if isinstance(p, n.Key) else f"[{written(p)}]" for p in rest)


def _parameters(params: tuple[n.ParamDecl, ...]) -> str:
    return f"({', '.join(map(_parameter, params))})"


def _parameter(param: n.ParamDecl) -> str:
    default = "" if param.default is None else f" = {written(param.default)}"
    return f"{param.name.text}: {type_of(param.type)}{default}"


def type_of(type_: n.Type) -> str:
    """`string`, `list[int]`, `{small, large}`, `1..5`."""
    if type_.bounds is not None:
        return f"{type_.bounds[0].text}..{type_.bounds[1].text}"
    if type_.members:
        return f"{{{', '.join(type_.members)}}}"
    return type_.name + (f"[{', '.join(map(type_of, type_.arguments))}]" if type_.arguments else "")


def _is_bare_version(version: str) -> bool:
    """Whether an API version can stand without quotes: `v1`, `cert-manager.io/v1`."""
    return _BARE_VERSION.fullmatch(version) is not None
