"""Types that are missing, or stand where none belongs."""

from __future__ import annotations

from kspec.syntax.recovery.mistake import Edit, Mistake, instead, made
from kspec.syntax.recovery.scene import Scene
from kspec.syntax.recovery.stack import advance
from kspec.syntax.tokens import Token


def untyped(scene: Scene) -> Mistake | None:
    """`param replicas = 3`, `define web(name)`, `state { x = 0 }`, `action a(p)`, `param replicas: 3`: no type."""
    at, tokens = scene.index, scene.tokens
    name = scene.before
    if scene.token.kind in ("=", ",", ")") and name.kind == "NAME" and scene.accepts(":"):
        return _untyped_name(scene)
    value_at = at if scene.accepts("NAME") and scene.accepts("NUMBER") else at - 1
    value = scene.at(value_at)
    declared = scene.at(value_at - 3).word == "_PARAM" and scene.at(value_at - 1).kind == ":"
    if not declared or value.kind not in ("NUMBER", "STRING", "["):
        return None
    guess, written = _type(value), tokens[value_at - 2].text
    edit = Edit(value_at, value_at, (made("NAME", guess, scene.at(value_at - 1)), made("=", "=", value, before=True)))
    if not scene.works(edit, reach=1):
        return None
    help = f"write `{written}: {guess} = {value.text}`"
    return Mistake(f"expected the type of `{written}`, found `{value.text}`", scene.span(value_at), help, (edit,))


def _untyped_name(scene: Scene) -> Mistake | None:
    at, name = scene.index, scene.before
    if scene.token.kind == "=" and scene.works(Edit(at, at + 1, (instead(":", ":", scene.token),))):
        return None
    value = scene.after if scene.token.kind == "=" else None
    guess = _type(value)
    edit = Edit(at, at, (made(":", ":", name), made("NAME", guess, name)))
    if not scene.works(edit, reach=1):
        return None
    after_colon = advance(scene.table, scene.history[at], ":")
    if after_colon is not None and advance(scene.table, after_colon, "STRING") is not None:
        help = f"write `{name.text}: pods(...)`, `{name.text}: Node` or another set"
        return Mistake(f"expected `:` and a set after `{name.text}`", scene.gap(), help, (edit,))
    default = f" = {value.text}" if value is not None else ""
    help = f"write `{name.text}: {guess}{default}`"
    return Mistake(f"expected `:` and a type after `{name.text}`", scene.gap(), help, (edit,))


def _type(value: Token | None) -> str:
    """The type that a default suggests."""
    if value is None:
        return "string"
    match value.kind:
        case "NUMBER":
            return "int" if value.text.isdigit() else "Quantity"
        case "[":
            return "list[string]"
        case "NAME" if value.text in ("true", "false"):
            return "bool"
        case _:
            return "string"


def typed_let(scene: Scene) -> Mistake | None:
    """`let zones: list = [...]`: a `let` has the type of its value."""
    at = scene.index
    if scene.token.kind != ":" or scene.at(at - 2).text != "let" or not scene.accepts("="):
        return None
    stop = at + 1
    while stop < scene.line_end(at) and scene.tokens[stop].kind != "=":
        stop += 1
    if scene.at(stop).kind != "=" or not scene.works(edit := Edit(at, stop)):
        return None
    message = "a `let` has the type of its value"
    return Mistake(message, scene.span(at, stop), f"remove `{scene.source(at, stop)}`", (edit,))


def result_type(scene: Scene) -> Mistake | None:
    """`fn half(n: int): int = ...`."""
    at = scene.index
    edit = Edit(at, at + 1, (instead("->", "->", scene.token),))
    if scene.token.kind != ":" or scene.before.kind != ")" or not scene.accepts("->") or not scene.works(edit):
        return None
    return Mistake("the type of a result stands behind `->`", scene.span(), "write `->`", (edit,))


def braced_function(scene: Scene) -> Mistake | None:
    """`fn half(n: int) -> int { n / 2 }`."""
    at = scene.index
    if scene.token.kind != "{" or not scene.accepts("=") or scene.tokens[scene.item()].word != "_FN":
        return None
    stop = scene.line_end(at + 1)
    closing = Edit(stop, stop + 1) if scene.tokens[stop].kind == "}" else Edit(stop, stop)
    edits = Edit(at, at + 1, (instead("=", "=", scene.token),)), closing
    inner = scene.source(at + 1, stop)
    return Mistake("a function is one value behind `=`", scene.span(), f"write `= {inner}`", edits)
