"""What can only be written when all objects are known: labels and targets, and what claims leave out."""

from __future__ import annotations

from kspec.elaborate import rules
from kspec.elaborate.labels import label
from kspec.elaborate.memory import Memory
from kspec.elaborate.objects.draft import ClaimMount, Draft
from kspec.elaborate.objects.layers import GENERATED, Write
from kspec.elaborate.objects.slots import Slot
from kspec.elaborate.targets import Targets, needs_others
from kspec.elaborate.world import World
from kspec.source.diagnostic import Diagnostics


def complete(world: World, diagnostics: Diagnostics, memory: Memory) -> None:
    """Write into every object that kspec text declares what follows from itself and from the others."""
    drafts = [(p, d) for p, d in enumerate(world.entities) if isinstance(d, Draft) and d.adopted is None]
    for place, draft in drafts:
        if world.is_shared(draft):
            world.entities[place] = memory.finished(draft, lambda twin: _finish(twin, diagnostics))
        else:
            _finish(draft, diagnostics)
    targets = Targets(world, diagnostics)
    for place, declared in drafts:
        finished = world.entities[place]
        if isinstance(finished, Draft) and needs_others(finished):
            own = finished if finished is declared else memory.copy(finished)
            world.entities[place] = own
            targets.write(own)


def _finish(draft: Draft, diagnostics: Diagnostics) -> bool:
    """Write what follows from the object itself; whether there was nothing to report."""
    before = len(diagnostics)
    label(draft)
    _access_modes(draft)
    for mount in draft.claim_mounts:
        _mount_claim(draft, mount, diagnostics)
    return len(diagnostics) == before


def _access_modes(draft: Draft) -> None:
    """A claim is for one node at a time unless it says otherwise."""
    specs: list[Slot | None] = []
    if draft.kind.kind == "PersistentVolumeClaim":
        specs.append(draft.root.open("spec"))
    templates = draft.root.at("spec", "volumeClaimTemplates")
    specs += [item.field("spec") for item in templates.live_items()] if templates is not None else []
    for spec in specs:
        if spec is not None and spec.field("accessModes") is None:
            modes = spec.open("accessModes")
            modes.replace_list(Write(GENERATED, draft.span))
            modes.append().generate("ReadWriteOnce", draft.span)


def _mount_claim(draft: Draft, mount: ClaimMount, diagnostics: Diagnostics) -> None:
    containers = draft.root.at(*(draft.template or ()), "spec", "containers")
    live = list(containers.live_items()) if containers is not None else []
    path = mount.path
    if len(live) != 1:
        message = f"the pod has {len(live)} containers, and nothing says which one mounts the claim"
        name = mount.claim.slot.text("metadata", "name")
        help = f'write `mount {name}: "{path.text}"` in the container'
        diagnostics.report(rules.TYPE, message, path.span, help=help, object=str(draft.ref))
        return
    write = Write(mount.claim.layer, path.span, path.span)
    item = live[0].open("volumeMounts").append()
    item.open_map(write)
    item.open("name").set(mount.claim.slot.text("metadata", "name"), write)
    item.open("mountPath").set(path.text, Write(mount.claim.layer, path.span, path.span, path.text))
