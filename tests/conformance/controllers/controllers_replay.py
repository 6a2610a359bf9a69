"""Plays the recorded cases of controllers and compares what happened, object by object.

`python tests/conformance/controllers/controllers_replay.py [CASE...]` prints how much is equal, per kind; with cases
also where they differ.

An object's history is the sequence of its reduced states. What the real control plane leaves open is given the freedom
that it has:

- Independent components interleave: histories are compared one object at a time, never the order between objects.
- Pods of one ReplicaSet (or Job, or DaemonSet) that are equal in every respect stand for each other: which of them is
  deleted is not determined. They are paired by what happened to them, and bear the recorded one's name afterwards.
- Of several equally good nodes the scheduler may take any, so the node of a pod with a controller is compared as one
  of the pods of that controller on it: how many nodes have how many at the end.
- How many changes a controller sees at once decides through which states a status passes. `exact` histories agree in
  every one. `settled` ones have the same beginning and the same end, and without the counts (of a status, of usage) one
  passes through every state that the other passes through; what a controller decides (the size of a ReplicaSet) has
  its event, which must be there.
- Events are compared per object as they are at last: each message with its type, reason, component and count; but how
  often something was tried (to place a pod, to create one) is not counted, and neither are events that were combined.
- Times, revisions and the random part of names are nobody's.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kspec.cluster.case import Simulation, run_case

CASES = Path(__file__).parent / "cases"
Entry = dict[str, Any]
Name = tuple[str, str]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_POD = re.compile(r"(?P<owner>.+)-p\d+")
_NODE = re.compile(r" to [^ ]+$")
_TRIES = ("FailedScheduling", "FailedCreate")
_COMBINED = "(combined from similar events)"
Life = tuple[list[Any], Counter[tuple[str, str]]]
_COUNTS = ("status", "used", "uncounted", "currentMetrics")


@dataclass
class Histories:
    """A log, sorted by object: states of objects, and what was said about them."""

    states: dict[Name, list[Entry | None]] = field(default_factory=lambda: defaultdict(list))
    events: dict[Name, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    final: Entry = field(default_factory=dict)

    @staticmethod
    def of(log: list[Entry], final: Entry) -> Histories:
        out = Histories(final=final)
        for entry in log:
            if "do" in entry:
                continue
            if entry["kind"] == "Event":
                kind, _, name = entry["about"].partition("/")
                out.events[kind, name].append(entry)
                continue
            history = out.states[entry["kind"], entry["name"]]
            if entry["verb"] == "DELETED":
                history.append(None)
            elif "object" in entry:
                history.append(entry["object"])
            else:
                now = {**(history[-1] or {}), **entry["changed"]}
                history.append({k: v for k, v in now.items() if k not in entry.get("unset", ())})
        return out

    def renamed(self, names: dict[str, str]) -> Histories:
        """The same with pods called otherwise, wherever their names stand."""
        if all(old == new for old, new in names.items()):
            return self
        pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(n)}(?![\w-])" for n in sorted(names, key=len)[::-1]))

        def said(value: Any) -> Any:
            return json.loads(pattern.sub(lambda m: names[m[0]], json.dumps(value)))

        out = Histories(final=said(self.final))
        for (kind, name), states in self.states.items():
            out.states[kind, names.get(name, name)] = [_sorted(s) for s in said(states)]
        for (kind, name), events in self.events.items():
            out.events[kind, names.get(name, name)] = said(events)
        return out

    def life(self, pod: str) -> Life:
        """What became of a pod and what was said about it, without its name and places."""
        states = [_placeless(s, ("Pod", pod)) for s in self.states["Pod", pod]]
        said = Counter((e["reason"], _NODE.sub("", e["message"].replace(pod, ""))) for e in self.events["Pod", pod])
        return states, said

    def told(self, name: Name) -> Counter[tuple[Any, ...]]:
        """What was said about an object at last."""
        last: Counter[tuple[Any, ...]] = Counter()
        for event in self.events.get(name, ()):
            owned = any(_owned(state) for state in self.states.get(name, ()))
            message = _NODE.sub(" to some node", event["message"]) if owned else event["message"]
            key = (event["type"], event["reason"], message, event["component"])
            tries = event["reason"] in _TRIES or event["message"].startswith(_COMBINED)
            last[key] = 1 if tries else max(last[key], event["count"])
        return last

    def spread(self) -> Counter[tuple[str, tuple[int, ...]]]:
        """How the pods that are left and have not ended are spread: by owner, how many nodes have how many of them."""
        places: dict[str, Counter[str]] = defaultdict(Counter)
        for pod in self.final.get("Pod", {}).values():
            if _owned(pod) and pod["phase"] not in ("Succeeded", "Failed"):
                places[pod["owners"][0]["name"]][pod.get("node", "")] += 1
        return Counter((owner, tuple(sorted(nodes.values()))) for owner, nodes in places.items())


def _sorted(state: Entry | None) -> Entry | None:
    """Endpoints have no order of their own."""
    if state and "endpoints" in state:
        return {**state, "endpoints": sorted(state["endpoints"], key=lambda e: (e.get("node", ""), e.get("pod", "")))}
    return state


def _owned(state: Entry | None) -> bool:
    return bool(state and any(owner.get("controller") for owner in state.get("owners", ())))


def _placeless(state: Any, name: Name) -> Any:
    """A state in which it is left open on which node a pod with a controller is."""
    if name[0] == "EndpointSlice" and state and "endpoints" in state:
        return {**state, "endpoints": [{**e, "node": "some node"} for e in state["endpoints"]]}
    if name[0] == "Pod" and _owned(state) and "node" in state:
        return {**state, "node": "some node"}
    return state


def settled(states: list[Entry | None]) -> list[Any]:
    """A history without counts."""
    out: list[Any] = []
    for state in states:
        plain = None if state is None else {k: v for k, v in state.items() if k not in _COUNTS}
        if not out or out[-1] != plain:
            out.append(plain)
    return out


def agree(a: list[Any], b: list[Any]) -> bool:
    """Whether two histories begin and end alike, and one passes through every state of the other without counts."""
    if not a or not b or a[-1] != b[-1]:
        return False
    mine, theirs = settled(a), settled(b)
    if mine[0] != theirs[0]:
        return False
    fewer, more = sorted((mine, theirs), key=len)
    rest = iter(more)
    return all(any(state == other for other in rest) for state in fewer)


def paired(ours: Histories, recorded: Histories) -> dict[str, str]:
    """Which of our pods stands for which recorded one: the most alike of the same owner."""
    mine, theirs = _pods(ours), _pods(recorded)
    names: dict[str, str] = {}
    for owner, pods in mine.items():
        left = list(theirs.get(owner, ()))
        for alike in (_same, _same_life, _same_end, lambda a, b: True):
            for pod in [p for p in pods if p not in names]:
                order = sorted(left, key=lambda name: name != pod)
                match = next((n for n in order if alike(ours.life(pod), recorded.life(n))), None)
                if match is not None:
                    names[pod] = match
                    left.remove(match)
    return names


def _pods(histories: Histories) -> dict[str, list[str]]:
    out: dict[str, list[str]] = defaultdict(list)
    for kind, name in histories.states:
        match = _POD.fullmatch(name)
        if kind == "Pod" and match:
            out[match["owner"]].append(name)
    return out


def _same(a: Life, b: Life) -> bool:
    return a == b


def _same_life(a: Life, b: Life) -> bool:
    return a[0] == b[0]


def _same_end(a: Life, b: Life) -> bool:
    return (a[0][-1] is None) == (b[0][-1] is None)


@dataclass
class Comparison:
    """What is equal, by kind; and what is not, told for people."""

    exact: Counter[str] = field(default_factory=Counter)
    settled: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    final: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether everything but the counts on the way is as recorded."""
        return not self.differences

    @property
    def agrees_exactly(self) -> bool:
        return self.agrees and self.exact == self.of

    def add(self, other: Comparison) -> None:
        for name in ("exact", "settled", "events", "final", "of", "told", "left"):
            getattr(self, name).update(getattr(other, name))


