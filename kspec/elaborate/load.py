"""From paths to a design: the passes of elaboration, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kspec.api.schema import Catalogue
from kspec.api.schema import load as load_schemas
from kspec.domain.objects import Resource
from kspec.elaborate.allowances import allowances
from kspec.elaborate.branches import report_constant
from kspec.elaborate.cluster import POOL, cluster_of
from kspec.elaborate.complete import complete
from kspec.elaborate.custom import custom_kinds
from kspec.elaborate.declare import evaluate_all, report_unused
from kspec.elaborate.definitions import declared_definitions
from kspec.elaborate.design import Allowance, Design, Loaded
from kspec.elaborate.doubt import settle
from kspec.elaborate.environment import chosen, environments
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.inputs import Texts, nothing_found, read_texts
from kspec.elaborate.judge import judge, judge_older, unsound
from kspec.elaborate.labels import own_selector
from kspec.elaborate.memory import Memory
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.objects.provenance import Provenance
from kspec.elaborate.objects.slots import to_json
from kspec.elaborate.overlays import Overlays
from kspec.elaborate.parameters import give_parameters, parameters_of
from kspec.elaborate.parts import Parts, declare_once
from kspec.elaborate.rehearsal import apply, rehearse
from kspec.elaborate.shorthand import FORMS
from kspec.elaborate.trial import try_modules
from kspec.elaborate.types import check_types
from kspec.elaborate.version import versions_of
from kspec.elaborate.world import Adopted, Entity, World
from kspec.source import disk
from kspec.source.diagnostic import Diagnostics
from kspec.source.pause import collection_paused
from kspec.source.read import STDIN
from kspec.source.tree import Json, Object
from kspec.syntax import nodes as n


def load(
    paths: Sequence[str],
    *,
    env: str | None = None,
    settings: Mapping[str, str] | None = None,
    stdin: str | bytes | None = None,
    memory: Memory | None = None,
) -> Loaded:
    """Load a design. Every mistake of the input is a diagnostic; `Loaded.design` is None where one is an error.

    `env` names an overlay to apply, `settings` are the values of `--set`, `stdin` is the text that `-` stands for.
    `memory` keeps what a later load of the same design can use.
    """
    diagnostics = Diagnostics()
    remembering = memory is not None
    memory = memory or Memory()
    memory.begin()
    with collection_paused():
        texts = memory.texts = read_texts(paths, stdin, diagnostics, memory)
        nothing_found(texts, diagnostics)
        certain = frozenset(diagnostics)
        loading = _Loading(texts, diagnostics, memory, remembering)
        design = loading.design(_name(paths), env, settings or {})
        settle(texts, diagnostics, certain)
    sound = None if unsound(diagnostics) else design
    return Loaded(None if diagnostics.has_errors else design, diagnostics, texts.sources, sound)


@dataclass(frozen=True, slots=True)
class _Loading:
    """The passes over the texts of one design. `remembering` tells that there will be another load like it."""

    texts: Texts
    diagnostics: Diagnostics
    memory: Memory
    remembering: bool

    def design(self, name: str, env: str | None, settings: Mapping[str, str]) -> Design:
        """What the texts say, with an environment and values of parameters."""
        texts, diagnostics, memory = self.texts, self.diagnostics, self.memory
        versions = versions_of(texts.files, diagnostics)
        catalogue, kinds = self._kinds(versions.newest)
        evaluator = Evaluator(diagnostics)
        known = environments(texts.files)
        chain = chosen(known, env, diagnostics)
        writer = Overlays(diagnostics, World(kinds), evaluator, FORMS)
        memory.world = writer.world
        writer.parameters = give_parameters(chain, settings, texts.scopes[0], texts.scopes, evaluator, texts.sources)
        if self.remembering:
            memory.parts = memory.parts or Parts()
            memory.parts.declare(texts, writer, chain, (id(kinds), env, tuple(settings.items())))
        else:
            declare_once(texts, writer)
        rehearse(known, chain, writer)
        apply(chain, writer)
        complete(writer.world, diagnostics, memory)
        writer.world.report_duplicates(diagnostics)
        evaluate_all(texts.scopes, evaluator)
        try_modules(texts.scopes, writer)
        check_types(texts.files, diagnostics)
        accepted = tuple(a for text in texts.files for a in allowances(text.file, diagnostics))
        if not diagnostics.has_errors:
            report_unused(texts.scopes[0], diagnostics)
            for text in texts.files:
                if text.scope is texts.scopes[0]:
                    report_constant(text.file.items, text.scope, diagnostics)
        design = self._built(name, writer, accepted, catalogue)
        if versions.oldest != versions.newest:
            judge_older(design.written, load_schemas(versions.oldest).with_crds(texts.all_resources), diagnostics)
        variables = parameters_of(texts.scopes)
        return replace(design, oldest=versions.oldest, parameters=variables, environments=tuple(known))

    def _kinds(self, version: str) -> tuple[Catalogue, Kinds]:
        builtin = load_schemas(version)
        brought = [r for r in self.texts.all_resources if r.kind == "CustomResourceDefinition"]
        definitions = [*brought, *declared_definitions(self.texts.files, builtin, FORMS)]

        def make() -> tuple[Catalogue, Kinds]:
            catalogue = builtin.with_crds(definitions)
            return catalogue, Kinds(catalogue, custom_kinds(definitions))

        return self.memory.kinds(version, definitions, make)

    def _built(self, name: str, writer: Overlays, accepted: tuple[Allowance, ...], catalogue: Catalogue) -> Design:
        """What the objects and statements come to; objects with mistakes are not judged any further."""
        entities = writer.world.entities
        pools = [e for e in entities if isinstance(e, Draft) and e.kind.kind == POOL]
        objects = [e for e in entities if e.kind.kind != POOL]
        written = tuple(self._resource(e) for e in objects)
        sound = [r for r, e in zip(written, objects, strict=True) if isinstance(e, Adopted) or not e.flawed]
        resources = judge(sound, catalogue, self.diagnostics, self.memory)
        cluster = cluster_of(next(iter(writer.clusters), None), pools, resources, self.diagnostics)
        collected = writer.collected
        self.memory.end(written)
        return Design(
            name,
            catalogue.version,
            cluster,
            resources,
            written,
            collected.of(n.Property),
            collected.of(n.Scenario),
            collected.of(n.Policy),
            collected.of(n.Component),
            {draft.name: Provenance(draft.root) for draft in pools},
            accepted,
        )

    def _resource(self, entity: Entity) -> Resource:
        """The object as it was written."""
        if isinstance(entity, Adopted):
            return entity.resource

        def special(_: object) -> Json:
            return own_selector(entity)

        def manifest() -> Object:
            made = to_json(entity.root, special)
            assert isinstance(made, dict)
            return made

        return self.memory.resource(entity, manifest, lambda made: Resource(made, Provenance(entity.root)))


def _name(paths: Sequence[str]) -> str:
    """The name of a design: that of its first file or folder."""
    first = next((p for p in paths if p.endswith(".kspec")), paths[0] if paths else "-")
    if first == STDIN:
        return "design"
    path = Path(disk.real(first))
    return path.stem if path.suffix in (".kspec", ".yaml", ".yml", ".json") else path.name or "design"
