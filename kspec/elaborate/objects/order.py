"""The order in which the items of a block are written: what opens an item of a list comes before what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kspec.syntax import nodes as n

Items = Sequence[n.Item | n.Top]


def in_order(items: Items) -> Items:
    """The items as they stand, but `app.image: ...` behind the `container app { ... }` that it is about."""
    if not any(_is_path(item) for item in items):
        return items
    opened = {_label(item): number for number, item in enumerate(items)}
    early = {
        number
        for number, item in enumerate(items)
        if _is_path(item) and any(opened.get(name, -1) > number for name in _mentioned(item))
    }
    kept = [item for number, item in enumerate(items) if number not in early]
    return (*kept, *(items[number] for number in sorted(early)))


def _is_path(item: n.Item | n.Top) -> bool:
    return isinstance(item, n.Field | n.PathBlock) and len(item.path.parts) > 1


def _label(item: n.Item | n.Top) -> str | None:
    """The name of the item that a block opens, where it can be told at sight."""
    label = item.label.value if isinstance(item, n.Block | n.LabelField) and item.label is not None else None
    return label.text if isinstance(label, n.Key) else label.literal if isinstance(label, n.Text) else None


def _mentioned(item: n.Item | n.Top) -> Iterator[str]:
    """The names in a path."""
    for part in item.path.parts if isinstance(item, n.Field | n.PathBlock) else ():
        match part:
            case n.Key(text):
                yield text
            case n.Text() if part.literal is not None:
                yield part.literal
            case _:
                pass
