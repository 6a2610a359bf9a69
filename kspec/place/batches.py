"""Pods into groups: those of one workload go together, unless their volumes tell them apart; equal bare pods too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kspec.domain.expansion import PodSet
from kspec.domain.labels import LabelSelector
from kspec.domain.pod import PodAffinityTerm
from kspec.place.draft import Batch, selector_keys
from kspec.place.problem import PodName
from kspec.place.rules.claims import Bound, Choice, Made, Missing, Need, Storage, Use, uses

_MANY_BARE = 24


def batches_of(podsets: Sequence[PodSet], storage: Storage) -> tuple[Batch, ...]:
    """The groups, in the order of the workloads."""
    alike = _merge_bare(podsets)
    found: list[Batch] = []
    for podset, names in alike:
        if podset.everywhere:
            used = tuple(uses(storage, podset.template.spec, podset.namespace, podset.name, {}))
            own = tuple(u.need.claim for u in used)
            found.append(Batch(len(found), podset, (), podset.template.spec, used, (own,)))
            continue
        for pods, used, claims in _by_volumes(podset, names, storage):
            spec = podset.spec_of(pods[0].pod.partition("/")[2])
            found.append(Batch(len(found), podset, pods, spec, used, claims))
    return tuple(found)


Split = tuple[tuple[PodName, ...], tuple[Use, ...], tuple[tuple[str, ...], ...]]


def _by_volumes(podset: PodSet, names: Sequence[PodName], storage: Storage) -> list[Split]:
    """The pods of a workload, split where their claims lead to different places."""
    if not names:
        return []
    if not podset.claims and not any(v.persistent_volume_claim or v.ephemeral for v in podset.template.spec.volumes):
        return [(tuple(names), (), ())]
    parts: dict[object, tuple[list[PodName], tuple[Use, ...], list[tuple[str, ...]]]] = {}
    for name in names:
        pod = name.pod.partition("/")[2]
        made = {f"{c.name}-{pod}": c for c in podset.claims}
        used = tuple(uses(storage, podset.spec_of(pod), podset.namespace, pod, made))
        part = parts.setdefault(tuple(_kind(u.need) for u in used), ([], used, []))
        part[0].append(name)
        part[2].append(tuple(u.need.claim for u in used))
    return [(tuple(pods), used, tuple(claims)) for pods, used, claims in parts.values()]


def _kind(need: Need) -> tuple[object, ...]:
    """What tells one claim's consequences from another's."""
    match need:
        case Bound(volume=volume, modes=modes):
            zones = tuple(sorted(volume.metadata.labels.items()))
            driver = volume.spec.csi.driver if volume.spec.csi else None
            return ("bound", volume.spec.node_affinity.model_dump_json(), zones, modes, driver)
        case Choice(candidates=candidates, modes=modes):
            return ("choice", candidates, modes)
        case Made(storage_class=storage_class, modes=modes):
            return ("made", storage_class.name if storage_class else "", modes)
        case Missing():
            return ("missing",)


def _merge_bare(podsets: Iterable[PodSet]) -> list[tuple[PodSet, list[PodName]]]:
    """Workloads with the pods they still want; many bare pods that say the same are taken as one workload."""
    podsets = list(podsets)
    bare = sum(not s.template_at and bool(s.names) for s in podsets)
    keys = _label_keys(podsets) if bare > _MANY_BARE else set()
    found: dict[object, tuple[PodSet, list[PodName]]] = {}
    for index, podset in enumerate(podsets):
        names = [PodName(f"{podset.namespace}/{name}", podset.workload) for name in podset.names]
        identity: object = index
        if bare > _MANY_BARE and not podset.template_at and names:
            labels = podset.template.metadata.labels
            seen = tuple(sorted((k, v) for k, v in labels.items() if k in keys))
            identity = (podset.namespace, seen, podset.template.spec.model_dump_json())
        found.setdefault(identity, (podset, []))[1].extend(names)
    return list(found.values())


def _label_keys(podsets: Iterable[PodSet]) -> set[str]:
    """The pod labels that some selector looks at."""
    selectors: list[LabelSelector | None] = []
    keys: set[str] = set()
    for podset in podsets:
        affinity = podset.template.spec.affinity
        terms: list[PodAffinityTerm] = [*affinity.pod_affinity.required, *affinity.pod_anti_affinity.required]
        for term in terms:
            selectors.append(term.label_selector)
            keys.update(term.match_label_keys, term.mismatch_label_keys)
        for constraint in podset.template.spec.topology_spread_constraints:
            selectors.append(constraint.label_selector)
            keys.update(constraint.match_label_keys)
    return keys | selector_keys(selectors)
