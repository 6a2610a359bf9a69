"""The CustomResourceDefinitions that kspec text itself declares: their kinds are known to all of the design."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.api.schema import Catalogue
from kspec.domain.objects import Resource
from kspec.elaborate.evaluate import Evaluator
from kspec.elaborate.groups import Group
from kspec.elaborate.inputs import Text
from kspec.elaborate.objects.draft import Draft
from kspec.elaborate.objects.forms import Forms
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.objects.slots import to_json
from kspec.elaborate.overlays import Overlays
from kspec.elaborate.world import World
from kspec.source.diagnostic import Diagnostics
from kspec.syntax import nodes as n

_KIND = "CustomResourceDefinition"
_WORDS = frozenset({_KIND.lower(), "customresourcedefinitions", "crd"})


def declared_definitions(files: Iterable[Text], catalogue: Catalogue, forms: Forms) -> list[Resource]:
    """The definitions at the top of files, as far as they can be read before anything else is known.

    What is wrong with them is told when the design is elaborated; here it is passed over.
    """
    found = [(text, items) for text in files if (items := tuple(i for i in text.file.items if _is_definition(i)))]
    if not found:
        return []
    unheard = Diagnostics()
    world = World(Kinds(catalogue))
    writer = Overlays(unheard, world, Evaluator(unheard), forms)
    for text, items in found:
        writer.declare(Group(Layer("design")), items, text.scope)
    return [_resource(draft) for draft in world.entities if isinstance(draft, Draft)]


def _is_definition(item: n.Top) -> bool:
    match item:
        case n.Block(word):
            return word.text in _WORDS
        case n.Resource_(_, kind):
            return kind.text == _KIND
        case _:
            return False


def _resource(draft: Draft) -> Resource:
    manifest = to_json(draft.root, lambda _: None)
    assert isinstance(manifest, dict)
    return Resource(manifest)
