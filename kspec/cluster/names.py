"""Normalised names: what a generated name is called in a log that is the same every time.

`<owner>-rsN` (ReplicaSets of a Deployment, in order of creation), `<owner>-pN` (pods), `<owner>-iX-pN` (pods of an
index of a Job), `<owner>-esN` (EndpointSlices), `<owner>-revN` (ControllerRevisions), `<owner>-jN` (Jobs of a CronJob),
`<claim>-pvN` (volumes made for a claim); `<hash X>` is the hash in the name of X, `<uid of X>` its uid.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from kspec.api.fields import obj, text
from kspec.cluster.store import Change, Verb
from kspec.cluster.stored import Stored
from kspec.source.tree import Json

_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_HASHES = ("pod-template-hash", "controller-revision-hash", "controller.kubernetes.io/hash")
INDEX = "batch.kubernetes.io/job-completion-index"
_BY_CONTROLLER = {("ReplicaSet", "Deployment"): "rs", ("Job", "CronJob"): "j"}


class Names:
    """The normalised names of all objects so far; tell it every change.

    `unborn` has the generated names of objects that were refused, with their prefix: those end in `<random>`.
    """

    def __init__(self, unborn: Mapping[str, str]) -> None:
        self._unborn = unborn
        self._words: dict[str, str] = {}
        self._named: dict[tuple[str, str, str], str] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def learn(self, change: Change) -> None:
        """Name an object that is new."""
        if change.verb is not Verb.ADDED or change.now.kind == "Event":
            return
        stored = change.now
        prefix = self._prefix(stored)
        if prefix is not None:
            place = stored.namespace, prefix
            self._counts[place] += 1
            name = f"{prefix}{self._counts[place]}"
            self._named[stored.kind, stored.namespace, stored.name] = self._words[stored.name] = name
        name = self.of(stored)
        self._words[stored.uid] = f"<uid of {name}>"
        if stored.kind in ("ReplicaSet", "ControllerRevision"):
            for label in _HASHES:
                value = stored.labels.get(label)
                if value:
                    self._words[value] = f"<hash {name}>"

    def of(self, stored: Stored) -> str:
        return self._named.get((stored.kind, stored.namespace, stored.name), stored.name)

    def generated(self, stored: Stored) -> bool:
        """Whether the object's name was made up for it."""
        return (stored.kind, stored.namespace, stored.name) in self._named

    def said(self, words: str) -> str:
        """A text with every generated name, hash and uid in it replaced."""
        return _WORD.sub(lambda found: self._word(found[0]), words)

    def _word(self, word: str) -> str:
        known = self._words.get(word)
        if known is not None:
            return known
        prefix = self._unborn.get(word)
        return word if prefix is None else f"{self._word(prefix.rstrip('-'))}-<random>"

    def spoken(self, value: Json) -> Json:
        """A value with the texts in it replaced."""
        match value:
            case str():
                return self.said(value)
            case dict():
                return {self.said(name): self.spoken(item) for name, item in value.items()}
            case list():
                return [self.spoken(item) for item in value]
            case _:
                return value

    def raw(self, kind: str, name: str) -> str:
        """The real name of an object that a scenario calls by its normalised one."""
        return next((raw for (k, _, raw), normal in self._named.items() if (k, normal) == (kind, name)), name)

    def _prefix(self, stored: Stored) -> str | None:
        controller = stored.controller
        if controller is None:
            return self._own(stored)
        owner = self.said(controller.name)
        letters = _BY_CONTROLLER.get((stored.kind, controller.kind))
        if letters is not None:
            return f"{owner}-{letters}"
        if stored.kind == "ControllerRevision":
            return f"{owner}-rev"
        if not text(stored.manifest, "metadata", "generateName"):
            return None
        if stored.kind == "EndpointSlice":
            return f"{owner}-es"
        if stored.kind == "Pod":
            index = stored.annotations.get(INDEX)
            return f"{owner}-p" if index is None else f"{owner}-i{index}-p"
        return None

    def _own(self, stored: Stored) -> str | None:
        """A user's object with `generateName`, or a volume that was made for a claim."""
        claim = obj(stored.spec, "claimRef")
        if stored.kind == "PersistentVolume" and stored.name == f"pvc-{text(claim, 'uid')}":
            return f"{text(claim, 'name')}-pv"
        prefix = text(stored.manifest, "metadata", "generateName")
        return f"{prefix.rstrip('-')}-{stored.kind.lower()[0]}" if prefix else None
