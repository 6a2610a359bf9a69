"""Who wrote what: the origin of an object that kspec text declares."""

from __future__ import annotations

from kspec.elaborate.objects.layers import Write
from kspec.elaborate.objects.slots import Slot
from kspec.source.text import Span
from kspec.source.tree import Path


class Provenance:
    """Answers from the tree that evaluation left behind."""

    def __init__(self, root: Slot) -> None:
        self._root = root

    def at(self, path: Path) -> Span | None:
        """The span of the value at `path`, or of what is nearest around it."""
        write = self._nearest(path)
        return write.span if write else None

    def key(self, path: Path) -> Span | None:
        """The span of the key in front of the value at `path`; without one, of the value."""
        write = self._nearest(path)
        return (write.key or write.span) if write else None

    def instances(self) -> tuple[Span, ...]:
        """The instances of modules that made the object, the innermost first; none for one declared on its own."""
        found: list[Span] = []
        layer = self._root.writes[0].layer if self._root.writes else None
        while layer is not None:
            found += [layer.made_at] if layer.made_at is not None else []
            layer = layer.inside
        return tuple(found)

    def writers(self, path: Path) -> tuple[Write, ...]:
        """All writes to `path` in order, the winner last; the writes around it where nothing was written to it alone.

        What a later layer removed and nobody wrote again is still answered, as long as its parent is there.
        """
        trail = self._trail(path)
        return tuple(trail[-1].writes) if len(trail) == len(path) + 1 else ()

    def _nearest(self, path: Path) -> Write | None:
        trail = self._trail(path)
        inner = _first(trail[-1]) if len(trail) == len(path) + 1 and not trail[-1].writes else None
        written = next((s for s in reversed(trail) if s.writes), None)
        return inner or (written.writes[-1] if written is not None else None)

    def _trail(self, path: Path) -> list[Slot]:
        """The slots on the way, as far as the path leads."""
        trail = [self._root]
        for part in path:
            slot, found = trail[-1], None
            if isinstance(part, str) and slot.fields is not None:
                found = slot.fields.get(part)
            elif isinstance(part, int) and slot.items is not None:
                shown = [s for s in slot.items if s.present]
                found = shown[part] if 0 <= part < len(shown) else None
            if found is None:
                break
            trail.append(found)
        return trail


def _first(slot: Slot) -> Write | None:
    """The first write below a slot that has none itself: a path that a short form went through."""
    inner = [*(slot.fields or {}).values(), *(slot.items or ())]
    for child in inner:
        found = child.writes[-1] if child.writes else _first(child)
        if found is not None:
            return found
    return None
