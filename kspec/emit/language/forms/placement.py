"""Where pods go relative to each other: spreading and keeping apart."""

from __future__ import annotations

from kspec.domain.node import HOSTNAME, REGION, ZONE
from kspec.emit.language import literals
from kspec.emit.language.forms.common import schema_of
from kspec.emit.language.part import Part
from kspec.emit.language.selectors import only_labels
from kspec.emit.language.writer import Forms, Writer
from kspec.source.tree import Json, Object, Path

_DOMAINS = {HOSTNAME: "node", ZONE: "zone", REGION: "region"}
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_MOST = 100


def _spread(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    constraints = owner["topologySpreadConstraints"]
    if not isinstance(constraints, list):
        return None
    parts = []
    for index, item in enumerate(constraints):
        if not isinstance(item, dict) or not _is_own(writer, item.get("labelSelector")):
            return None
        domain, at = _domain(item), (*path, index)
        if domain is None:
            return None
        rest = {k: v for k, v in item.items() if k not in ("topologyKey", "labelSelector")}
        inner = writer.struct(schema_of(writer, "TopologySpreadConstraint"), rest, at)
        parts.append(Part(f"topologySpread {domain} {{", at, inner, "}"))
    return parts


def _affinity(writer: Writer, owner: Object, path: Path) -> list[Part] | None:
    affinity = owner["affinity"]
    terms = affinity.get("podAntiAffinity") if isinstance(affinity, dict) else None
    if not isinstance(affinity, dict) or not isinstance(terms, dict) or not terms:
        return None
    if set(terms) - {_REQUIRED, _PREFERRED}:
        return None
    at = (*path, "podAntiAffinity")
    parts: list[Part] = []
    for strength, items in terms.items():
        if not isinstance(items, list) or not items:
            return None
        for index, item in enumerate(items):
            part = _apart(writer, item, strength == _REQUIRED, (*at, strength, index))
            if part is None:
                return None
            parts.append(part)
    if len({part.head.split("{")[0].split(":")[0].strip() for part in parts}) < len(parts):
        return None
    rest = {k: v for k, v in affinity.items() if k != "podAntiAffinity"}
    more = [Part("affinity {", path, writer.struct(schema_of(writer, "Affinity"), rest, path), "}")] if rest else []
    return more + parts


def _apart(writer: Writer, item: Json, required: bool, path: Path) -> Part | None:
    """`antiAffinity node: required`, where a term is about the workload's own pods and nothing else."""
    term = item if required else item.get("podAffinityTerm") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(term, dict) or set(term) != {"topologyKey", "labelSelector"}:
        return None
    domain = _domain(term)
    if domain is None or not _is_own(writer, term["labelSelector"]):
        return None
    if required:
        return Part(f"antiAffinity {domain}: required", path)
    weight = item.get("weight")
    if set(item) != {"weight", "podAffinityTerm"} or not isinstance(weight, int):
        return None
    if weight == _MOST:
        return Part(f"antiAffinity {domain}: preferred", path)
    inner = [Part("required: false", path), Part(f"weight: {weight}", (*path, "weight"))]
    return Part(f"antiAffinity {domain} {{", path, inner, "}")


def _is_own(writer: Writer, selector: Json) -> bool:
    """Whether a selector is the workload's own, which kspec generates."""
    labels = only_labels(selector)
    return bool(labels) and labels == writer.subject.labels and writer.subject.kind not in ("Job", "CronJob")


def _domain(item: Object) -> str | None:
    key = item.get("topologyKey")
    return _DOMAINS.get(key) or literals.string(key) if isinstance(key, str) and key else None


FORMS: Forms = {("PodSpec", "topologySpreadConstraints"): _spread, ("PodSpec", "affinity"): _affinity}
