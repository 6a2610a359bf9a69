"""Judging pods among pods: anti-affinity, affinity, topology spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kspec.domain.node import Node
from kspec.domain.pod import PodAffinityTerm, PodSpec, TopologySpreadConstraint
from kspec.place.checker.alone import looked_at, profile_of, refusals
from kspec.place.checker.crowd import Crowd, Kind, Violation


def kept_apart(crowd: Crowd) -> Iterator[Violation]:
    """Nobody stands in a domain with a pod that either's anti-affinity means."""
    for owner in crowd.kinds:
        for term in owner.spec.affinity.pod_anti_affinity.required:
            mine = _by_domain(crowd, owner, term.topology_key)
            for other in crowd.kinds:
                if (owner.fixed and other.fixed) or not means(crowd, term, owner, other):
                    continue
                theirs = _by_domain(crowd, other, term.topology_key)
                for domain in mine.keys() & theirs.keys():
                    if owner is not other or mine[domain] > 1:
                        yield _apart(crowd, owner if not owner.fixed else other, term, domain, other)


def _apart(crowd: Crowd, blamed: Kind, term: PodAffinityTerm, domain: str, other: Kind) -> Violation:
    node = next(n for n in blamed.on if crowd.nodes[n].metadata.labels.get(term.topology_key) == domain)
    message = f"anti-affinity in {term.topology_key}={domain} with pods of {other.namespace}"
    return Violation(blamed.example(node), node, "InterPodAffinity", message)


