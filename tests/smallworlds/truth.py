"""Whether pods can be placed, told by CP-SAT from the manifests alone: one Boolean for each pod and node.

Kubernetes' rules are read here anew, from plain objects; nothing of kspec is used. Pods with affinity also have a rank,
their turn to arrive, so that a circle of friends does not hold itself up. A final placement keeps a hard spread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Manifest = dict[str, Any]
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
ZONES = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
UNITS = {"m": Fraction(1, 1000), "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 1000, "M": 10**6, "G": 10**9}
MANY = {"ReadWriteMany", "ReadOnlyMany"}
DAEMON_TOLERATIONS = [
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists"}
    for key in ("not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
]


@dataclass(eq=False)
class Pod:
    """A pod; `home` is the node of one that runs already, `only` the node that a daemon's pod is for."""

    name: str
    space: str
    labels: dict[str, str]
    spec: Manifest
    home: str = ""
    only: str = ""
    leaving: bool = False
    made: dict[str, Manifest] = field(default_factory=dict)
    priority: int = 0

    @property
    def terms(self) -> list[Manifest]:
        return _affinity(self, "podAffinity")


@dataclass(frozen=True)
class Site:
    """A node; `after` is the one of its pool that has to be there before it, `sure` that it is there in any case."""

    name: str
    labels: dict[str, str]
    taints: list[Manifest]
    offers: dict[str, str]
    sure: bool = True
    after: str = ""


def amount(text: Any) -> Fraction:
    """A quantity."""
    text = str(text)
    suffix = next((s for s in sorted(UNITS, key=len, reverse=True) if text.endswith(s)), "")
    return Fraction(text.removesuffix(suffix)) * UNITS.get(suffix, 1)


def holds(expression: Manifest, labels: dict[str, str]) -> bool:
    """Whether labels meet a requirement of a selector."""
    key, values = expression["key"], expression.get("values", [])
    match expression["operator"]:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case other:
            raise ValueError(other)


def selects(selector: Manifest | None, labels: dict[str, str]) -> bool:
    """Whether a label selector is met; no selector is met by nobody."""
    if selector is None:
        return False
    same = all(labels.get(k) == v for k, v in selector.get("matchLabels", {}).items())
    return same and all(holds(e, labels) for e in selector.get("matchExpressions", []))


def likes(pod: Pod, site: Site) -> bool:
    """Node selector and node affinity."""
    if any(site.labels.get(k) != v for k, v in pod.spec.get("nodeSelector", {}).items()):
        return False
    required = pod.spec.get("affinity", {}).get("nodeAffinity", {}).get(REQUIRED)
    return required is None or in_terms(required["nodeSelectorTerms"], site)


def in_terms(terms: Iterable[Manifest], site: Site) -> bool:
    return any(all(holds(e, site.labels) for e in t["matchExpressions"]) for t in terms if t["matchExpressions"])


def bears(pod: Pod, site: Site) -> bool:
    """Whether every hard taint is tolerated."""
    return all(
        any(
            t.get("key", "") in ("", taint["key"])
            and t.get("effect", "") in ("", taint["effect"])
            and (t.get("operator") == "Exists" or t.get("value", "") == taint.get("value", ""))
            for t in pod.spec.get("tolerations", [])
        )
        for taint in site.taints
        if taint["effect"] != "PreferNoSchedule"
    )


