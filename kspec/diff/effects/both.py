"""The two sides of a change, ready for questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kspec.diff.effects.refused import refused
from kspec.diff.objects import Altered
from kspec.domain.expansion import namespace_of
from kspec.domain.objects import Resource
from kspec.elaborate.design import Design
from kspec.lint.index import Index
from kspec.lint.sources import PodSource
from kspec.source.diagnostic import Diagnostic


@dataclass(frozen=True)
class Both:
    """The designs before and after, and the objects that differ."""

    old: Design | None
    new: Design
    altered: tuple[Altered, ...]

    @cached_property
    def before(self) -> Index:
        return Index.of_design(self.old) if self.old is not None else Index(())

    @cached_property
    def after(self) -> Index:
        return Index.of_design(self.new)

    @cached_property
    def _pods_before(self) -> Mapping[tuple[str, str, str], PodSource]:
        return {_name(p.resource): p for p in self.before.pods}

    def pods_before(self, pods: PodSource) -> PodSource | None:
        """Where the pods of a workload came from before the change."""
        return self._pods_before.get(_name(pods.resource))

    @cached_property
    def of(self) -> Mapping[int, Altered]:
        """What became of an object of the new design, by its identity; nothing for what is the same."""
        return {id(a.after): a for a in self.altered if a.after is not None}

    @cached_property
    def refusals(self) -> Mapping[int, tuple[Diagnostic, ...]]:
        """What the API server says to each update, by the identity of the new object."""
        return {key: found for key, a in self.of.items() if (found := tuple(refused(a)))}


def _name(resource: Resource) -> tuple[str, str, str]:
    return resource.kind, namespace_of(resource), resource.name