def compare(ours: Histories, recorded: Histories) -> Comparison:
    result = Comparison()
    ours = ours.renamed(paired(ours, recorded))
    for name in sorted({*ours.states, *recorded.states}):
        kind = name[0]
        mine, theirs = ([_placeless(s, name) for s in h.states.get(name, ())] for h in (ours, recorded))
        result.of[kind] += 1
        result.exact[kind] += mine == theirs
        if agree(mine, theirs):
            result.settled[kind] += 1
        else:
            result.differences.append(f"{kind}/{name[1]}: {_first_difference(settled(mine), settled(theirs))}")
    for name in sorted({*ours.events, *recorded.events}):
        said, heard = ours.told(name), recorded.told(name)
        result.told[name[0]] += 1
        if said == heard:
            result.events[name[0]] += 1
        else:
            more, less = said - heard, heard - said
            result.differences.append(f"events of {'/'.join(name)}: ours {dict(more)}, recorded {dict(less)}")
    for kind in sorted({*ours.final, *recorded.final}):
        for one in sorted({*ours.final.get(kind, {}), *recorded.final.get(kind, {})}):
            a, b = (_placeless(_sorted(h.final.get(kind, {}).get(one)), (kind, one)) for h in (ours, recorded))
            result.left[kind] += 1
            if a == b:
                result.final[kind] += 1
            else:
                result.differences.append(f"final {kind}/{one}: ours {a}, recorded {b}")
    if ours.spread() != recorded.spread():
        result.differences.append(f"spread: ours {ours.spread()}, recorded {recorded.spread()}")
    return result