def _by_domain(crowd: Crowd, kind: Kind, key: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, count in kind.on.items():
        labels = crowd.nodes[name].metadata.labels if name in crowd.nodes else {}
        if key in labels:
            found[labels[key]] += count
    return found


def means(crowd: Crowd, term: PodAffinityTerm, owner: Kind, other: Kind) -> bool:
    """Whether an affinity term of one pod is about another."""
    if term.label_selector is None or not term.label_selector.matches(other.labels):
        return False
    for key in term.match_label_keys:
        if key in owner.labels and other.labels.get(key) != owner.labels[key]:
            return False
    for key in term.mismatch_label_keys:
        if key in owner.labels and other.labels.get(key) == owner.labels[key]:
            return False
    if not term.namespaces and term.namespace_selector is None:
        return other.namespace == owner.namespace
    if other.namespace in term.namespaces:
        return True
    labels = {"kubernetes.io/metadata.name": other.namespace} | dict(crowd.namespaces.get(other.namespace, {}))
    return term.namespace_selector is not None and term.namespace_selector.matches(labels)


def near_their_friends(crowd: Crowd) -> Iterator[Violation]:
    """There is an order of arrival in which each pod finds, in its domain, the pods that its affinity asks for.

    Pods without affinity come first; the first pod of kinds that mean themselves may come when nobody else is there.
    """
    needy = {k: _friends(crowd, k) for k in crowd.judged if k.spec.affinity.pod_affinity.required}
    keys = {t.topology_key for k in needy for t in k.spec.affinity.pod_affinity.required}
    presence = _Presence(crowd, keys)
    for kind in crowd.kinds:
        if kind not in needy:
            presence.add((kind, node) for node in kind.on)
    waiting = {(kind, node) for kind in needy for node in kind.on}
    firsts: list[Kind] = []
    while waiting:
        ready = {(k, n) for k, n in waiting if presence.welcomes(k, n, needy[k])}
        if not ready:
            first = next((p for p in _in_order(waiting) if _may_be_first(crowd, p, needy, firsts)), None)
            if first is None:
                break
            firsts.append(first[0])
            ready = {first}
        waiting -= ready
        presence.add(ready)
    for kind, node in _in_order(waiting):
        yield Violation(kind.example(node), node, "InterPodAffinity", "no pod that its affinity asks for is near")


class _Presence:
    """Which domains of which keys each kind has reached so far."""

    def __init__(self, crowd: Crowd, keys: set[str]) -> None:
        self.crowd, self.keys = crowd, keys
        self.domains: dict[tuple[Kind, str], set[str]] = {}

    def add(self, places: Iterable[tuple[Kind, str]]) -> None:
        for kind, node in places:
            labels = self.crowd.nodes[node].metadata.labels if node in self.crowd.nodes else {}
            for key in self.keys & labels.keys():
                self.domains.setdefault((kind, key), set()).add(labels[key])

    def welcomes(self, kind: Kind, node: str, friends: Sequence[Kind]) -> bool:
        """Whether every term of a pod finds a friend in the node's domain."""
        here = self.crowd.nodes[node].metadata.labels
        for key in {term.topology_key for term in kind.spec.affinity.pod_affinity.required}:
            domain = here.get(key)
            if domain is None or not any(domain in self.domains.get((f, key), ()) for f in friends):
                return False
        return True


def _friends(crowd: Crowd, kind: Kind) -> list[Kind]:
    terms = kind.spec.affinity.pod_affinity.required
    return [other for other in crowd.kinds if all(means(crowd, term, kind, other) for term in terms)]


def _may_be_first(
    crowd: Crowd, place: tuple[Kind, str], needy: Mapping[Kind, Sequence[Kind]], firsts: Sequence[Kind]
) -> bool:
    """Whether a pod may start its kind here: it means itself, nobody it means runs, and no other start clashes."""
    kind, node = place
    labels = crowd.nodes[node].metadata.labels
    keys = {term.topology_key for term in kind.spec.affinity.pod_affinity.required}
    if kind not in needy[kind] or not all(key in labels for key in keys):
        return False
    for friend in (f for f in needy[kind] if f.fixed):
        if any(key in crowd.nodes[n].metadata.labels for n in friend.on if n in crowd.nodes for key in keys):
            return False
    return all(other not in needy[kind] or kind not in needy[other] for other in firsts)


def _in_order(places: set[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    return sorted(places, key=lambda p: (p[0].pods[0][0], p[1]))


def evenly_spread(crowd: Crowd) -> Iterator[Violation]:
    """No domain with a kind's pods exceeds the least domain by more than the skew."""
    for kind in crowd.judged:
        hard = [c for c in kind.spec.topology_spread_constraints if c.when_unsatisfiable == "DoNotSchedule"]
        keys = [c.topology_key for c in hard]
        for constraint in hard:
            yield from _skew(crowd, kind, constraint, keys)


def _skew(crowd: Crowd, kind: Kind, constraint: TopologySpreadConstraint, keys: Sequence[str]) -> Iterator[Violation]:
    key = constraint.topology_key
    domains = domains_of(crowd, kind, constraint, keys)
    counts = dict.fromkeys(domains.values(), 0)
    for other in crowd.kinds:
        if counts_for(kind, constraint, other):
            for name, count in other.on.items():
                if name in domains:
                    counts[domains[name]] += count
    least = min(counts.values(), default=0) if len(counts) >= (constraint.min_domains or 1) else 0
    for name in kind.on:
        mine = crowd.nodes[name].metadata.labels.get(key)
        if mine not in counts:
            yield Violation(kind.example(name), name, "PodTopologySpread", f"no label {key}")
        elif counts[mine] - least > constraint.max_skew:
            message = f"{key}={mine} has {counts[mine]}, the least {least}, skew {constraint.max_skew}"
            yield Violation(kind.example(name), name, "PodTopologySpread", message)


def domains_of(crowd: Crowd, kind: Kind, constraint: TopologySpreadConstraint, keys: Sequence[str]) -> dict[str, str]:
    """The nodes that count, each with its domain."""
    looked = looked_at(kind.spec)
    answers: dict[object, bool] = {}
    found: dict[str, str] = {}
    for name, node in crowd.nodes.items():
        labels = node.metadata.labels
        if not all(k in labels for k in keys):
            continue
        profile = name if looked is None else profile_of(crowd, name, looked)
        if profile not in answers:
            answers[profile] = _counts_here(kind.spec, constraint, node)
        if answers[profile]:
            found[name] = labels[constraint.topology_key]
    return found


def _counts_here(spec: PodSpec, constraint: TopologySpreadConstraint, node: Node) -> bool:
    found = {filter_name for filter_name, _ in refusals(spec, node)}
    if constraint.node_affinity_policy == "Honor" and "NodeAffinity" in found:
        return False
    return constraint.node_taints_policy != "Honor" or "TaintToleration" not in found


def counts_for(kind: Kind, constraint: TopologySpreadConstraint, other: Kind) -> bool:
    """Whether other pods count in a spread of a kind."""
    if constraint.label_selector is None or other.namespace != kind.namespace or other.leaving:
        return False
    same = (other.labels.get(k) == kind.labels[k] for k in constraint.match_label_keys if k in kind.labels)
    return constraint.label_selector.matches(other.labels) and all(same)