def takes(spec: Manifest) -> dict[str, int]:
    """What a pod takes of a node."""

    def each(name: str) -> Fraction:
        def of(container: Manifest) -> Fraction:
            return amount(container.get("resources", {}).get("requests", {}).get(name, 0))

        beside, peak = Fraction(0), Fraction(0)
        for container in spec.get("initContainers", []):
            peak = max(peak, beside + of(container))
            beside += of(container) if container.get("restartPolicy") == "Always" else 0
        total = max(peak, beside + sum(map(of, spec["containers"])))
        return total + amount(spec.get("overhead", {}).get(name, 0))

    found = {"pods": 1}
    for name in ("cpu", "memory", "example.com/gpu"):
        scaled = each(name) * (1000 if name == "cpu" else 1)
        found[name] = -int(-scaled // 1)
    return found


def ports(spec: Manifest) -> list[tuple[str, str, int]]:
    """Address, protocol and number of the ports that a pod takes of its node."""
    sidecars = [c for c in spec.get("initContainers", []) if c.get("restartPolicy") == "Always"]
    found = []
    for port in (p for c in (*spec["containers"], *sidecars) for p in c.get("ports", [])):
        number = port.get("hostPort") or (port["containerPort"] if spec.get("hostNetwork") else 0)
        if number:
            found.append((port.get("hostIP") or "0.0.0.0", port.get("protocol", "TCP"), number))
    return found


def clash(a: tuple[str, str, int], b: tuple[str, str, int]) -> bool:
    return a[1:] == b[1:] and (a[0] == b[0] or "0.0.0.0" in (a[0], b[0]))


def disks(spec: Manifest) -> list[tuple[str, bool]]:
    sources = [v["gcePersistentDisk"] for v in spec.get("volumes", []) if "gcePersistentDisk" in v]
    return [(s["pdName"], s.get("readOnly", False)) for s in sources]


def _affinity(pod: Pod, kind: str) -> list[Manifest]:
    found: list[Manifest] = pod.spec.get("affinity", {}).get(kind, {}).get(REQUIRED, [])
    return found


class World:
    """The objects of a case, sorted: sites, pods, and what volumes need."""

    def __init__(self, objects: Iterable[Manifest], pools: Sequence[Any]) -> None:
        self.objects = list(objects)
        self.spaces = {o["metadata"]["name"]: o["metadata"].get("labels", {}) for o in self._of("Namespace")}
        self.sites = [*self._listed(), *(s for p in pools for s in self._pool(p))]
        self.pods = list(self._pods())
        self.claims = {self._key(o): o["spec"] for o in self._of("PersistentVolumeClaim")}
        self.volumes = {o["metadata"]["name"]: o for o in self._of("PersistentVolume")}
        self.classes = {o["metadata"]["name"]: o for o in self._of("StorageClass")}
        self.limits = {
            (o["metadata"]["name"], d["name"]): d["allocatable"]["count"]
            for o in self._of("CSINode")
            for d in o["spec"]["drivers"]
        }

    def _of(self, *kinds: str) -> Iterator[Manifest]:
        return (o for o in self.objects if o["kind"] in kinds)

    @staticmethod
    def _key(o: Manifest) -> str:
        return f"{o['metadata']['namespace']}/{o['metadata']['name']}"

    def _listed(self) -> Iterator[Site]:
        for o in self._of("Node"):
            taints = list(o.get("spec", {}).get("taints", []))
            if o.get("spec", {}).get("unschedulable"):
                taints.append({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"})
            yield Site(o["metadata"]["name"], o["metadata"].get("labels", {}), taints, o["status"]["allocatable"])

    def _pool(self, pool: Any) -> Iterator[Site]:
        before = ""
        for ordinal in range(1, pool.count.high + 1):
            name = f"{pool.name}-{ordinal}"
            labels = {"kubernetes.io/hostname": name} | ({ZONES[0]: pool.zone} if pool.zone else {}) | pool.labels
            taints = [{"key": t.key, "value": t.value, "effect": t.effect} for t in pool.taints]
            offers = {k: str(q) for k, q in pool.machine.items()}
            yield Site(name, labels, taints, offers, ordinal <= pool.count.low, before)
            before = name

    def _pods(self) -> Iterator[Pod]:
        running = [o for o in self._of("Pod") if o["spec"].get("nodeName")]
        for o in running:
            labels = o["metadata"].get("labels", {})
            leaving = "deletionTimestamp" in o["metadata"]
            yield Pod(o["metadata"]["name"], o["metadata"]["namespace"], labels, self._admitted(o["spec"]),
                      home=o["spec"]["nodeName"], leaving=leaving)  # fmt: skip
        for o in self.objects:
            if o["kind"] == "Pod" and not o["spec"].get("nodeName"):
                yield self._pod(o, o["metadata"]["name"], o)
            elif o["kind"] in ("Deployment", "ReplicaSet", "StatefulSet", "Job"):
                mine = {r["metadata"]["name"] for r in running if self._owns(o, r)}
                count = o["spec"].get("replicas", o["spec"].get("parallelism"))
                names = [f"{o['metadata']['name']}-{i}" for i in range(count + len(mine))]
                if o["kind"] == "StatefulSet":
                    yield from (self._pod(o, n, o["spec"]["template"]) for n in names[:count] if n not in mine)
                else:
                    fresh = [f"{o['metadata']['name']}-{i + 1}" for i in range(count - len(mine))]
                    yield from (self._pod(o, n, o["spec"]["template"]) for n in fresh)
            elif o["kind"] == "DaemonSet":
                for site in self.sites:
                    pod = self._pod(o, f"{o['metadata']['name']}-{site.name}", o["spec"]["template"])
                    pod.spec = pod.spec | {"tolerations": [*pod.spec.get("tolerations", []), *DAEMON_TOLERATIONS]}
                    pod.only = site.name
                    if likes(pod, site) and bears(pod, site):
                        yield pod

    def _pod(self, owner: Manifest, name: str, template: Manifest) -> Pod:
        spec = self._admitted(template["spec"])
        labels = template["metadata"].get("labels", {})
        if owner["kind"] == "Deployment":
            old = (o["metadata"]["labels"] for o in self._of("Pod") if self._owns(owner, o))
            labels = labels | {"pod-template-hash": next((o["pod-template-hash"] for o in old), "new")}
        made = {}
        for claim in owner["spec"].get("volumeClaimTemplates", []) if owner["kind"] == "StatefulSet" else ():
            title = claim["metadata"]["name"]
            made[f"{title}-{name}"] = claim["spec"]
            mount = {"name": title, "persistentVolumeClaim": {"claimName": f"{title}-{name}"}}
            spec = spec | {"volumes": [*spec.get("volumes", []), mount]}
        return Pod(name, owner["metadata"]["namespace"], labels, spec, made=made, priority=self._priority(spec))

    def _owns(self, owner: Manifest, pod: Manifest) -> bool:
        references = pod["metadata"].get("ownerReferences", [])
        same = pod["metadata"]["namespace"] == owner["metadata"].get("namespace")
        return same and any((r["kind"], r["name"]) == (owner["kind"], owner["metadata"]["name"]) for r in references)

    def _admitted(self, spec: Manifest) -> Manifest:
        runtime = next(
            (o for o in self._of("RuntimeClass") if o["metadata"]["name"] == spec.get("runtimeClassName")), {}
        )
        chosen = runtime.get("scheduling", {}).get("nodeSelector", {})
        return spec | {
            "overhead": runtime.get("overhead", {}).get("podFixed", {}),
            "nodeSelector": spec.get("nodeSelector", {}) | chosen,
        }

    def _priority(self, spec: Manifest) -> int:
        wanted = spec.get("priorityClassName")
        classes = list(self._of("PriorityClass"))
        return next(
            (
                c["value"]
                for c in classes
                if (c["metadata"]["name"] == wanted) or (not wanted and c.get("globalDefault"))
            ),
            0,
        )

    def means(self, term: Manifest, owner: Pod, other: Pod) -> bool:
        """Whether an affinity term of one pod is about another."""
        for key in term.get("matchLabelKeys", []):
            if key in owner.labels and other.labels.get(key) != owner.labels[key]:
                return False
        for key in term.get("mismatchLabelKeys", []):
            if key in owner.labels and other.labels.get(key) == owner.labels[key]:
                return False
        if not selects(term.get("labelSelector"), other.labels):
            return False
        names, wide = term.get("namespaces", []), term.get("namespaceSelector")
        if not names and wide is None:
            return other.space == owner.space
        there = {"kubernetes.io/metadata.name": other.space} | self.spaces.get(other.space, {})
        return other.space in names or (wide is not None and selects(wide, there))


class Truth:
    """The model. `optional` pods may stay without a node, for questions about how many can have one."""

    def __init__(self, world: World, *, optional: bool = False) -> None:
        from ortools.sat.python import cp_model

        self.world, self.model = world, cp_model.CpModel()
        self.new = [p for p in world.pods if not p.home]
        self.there = {s.name: 1 if s.sure else self.model.new_bool_var("") for s in world.sites}
        self.on = {(p, s.name): int(p.home == s.name) for p in world.pods if p.home for s in world.sites}
        self.on |= {(p, s.name): self.model.new_bool_var("") for p in self.new for s in world.sites}
        self.before: dict[tuple[Pod, Pod], Any] = {}
        for site in world.sites:
            if site.after and not site.sure:
                self.model.add(self.there[site.name] <= self.there[site.after])
        for pod in self.new:
            everywhere = sum(self.on[pod, s.name] for s in world.sites)
            if pod.only:
                self.model.add(everywhere == self.there[pod.only])
            elif optional:
                self.model.add(everywhere <= 1)
            else:
                self.model.add(everywhere == 1)
            for site in world.sites:
                open_ = likes(pod, site) and bears(pod, site) and pod.only in ("", site.name)
                self.model.add(self.on[pod, site.name] <= (self.there[site.name] if open_ else 0))
        self._capacity()
        self._pairs()
        self._friends()
        self._spreads()
        self._volumes()

    def _capacity(self) -> None:
        asked = {p: takes(p.spec) for p in self.world.pods}
        for site in self.world.sites:
            for name in ("pods", "cpu", "memory", "example.com/gpu"):
                has = int(amount(site.offers.get(name, 0)) * (1000 if name == "cpu" else 1))
                taken = sum(asked[p][name] * self.on[p, site.name] for p in self.world.pods if p.home)
                mine = [asked[p][name] * self.on[p, site.name] for p in self.new if asked[p][name]]
                if mine:
                    self.model.add(sum(mine) <= max(0, has - taken))

    def _pairs(self) -> None:
        """Ports, disks and anti-affinity: two pods that exclude each other in a domain."""
        everyone = self.world.pods
        for index, p in enumerate(everyone):
            for q in everyone[index + 1 :]:
                if p.home and q.home:
                    continue
                if any(clash(a, b) for a in ports(p.spec) for b in ports(q.spec)) or any(
                    a == b and not (x and y) for a, x in disks(p.spec) for b, y in disks(q.spec)
                ):
                    for site in self.world.sites:
                        self.model.add(self.on[p, site.name] + self.on[q, site.name] <= 1)
                keys = {t["topologyKey"] for t in _affinity(p, "podAntiAffinity") if self.world.means(t, p, q)}
                keys |= {t["topologyKey"] for t in _affinity(q, "podAntiAffinity") if self.world.means(t, q, p)}
                for key in keys:
                    for sites in self._domains(key).values():
                        self.model.add(sum(self.on[x, s.name] for x in (p, q) for s in sites) <= 1)

    def _domains(self, key: str, among: Callable[[Site], bool] = lambda _: True) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = {}
        for site in self.world.sites:
            if key in site.labels and among(site):
                found.setdefault(site.labels[key], []).append(site)
        return found

    def _friends(self) -> None:
        needy = [p for p in self.new if p.terms]
        for p in needy:
            friends = [q for q in self.world.pods if all(self.world.means(t, p, q) for t in p.terms)]
            keys = {t["topologyKey"] for t in p.terms}
            first: Any = 0
            if p in friends:
                first = self.model.new_bool_var("")
                for q in friends:
                    if q is not p:
                        known = [self.on[q, s.name] for s in self.world.sites if keys & s.labels.keys()]
                        if q.home:
                            self.model.add(sum(known) + first <= 1)
                        elif known:
                            self.model.add(sum(known) + first + self._before(q, p) <= 2)
            for site in self.world.sites:
                if not keys <= site.labels.keys():
                    self.model.add(self.on[p, site.name] == 0)
                    continue
                for key in keys:
                    near = [s for s in self.world.sites if s.labels.get(key) == site.labels[key]]
                    support = [self._both(q, s, p) for q in friends if q is not p for s in near]
                    self.model.add(self.on[p, site.name] <= sum(support) + first)

    def _both(self, q: Pod, site: Site, p: Pod) -> Any:
        """Whether `q` stands on the site and came before `p`."""
        if q.home:
            return self.on[q, site.name]
        flag = self.model.new_bool_var("")
        self.model.add_implication(flag, self.on[q, site.name])
        self.model.add_implication(flag, self._before(q, p))
        return flag

    def _before(self, q: Pod, p: Pod) -> Any:
        if (q, p) not in self.before:
            flag = self.before[q, p] = self.model.new_bool_var("")
            self.model.add(self._rank(q) + 1 <= self._rank(p)).only_enforce_if(flag)
            self.model.add(self._rank(p) + 1 <= self._rank(q)).only_enforce_if(~flag)
            self.before[p, q] = ~flag
        return self.before[q, p]

    def _rank(self, p: Pod) -> Any:
        if not hasattr(p, "rank"):
            p.rank = self.model.new_int_var(0, len(self.new), "")  # type: ignore[attr-defined]
        return p.rank  # type: ignore[attr-defined]

    def _spreads(self) -> None:
        for p in self.new:
            hard = [c for c in p.spec.get("topologySpreadConstraints", []) if c["whenUnsatisfiable"] == "DoNotSchedule"]
            keys = {c["topologyKey"] for c in hard}
            for site in self.world.sites:
                if not keys <= site.labels.keys():
                    self.model.add(self.on[p, site.name] == 0)
            for constraint in hard:
                self._spread(p, constraint, keys)

    def _spread(self, p: Pod, constraint: Manifest, keys: set[str]) -> None:
        def counts(site: Site) -> bool:
            fine = constraint.get("nodeAffinityPolicy") == "Ignore" or likes(p, site)
            return (
                keys <= site.labels.keys()
                and fine
                and (constraint.get("nodeTaintsPolicy") != "Honor" or bears(p, site))
            )

        def counted(q: Pod) -> bool:
            same = all(q.labels.get(k) == p.labels[k] for k in constraint.get("matchLabelKeys", []) if k in p.labels)
            return same and q.space == p.space and not q.leaving and selects(constraint["labelSelector"], q.labels)

        domains = self._domains(constraint["topologyKey"], counts)
        skew = constraint["maxSkew"]
        exists = {d: self._any([self.there[s.name] for s in sites]) for d, sites in domains.items()}
        members = [q for q in self.world.pods if counted(q)]
        held = {d: sum(self.on[q, s.name] for q in members for s in sites) for d, sites in domains.items()}
        few = self.model.new_bool_var("")
        self.model.add(sum(exists.values()) <= constraint.get("minDomains", 1) - 1).only_enforce_if(few)
        self.model.add(sum(exists.values()) >= constraint.get("minDomains", 1)).only_enforce_if(~few)
        large = len(self.world.pods) + 1
        for d, sites in domains.items():
            for here in (self.on[p, s.name] for s in sites):
                self.model.add(held[d] <= skew + large * (1 - here) + large * (1 - few))
                for e in domains:
                    self.model.add(held[d] - held[e] <= skew + large * (1 - here) + large * (1 - exists[e]))

    def _any(self, flags: list[Any]) -> Any:
        if any(isinstance(f, int) for f in flags):
            return 1
        found = self.model.new_bool_var("")
        self.model.add_max_equality(found, flags)
        return found

    def _volumes(self) -> None:
        uses: dict[str, tuple[Manifest, list[Pod]]] = {}
        for p in self.world.pods:
            for key, spec in dict(self._claims(p)).items():
                uses.setdefault(key, (spec, []))[1].append(p)
        free: dict[str, list[Any]] = {}
        attached: dict[tuple[str, str], dict[str, list[Pod]]] = {}
        for key, (spec, users) in uses.items():
            self._share(spec, users)
            volume = self._bound(key, spec)
            driver = self.world.classes.get(spec["storageClassName"], {}).get("provisioner", "")
            if volume is not None:
                driver = volume["spec"].get("csi", {}).get("driver", "")
                self._within(users, lambda s, v=volume: self._reaches(v, s))
            elif driver != "kubernetes.io/no-provisioner":
                terms = self.world.classes[spec["storageClassName"]].get("allowedTopologies")
                self._within(users, lambda s, t=terms: t is None or self._allowed(t, s))
            elif any(not p.home for p in users):
                self._one_of(spec, users, free)
            for site in self.world.sites:
                if (site.name, driver) in self.world.limits:
                    attached.setdefault((site.name, driver), {})[key] = users
        for takers in free.values():
            self.model.add(sum(takers) <= 1)
        for (name, driver), users_of in attached.items():
            self._attach(name, self.world.limits[name, driver], users_of)

    def _claims(self, p: Pod) -> Iterator[tuple[str, Manifest]]:
        for volume in p.spec.get("volumes", []):
            if "persistentVolumeClaim" in volume:
                name = volume["persistentVolumeClaim"]["claimName"]
                key = f"{p.space}/{name}"
                spec = self.world.claims.get(key) or p.made.get(name)
                if spec is not None:
                    yield key, spec
                elif not p.home:
                    self.model.add_bool_or([])
            elif "ephemeral" in volume:
                yield f"{p.space}/{p.name}-{volume['name']}", volume["ephemeral"]["volumeClaimTemplate"]["spec"]

    def _within(self, users: Iterable[Pod], open_: Callable[[Site], bool]) -> None:
        for p in (p for p in users if not p.home):
            for site in (s for s in self.world.sites if not open_(s)):
                self.model.add(self.on[p, site.name] == 0)

    def _bound(self, key: str, spec: Manifest) -> Manifest | None:
        if spec.get("volumeName"):
            return self.world.volumes[spec["volumeName"]]
        for volume in self.world.volumes.values():
            reference = volume["spec"].get("claimRef")
            if reference and f"{reference['namespace']}/{reference['name']}" == key:
                return volume
        return None

    def _reaches(self, volume: Manifest, site: Site) -> bool:
        return in_terms(volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"], site)

    def _allowed(self, terms: Iterable[Manifest], site: Site) -> bool:
        return any(all(site.labels.get(e["key"]) in e["values"] for e in t["matchLabelExpressions"]) for t in terms)

    def _share(self, spec: Manifest, users: list[Pod]) -> None:
        """One pod, or the pods of one node, where the claim says so."""
        new, old = [p for p in users if not p.home], [p for p in users if p.home]
        modes = set(spec["accessModes"])
        if modes == {"ReadWriteOncePod"} and new:
            self.model.add(sum(self.on[p, s.name] for p in new for s in self.world.sites) <= (0 if old else 1))
        if not modes & MANY and new:
            for site in self.world.sites:
                for p in new:
                    for q in users:
                        if q is not p:
                            others = sum(self.on[q, s.name] for s in self.world.sites if s is not site)
                            self.model.add(self.on[p, site.name] + others <= 1)

    def _one_of(self, spec: Manifest, users: list[Pod], free: dict[str, list[Any]]) -> None:
        """A claim with users takes one free volume that all of them reach."""
        taken = {c["volumeName"] for c in self.world.claims.values() if c.get("volumeName")}
        choices = []
        for name, volume in self.world.volumes.items():
            offer = volume["spec"]
            fits = (
                offer["storageClassName"] == spec["storageClassName"]
                and set(spec["accessModes"]) <= set(offer["accessModes"])
                and amount(offer["capacity"]["storage"]) >= amount(spec["resources"]["requests"]["storage"])
            )
            if fits and name not in taken and "claimRef" not in offer:
                flag = self.model.new_bool_var("")
                choices.append(flag)
                free.setdefault(name, []).append(flag)
                for p in (p for p in users if not p.home):
                    for site in (s for s in self.world.sites if not self._reaches(volume, s)):
                        self.model.add(self.on[p, site.name] + flag <= 1)
        for p in (p for p in users if not p.home):
            self.model.add(sum(self.on[p, s.name] for s in self.world.sites) <= sum(choices))

    def _attach(self, name: str, limit: int, users_of: dict[str, list[Pod]]) -> None:
        """So many volumes of a driver at most where a new one comes."""
        old = sum(any(p.home == name for p in users) for users in users_of.values())
        fresh = []
        for users in users_of.values():
            mine = [self.on[p, name] for p in users if not p.home]
            if mine and not any(p.home == name for p in users):
                flag = self.model.new_bool_var("")
                self.model.add_max_equality(flag, mine)
                fresh.append(flag)
        if fresh:
            self.model.add(sum(fresh) <= max(0, limit - old))

    def feasible(self, seconds: float = 20.0) -> bool | None:
        """Whether all pods can be placed; None where the time did not suffice."""
        status, _ = self._ask(seconds)
        return {"OPTIMAL": True, "FEASIBLE": True, "INFEASIBLE": False}.get(status)

    def shares(self, seconds: float = 20.0) -> dict[int, int] | None:
        """How many pods of each priority can have a node, the highest first; None where not even daemons can."""
        found: dict[int, int] = {}
        free = [p for p in self.new if not p.only]
        for priority in sorted({p.priority for p in free}, reverse=True):
            placed = sum(self.on[p, s.name] for p in free if p.priority == priority for s in self.world.sites)
            self.model.maximize(placed)
            status, value = self._ask(seconds)
            if status != "OPTIMAL":
                return None
            found[priority] = round(value)
            self.model.add(placed >= found[priority])
        return found

    def _ask(self, seconds: float) -> tuple[str, float]:
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        return solver.status_name(solver.solve(self.model)), solver.objective_value


def placeable(objects: Iterable[Manifest], pools: Sequence[Any]) -> bool | None:
    """Whether all pods of a design can be placed, by CP-SAT."""
    return Truth(World(objects, pools)).feasible()


def most_important(objects: Iterable[Manifest], pools: Sequence[Any]) -> dict[int, int] | None:
    """How many pods of each priority can be placed where not all can, by CP-SAT."""
    return Truth(World(objects, pools), optional=True).shares()
