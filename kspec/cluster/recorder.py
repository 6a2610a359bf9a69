"""Events: what components say about objects, told once and then counted.

Upstream: staging/src/k8s.io/client-go/tools/record/{event,events_cache}.go (v1.36): equal events are counted; of events
that differ only in their message, the tenth and later ones become one that says `(combined from similar events)`; of
more than 25 about one object, one every five minutes gets through. Series are those of
staging/src/k8s.io/client-go/tools/events/event_broadcaster.go.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from kspec.api.admission.refusal import Refused
from kspec.api.fields import integer
from kspec.cluster.client import Client
from kspec.cluster.loop import Loop
from kspec.cluster.moments import stamp
from kspec.cluster.stored import Key, Stored
from kspec.cluster.timing import EVENT
from kspec.source.tree import Object

_SIMILAR, _SIMILAR_SECONDS = 10, 600.0
_BURST, _REFILL = 25.0, 1 / 300
_SERIES = 2
"""Of the events of a series, the first makes it known and the second makes it a series."""
_COMBINED = "(combined from similar events): "
_LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Said:
    """An event as it was made; `alike` is what similar events agree in."""

    about: Stored
    type: str
    reason: str
    message: str

    @property
    def alike(self) -> tuple[str, ...]:
        return (self.about.kind, self.about.namespace, self.about.name, self.about.uid, self.type, self.reason)


@dataclass(slots=True)
class _Similar:
    messages: set[str] = field(default_factory=set)
    last: float = 0.0


@dataclass(slots=True)
class _Bucket:
    left: float = _BURST
    since: float = 0.0


class Recorder:
    """The events of one component, written one after the other, a little later than they were made.

    With `series`, as kube-scheduler has it (client-go/tools/events): equal events about one version of an object become
    a series, which is written when it begins and not when it goes on; nothing is combined or held back.
    """

    def __init__(self, loop: Loop, client: Client, component: str, *, series: bool = False) -> None:
        self._loop = loop
        self._client = client
        self._component = component
        self._series = series
        self._lengths: Counter[tuple[str, ...]] = Counter()
        self._waiting: deque[tuple[Said, int | None]] = deque()
        self._writing = False
        self._written: dict[tuple[str, ...], Key] = {}
        self._similar: dict[tuple[str, ...], _Similar] = {}
        self._buckets: dict[str, _Bucket] = {}
        self._count = 0

    def normal(self, about: Stored, reason: str, message: str) -> None:
        self._say(Said(about, "Normal", reason, message[:_LONGEST]))

    def warning(self, about: Stored, reason: str, message: str) -> None:
        self._say(Said(about, "Warning", reason, message[:_LONGEST]))

    def _say(self, said: Said) -> None:
        self._waiting.append((said, self._loop.cause))
        if not self._writing:
            self._writing = True
            self._loop.spawn(self._write())

    async def _write(self) -> None:
        while self._waiting:
            said, cause = self._waiting.popleft()
            self._loop.cause = cause
            await self._loop.sleep(EVENT)
            await self._one(said)
        self._writing = False

    async def _one(self, said: Said) -> None:
        if self._series:
            key, message = (*said.alike, said.message, str(said.about.revision)), said.message
            self._lengths[key] += 1
            if self._lengths[key] > _SERIES:
                return
        else:
            key, message = self._correlated(said)
            if self._muted(said.about):
                return
        known = self._written.get(key)
        try:
            if known is not None:
                stored = await self._client.get("Event", known)
                draft = stored.draft()
                draft |= {"count": integer(draft, "count") + 1, "message": message, "lastTimestamp": self._now()}
                await self._client.update(draft)
            else:
                created = await self._client.create_plain(self._manifest(said, message))
                self._written[key] = created.key
        except Refused:
            self._written.pop(key, None)

    def _correlated(self, said: Said) -> tuple[tuple[str, ...], str]:
        similar = self._similar.setdefault(said.alike, _Similar())
        if self._loop.now - similar.last > _SIMILAR_SECONDS:
            similar.messages.clear()
        similar.last = self._loop.now
        similar.messages.add(said.message)
        if len(similar.messages) < _SIMILAR:
            return (*said.alike, said.message), said.message
        similar.messages.discard(min(m for m in similar.messages if m != said.message))
        return said.alike, f"{_COMBINED}{said.message}"

    def _muted(self, about: Stored) -> bool:
        bucket = self._buckets.setdefault(about.uid, _Bucket(since=self._loop.now))
        bucket.left = min(_BURST, bucket.left + (self._loop.now - bucket.since) * _REFILL)
        bucket.since = self._loop.now
        if bucket.left < 1:
            return True
        bucket.left -= 1
        return False

    def _manifest(self, said: Said, message: str) -> Object:
        self._count += 1
        about, now = said.about, self._now()
        name = f"{about.name}.{self._component}.{self._count:x}"
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": about.namespace or "default"},
            "involvedObject": {
                "apiVersion": about.api_version,
                "kind": about.kind,
                "namespace": about.namespace,
                "name": about.name,
                "uid": about.uid,
            },
            "type": said.type,
            "reason": said.reason,
            "message": message,
            "count": 1,
            "source": {"component": self._component},
            "firstTimestamp": now,
            "lastTimestamp": now,
        }

    def _now(self) -> str:
        return stamp(self._loop.now)
