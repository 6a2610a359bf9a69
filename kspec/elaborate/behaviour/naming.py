"""Things compared with texts: a text means the thing of that name."""

from __future__ import annotations

from kspec.elaborate.behaviour.mistakes import NOT_IN_CORE, TYPE, mistake
from kspec.elaborate.behaviour.sets import Domain, NodeRef, Pod, PodSet
from kspec.elaborate.behaviour.things import Revision, Thing
from kspec.elaborate.behaviour.values import Symbol, Value, describe
from kspec.source.text import Span


def is_thing(value: Value) -> bool:
    """It has an identity of its own, or stands for something that has."""
    return isinstance(value, Domain | NodeRef | Pod | PodSet | Thing | Revision)


def is_named(thing: Value, other: Value, span: Span) -> bool:
    """Whether a thing has a name; raises `Mistake` where the two can never be equal."""
    match thing, other:
        case (_, None):
            return False
        case (Domain(value=name), str(text)) | (Domain(value=name), Symbol(text=text)):
            return name == text
        case (Thing(name=name), str(text)) | (Thing(name=name), Symbol(text=text)):
            return name == text
        case (Revision(name=name), str(text)) | (Revision(name=name), Symbol(text=text)):
            return name == text
        case (NodeRef(place=place), str(text)) | (NodeRef(place=place), Symbol(text=text)):
            if text in place.later:
                raise mistake(NOT_IN_CORE, f"{text} is there only when its pool grows", span)
            if place.single or text not in place.names:
                return place.sample.name == text
            raise mistake(NOT_IN_CORE, f"{text} cannot be told from other nodes of {place.name}", span)
        case _:
            raise mistake(TYPE, f"{describe(thing)} and {describe(other)} are never equal", span)
