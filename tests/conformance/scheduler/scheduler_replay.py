"""Replays the recorded cases: every attempt is repeated in the state in which it was made, and compared field by field.

`python tests/conformance/scheduler/scheduler_replay.py` prints how much is equal, per field and per plugin.

What is not determined by the input is given the freedom that it has:

- An attempt of a nominated pod that fails because its victims are not all gone yet may have been made a moment before
  the removal that stands in front of it in the log.
- An image whose size differs from node to node has, to the scheduler, the size on the node it saw first. That order is
  not recorded, so the nodes are given in an order that explains the first score of each image.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import permutations
from pathlib import Path
from typing import Any

from kspec.domain.node import Node
from kspec.domain.objects import Resource
from kspec.domain.pod import Pod
from kspec.domain.snapshot import Snapshot
from kspec.scheduler.admission import admit_pod
from kspec.scheduler.case import prepared
from kspec.scheduler.framework.attempt import Attempt
from kspec.scheduler.framework.pick import RecordedPick
from kspec.scheduler.inputs import load
from kspec.scheduler.plugins.image_locality import locality, normalized
from kspec.scheduler.record import attempt_entry
from kspec.scheduler.scheduler import Scheduler
from kspec.source.yaml.scalars import Dialect

CASES = Path(__file__).parent / "cases"
Entry = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """A field of an attempt that came out otherwise."""

    pod: str
    field: str
    ours: Any
    recorded: Any

    def __str__(self) -> str:
        return f"{self.pod} {self.field}: {self.ours!r}, recorded {self.recorded!r}"


@dataclass
class Comparison:
    """How often each field was equal, and where not."""

    equal: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, pod: str, name: str, ours: Any, recorded: Any) -> None:
        if ours == recorded:
            self.equal[name] += ours is not None
        else:
            self.differences.append(Difference(pod, name, ours, recorded))

    def attempt(self, attempt: Attempt, recorded: Entry) -> None:
        ours = attempt_entry(attempt)
        pod = attempt.pod
        for name in ("feasible", "rejectedOthers", "preFilterMessage", "nominatedNode", "total", "top"):
            self.add(pod, name, ours.get(name), recorded.get(name))
        self._by_plugin(pod, "rejected by {}", _rejections(ours), _rejections(recorded))
        self._by_plugin(pod, "scores of {}", ours.get("scores", {}), recorded.get("scores", {}))
        chosen = recorded.get("chosen")
        self.add(pod, "chosen", attempt.chosen or None, chosen)
        if chosen:
            self.add(pod, "tie", ours["tie"], recorded["tie"])
        mine, theirs = ours.get("preemption", {}), recorded.get("preemption", {})
        self.add(pod, "preemption candidates", mine.get("candidates"), theirs.get("candidates"))
        self.add(pod, "preemption node", mine.get("node"), theirs.get("node"))

    def _by_plugin(self, pod: str, name: str, ours: Any, recorded: Any) -> None:
        for plugin in sorted({*ours, *recorded}):
            self.add(pod, name.format(plugin), ours.get(plugin), recorded.get(plugin))


def _rejections(entry: Entry) -> dict[str, Entry]:
    """The refused nodes by plugin."""
    out: dict[str, Entry] = defaultdict(dict)
    for node, status in entry.get("rejected", {}).items():
        out[status["plugin"]][node] = status
    return out


def choices(log: list[Entry]) -> dict[str, list[str]]:
    """Per pod the nodes of its successful attempts."""
    out: dict[str, list[str]] = defaultdict(list)
    for entry in log:
        if entry["do"] == "attempt" and "chosen" in entry:
            out[entry["pod"]].append(entry["chosen"])
    return out


def intermediate(entry: Entry) -> bool:
    """An attempt of a nominated pod whose victims were not all gone yet."""
    return entry["do"] == "attempt" and "nominatedNode" in entry and "chosen" not in entry


class Replay:
    """One case."""

    def __init__(self, folder: Path) -> None:
        self.recorded: Entry = json.loads((folder / "recorded.json").read_text())
        files = {f.name: _objects(f) for f in sorted((folder / "input").glob("*.yaml"))}
        self.pods = {f"{r.namespace}/{r.name}": r.as_(Pod) for r in files.pop("20-pods.yaml")}
        self.later = {(r.kind, r.name): r for name, rs in files.items() if name > "2" for r in rs}
        snapshot = Snapshot.of(r for name, rs in files.items() if name < "2" for r in rs)
        snapshot = replace(snapshot, nodes=_seen_order(snapshot.nodes, self.pods, self.recorded["log"]))
        self.scheduler = Scheduler(prepared(snapshot), pick=RecordedPick(choices(self.recorded["log"])))
        self.comparison = Comparison()
        self.messages: dict[str, str] = {}

    def run(self) -> Comparison:
        log: list[Entry] = self.recorded["log"]
        early: set[int] = set()
        for at, entry in enumerate(log):
            if entry["do"] == "pod-gone":
                following = next((i for i in range(at, len(log)) if log[i]["do"] != "pod-gone"), None)
                if following is not None and intermediate(log[following]) and self._explains(log[following]):
                    early.add(following)
            if at not in early:
                self._step(entry)
        return self.comparison

    def _step(self, entry: Entry) -> None:
        match entry["do"]:
            case "create":
                pod = self.pods[entry["pod"]] = admit_pod(self.pods[entry["pod"]], self.scheduler.cluster.catalog)
                self.scheduler.add_pod(pod)
            case "set-start-time":
                pod = self.pods[entry["pod"]]
                status = pod.status.model_copy(update={"start_time": entry["startTime"]})
                self.pods[entry["pod"]] = pod.model_copy(update={"status": status})
                self.scheduler.update_pod(self.pods[entry["pod"]])
            case "pod-gone":
                self.scheduler.delete_pod(entry["pod"])
            case "create-object":
                self.scheduler.add_node(self.later[entry["kind"], entry["name"]].as_(Node))
            case "attempt":
                attempt = self.scheduler.schedule(self.pods[entry["pod"]])
                self.messages[entry["pod"]] = attempt.message
                self.comparison.attempt(attempt, entry)
            case "outcome":
                told = entry.get("message")
                if told is not None and entry["pod"] in self.messages:
                    self.comparison.add(entry["pod"], "message", self.messages[entry["pod"]], told)

    def _explains(self, entry: Entry) -> bool:
        """Whether the attempt would go like this now."""
        trial = Comparison()
        trial.attempt(self.scheduler.examine(self.pods[entry["pod"]]), entry)
        return not trial.differences


def _objects(file: Path) -> list[Resource]:
    return load(file, Dialect.LETTERS_ARE_TEXT)[0]


def _seen_order(nodes: tuple[Node, ...], pods: dict[str, Pod], log: list[Entry]) -> tuple[Node, ...]:
    """The nodes in an order in which the sizes of images that differ between nodes give the recorded scores."""
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    for node in nodes:
        for image in node.status.images:
            for name in image.names:
                sizes[name][node.name] = image.size_bytes
    if all(len(set(by_node.values())) == 1 for by_node in sizes.values()):
        return nodes
    scores = _first_scores(pods, log)
    shares = {name: len(by_node) / len(nodes) for name, by_node in sizes.items()}
    for order in permutations(n for n in nodes if n.status.images):
        first = {name: next(by_node[n.name] for n in order if n.name in by_node) for name, by_node in sizes.items()}
        scaled = {name: int(size * shares[name]) for name, size in first.items()}
        if all(
            locality([scaled[i] for i in images if node in sizes.get(i, ())], len(images)) == score
            for images, raw in scores.items()
            for node, score in raw.items()
        ):
            return (*order, *(n for n in nodes if not n.status.images))
    return nodes


def _first_scores(pods: dict[str, Pod], log: list[Entry]) -> dict[tuple[str, ...], dict[str, int]]:
    """ImageLocality's scores of the first pod with these images."""
    out: dict[tuple[str, ...], dict[str, int]] = {}
    for entry in log:
        if entry["do"] == "attempt" and "ImageLocality" in entry.get("scores", {}):
            spec = pods[entry["pod"]].spec
            images = tuple(normalized(c.image) for c in (*spec.init_containers, *spec.containers))
            out.setdefault(images, entry["scores"]["ImageLocality"]["raw"])
    return out


def main() -> None:
    total = Comparison()
    cases = sorted(CASES.iterdir())
    for folder in cases:
        comparison = Replay(folder).run()
        total.equal += comparison.equal
        total.differences += comparison.differences
        for difference in comparison.differences:
            print(f"{folder.name}: {difference}")
    unequal = Counter(d.field for d in total.differences)
    print(f"{len(cases)} cases\n{'field':45} {'equal':>8} {'different':>10}")
    for name in sorted({*total.equal, *unequal}):
        print(f"{name:45} {total.equal[name]:8} {unequal[name]:10}")


if __name__ == "__main__":
    main()