def _first_difference(mine: list[Any], theirs: list[Any]) -> str:
    for number in range(max(len(mine), len(theirs))):
        a = mine[number] if number < len(mine) else "nothing"
        b = theirs[number] if number < len(theirs) else "nothing"
        if a != b:
            if isinstance(a, dict) and isinstance(b, dict):
                keys = [k for k in {**a, **b} if a.get(k) != b.get(k)]
                a, b = {k: a.get(k) for k in keys}, {k: b.get(k) for k in keys}
            return f"state {number}: ours {a}, recorded {b}"
    return "equal"


def replay(folder: Path) -> Comparison:
    """Play a case and compare it with its recording."""
    recorded = json.loads(_TIME.sub("<time>", (folder / "recorded.json").read_text()))
    run = run_case(folder)
    if not isinstance(run, Simulation):
        return Comparison(differences=[str(d) for d in run])
    ours = json.loads(_TIME.sub("<time>", json.dumps({"log": run.log, "final": run.final})))
    return compare(Histories.of(ours["log"], ours["final"]), Histories.of(recorded["log"], recorded["final"]))


def main() -> None:
    wanted, total = sys.argv[1:], Comparison()
    agreeing = exactly = 0
    folders = [f for f in sorted(CASES.iterdir()) if not wanted or f.name in wanted]
    for folder in folders:
        result = replay(folder)
        total.add(result)
        agreeing += result.agrees
        exactly += result.agrees_exactly
        mark = "exact" if result.agrees_exactly else "agrees" if result.agrees else f"{len(result.differences)} differ"
        print(f"{folder.name:28} {mark}")
        if wanted:
            print("\n".join(f"    {d}" for d in result.differences))
    print(f"\n{'kind':26}{'exact':>12}{'settled':>12}{'events':>12}{'final':>12}")
    for kind in sorted(total.of | total.told | total.left):
        cells = (
            f"{total.exact[kind]}/{total.of[kind]}",
            f"{total.settled[kind]}/{total.of[kind]}",
            f"{total.events[kind]}/{total.told[kind]}",
            f"{total.final[kind]}/{total.left[kind]}",
        )
        print(f"{kind:26}" + "".join(f"{cell:>12}" for cell in cells))
    print(f"\n{agreeing} of {len(folders)} cases agree, {exactly} of them in every count")


if __name__ == "__main__":
    main()
