"""Components as they are written."""

from __future__ import annotations

from typing import assert_never

from kspec.syntax import nodes as n
from kspec.syntax.format.declarations import attributes, block, chain, item, path_of, where
from kspec.syntax.format.expressions import Level, arguments, text_of, written
from kspec.syntax.format.literals import quoted


def component(node: n.Component) -> str:
    """A component with all its parts."""
    return block(f"{attributes(node.attrs)}component {node.name.text}{_binders(node.binders)}", map(_part, node.items))


def _part(node: n.ComponentItem) -> str:
    match node:
        case n.State(variables):
            return block("state", map(_variable, variables))
        case n.Each(variable, source, items):
            return block(f"each {variable.text} in {written(source, Level.RANGE)}", map(_part, items))
        case n.Sync(guard, steps):
            return block(f"sync{_clause('when', guard)}", ["\nelse ".join(map(_action, steps))])
        case n.Action():
            return _action(node)
        case n.Procedure(name, binders, guard, body):
            head = f"procedure {name.text}{_binders(binders)}{_clause('when', guard)}"
            return block(head, map(_statement, body))
        case n.Measure(keys):
            return f"measure ({', '.join(map(written, keys))})"
        case n.Scope(condition):
            return f"scope {written(condition)}"
        case n.Let() | n.Property():
            return item(node)
        case _:
            assert_never(node)


def _variable(node: n.Variable) -> str:
    type_ = node.type
    if type_.members:
        kind = f"{{{', '.join(type_.members)}}}"
    elif type_.low is not None:
        kind = f"{type_.low.text} ..{'' if type_.high is None else f' {written(type_.high, Level.SUM)}'}"
    else:
        kind = type_.name or "any"
    init = "" if node.init is None else f" = {written(node.init)}"
    return f"{node.name.text}: {kind}{init}{'' if node.path is None else f' at {quoted(node.path)}'}"


def _action(node: n.Action) -> str:
    role = "" if node.role is None else f"{node.role.value} "
    head = f"{role}action {node.name.text}{_binders(node.binders)}{_clause('when', node.guard)}"
    if node.prefer:
        head += f" prefer {', '.join(map(written, node.prefer))}"
    return block(f"{head}{_clause('after', node.after)}", map(_statement, node.body))


def _statement(node: n.Statement) -> str:
    match node:
        case n.Assign(path, operator, value):
            return f"{path_of(path)} {operator} {written(value)}"
        case n.Create(noun, args, phase, at):
            place = "" if at is None else f" at {written(at, Level.RANGE)}"
            return f"new {noun.text}{arguments(args)} in {written(phase, Level.RANGE)}{place}"
        case n.Destroy(path):
            return f"remove {path_of(path)}"
        case n.Call_(procedure, args):
            return f"do {procedure.text}{arguments(args)}"
        case n.Tell(voice, verb, subject, text):
            about = "" if subject is None else f" on {written(subject, Level.POSTFIX)}"
            return f"tell {text_of(voice)} {verb.text}{about} {text_of(text)}"
        case n.EventStatement(type_, reason, subject, text):
            return f"event {type_.text} {reason.text} on {written(subject, Level.POSTFIX)} {text_of(text)}"
        case n.IfStatement(condition, then, orelse):
            return chain(written(condition), [_statement(s) for s in then], orelse, _branch)
        case n.ForStatement(variable, source, body):
            return block(f"for {variable.text} in {written(source, Level.RANGE)}", map(_statement, body))
        case n.Let():
            return item(node)
        case _:
            assert_never(node)


def _branch(node: n.Statement) -> tuple[str, str]:
    return ("if" if isinstance(node, n.IfStatement) else ""), _statement(node)


def _binders(binders: tuple[n.Binder, ...]) -> str:
    return f"({', '.join(map(_binder, binders))})" if binders else ""


def _binder(node: n.Binder) -> str:
    phase = "" if node.phase is None else f" in {written(node.phase, Level.RANGE)}"
    return f"{node.name.text}: {written(node.source, Level.RANGE)}{phase}{where(node.condition)}"


def _clause(word: str, value: n.Expr | None) -> str:
    return "" if value is None else f" {word} {written(value)}"
