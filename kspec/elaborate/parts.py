"""What the texts of a design declare, text by text; what a text came to before holds while nothing it uses changes.

A text uses another one if any of its words is a name that the other declares, in whatever sense: that is more than what
it really uses, and never less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kspec.elaborate.collect import Statement
from kspec.elaborate.environment import Chain
from kspec.elaborate.evaluate.scope import Binding
from kspec.elaborate.evaluate.values import Text as TextValue
from kspec.elaborate.groups import Group
from kspec.elaborate.inputs import Text, Texts
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.overlays import Overlays
from kspec.elaborate.world import Entity, Watch, World
from kspec.source.text import Span
from kspec.syntax import nodes as n

_WORD = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_]|-(?=[A-Za-z0-9_]))*")

DESIGN = Layer("design")


@dataclass(frozen=True, slots=True)
class Part:
    """What a text came to. It holds for the trees `files`: its own and those it uses.

    `seen` is what it found of other texts' objects, `used` the bindings that it took values from.
    """

    files: tuple[n.File, ...]
    drafts: tuple[Draft, ...]
    statements: tuple[Statement, ...]
    clusters: tuple[TextValue, ...]
    seen: tuple[tuple[tuple[object, str], tuple[Entity, ...]], ...]
    used: frozenset[tuple[str, Span]]
    steps: int


@dataclass
class Parts:
    """Declares texts. `made` counts, by path, the texts that had to be worked out in the last design."""

    made: list[str] = field(default_factory=list)
    _parts: dict[str, Part] = field(default_factory=dict)
    _words: dict[int, tuple[n.File, frozenset[str]]] = field(default_factory=dict)
    _around: object = None
    _overlays: tuple[n.Env, ...] = ()

    def declare(self, texts: Texts, writer: Overlays, chain: Chain, around: object) -> None:
        """The objects of all texts, in order. `around` is what all of them depend on, apart from each other."""
        self.made.clear()
        uses = self._uses(texts)
        around, overlays = (around, _imports(texts)), tuple(env for link in chain for env, _ in link.parts)
        if around != self._around or not _identical(overlays, self._overlays):
            self._parts.clear()
            self._around, self._overlays = around, overlays
        kept: dict[str, Part] = {}
        for part in texts.parts:
            if not isinstance(part, Text):
                writer.world.adopt(part)
                continue
            path = part.file.span.file
            before = self._parts.get(path)
            if before is not None and _holds(before, uses[path], writer.world):
                _again(before, texts, writer)
                kept[path] = before
                continue
            self.made.append(path)
            made = _declared(part, uses[path], texts, writer)
            if made is not None:
                kept[path] = made
        self._parts = kept

    def _uses(self, texts: Texts) -> dict[str, tuple[n.File, ...]]:
        """For each text, its tree and the trees of all texts that it uses, directly or not."""
        files = {text.file.span.file: text.file for text in texts.files}
        words = {path: self._words_of(file, texts) for path, file in files.items()}
        self._words = {id(file): (file, words[path]) for path, file in files.items()}
        declaring: dict[str, list[str]] = {}
        for path, file in files.items():
            for name in _declared_names(file.items):
                declaring.setdefault(name, []).append(path)
        direct = {
            path: {other for word in own & declaring.keys() for other in declaring[word]} for path, own in words.items()
        }
        return {path: tuple(files[p] for p in sorted(_reached(path, direct))) for path in files}

    def _words_of(self, file: n.File, texts: Texts) -> frozenset[str]:
        known = self._words.get(id(file))
        return known[1] if known is not None else frozenset(_WORD.findall(texts.sources[file.span.file].text))


def declare_once(texts: Texts, writer: Overlays) -> None:
    """The objects of all texts, in order, where nobody will ask again."""
    group = Group(DESIGN)
    for part in texts.parts:
        if isinstance(part, Text):
            writer.declare(group, part.file.items, part.scope)
        else:
            writer.world.adopt(part)


def _declared(text: Text, files: tuple[n.File, ...], texts: Texts, writer: Overlays) -> Part | None:
    """Work a text out. What it came to can be kept if it was sound and wrote to nothing but its own objects."""
    world, collected, evaluator = writer.world, writer.collected, writer.evaluator
    bindings = list(_bindings(texts))
    used_before = [b for b in bindings if b.used]
    for binding in used_before:
        binding.used = False
    findings, steps = len(writer.diagnostics), evaluator.steps
    statements, clusters = len(collected.statements), len(writer.clusters)
    world.watch = watch = Watch(len(world.entities))
    writer.declare(Group(DESIGN), text.file.items, text.scope)
    world.watch = None
    used = frozenset((b.name, b.span) for b in bindings if b.used)
    for binding in used_before:
        binding.used = True
    if len(writer.diagnostics) > findings or watch.wrote(world):
        return None
    drafts = tuple(e for e in world.entities[watch.start :] if isinstance(e, Draft))
    for draft in drafts:
        world.share(draft)
    return Part(
        files,
        drafts,
        tuple(collected.statements[statements:]),
        tuple(writer.clusters[clusters:]),
        tuple(watch.seen.items()),
        used,
        evaluator.steps - steps,
    )


def _holds(part: Part, files: Sequence[n.File], world: World) -> bool:
    """Whether a text would come to the same again."""
    if not _identical(part.files, files):
        return False
    for (kind, name), before in part.seen:
        now = world.find(kind, name)  # type: ignore[arg-type]
        if getattr(kind, "kind", "") == "Namespace":
            if bool(now) != bool(before):
                return False
        elif not _identical(now, before):
            return False
    return True


def _again(part: Part, texts: Texts, writer: Overlays) -> None:
    """Declare what a text came to before."""
    for draft in part.drafts:
        writer.world.add(draft)
        writer.world.share(draft)
    for statement in part.statements:
        writer.collected.take(statement)
    for name in part.clusters:
        writer.name_cluster(name)
    for binding in _bindings(texts):
        binding.used |= (binding.name, binding.span) in part.used
    writer.evaluator.spend(part.steps, part.files[0].span)


def _identical(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether two sequences hold the very same things: equal trees may stand in other places."""
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def _bindings(texts: Texts) -> Iterator[Binding]:
    return (binding for scope in texts.scopes for binding in scope.names.values())


def _declared_names(items: Iterable[n.Node]) -> Iterator[str]:
    for item in items:
        match item:
            case n.Let(name) | n.Fn(name) | n.Define(name):
                yield name.text
            case n.Param(declaration):
                yield declaration.name.text
            case n.Enum_(name, members):
                yield name.text
                yield from (member.text for member in members)
            case n.Import(alias=alias) if alias is not None:
                yield alias.text
            case _:
                pass


def _imports(texts: Texts) -> list[tuple[str, str | None, str, str | None]]:
    """Who can name what: all imports of all texts."""
    out: list[tuple[str, str | None, str, str | None]] = []
    for text in texts.files:
        for item in text.file.items:
            if isinstance(item, n.Use):
                out.append((text.file.span.file, "use", item.path, None))
            elif isinstance(item, n.Import):
                out.append((text.file.span.file, item.form, item.path, item.alias.text if item.alias else None))
    return out


def _reached(start: str, direct: dict[str, set[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for other in direct[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    return reached
