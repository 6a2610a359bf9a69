"""From pods in local states, as states count them, to pods of groups on sites, as placements do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kspec.place.forced.formula import Cell, Number, Seat, Variable, total, variable
from kspec.place.forced.ground import Ground
from kspec.place.forced.occupants import Counters


class Unsayable(Exception):
    """What a formula depends on is not part of a placement; the message says what."""


class Seats:
    """Where a placement does not say in which of several states a pod is, these must count for the same."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.occupants = ground, ground.occupants

    def pods(self, counter: str, site: int) -> Number:
        """How many pods are in a local state on a site. Raises `Unsayable`."""
        occupants = self.occupants
        if counter not in occupants.counted:
            if counter in self.ground.stills.lives:
                return Number()
            raise unknown(counter)
        if counter in occupants.odd:
            name = self._owner(counter)
            raise Unsayable(f"it counts pods of {name}, some of which run already and are not as its template says")
        groups = occupants.groups_at(site, (counter,))
        running = [pod for pod in occupants.running.get(site, ()) if counter in pod]
        if all(len(pods) == 1 for pods in (*running, *(occupants.groups[g] for g in groups))):
            return total((Number(len(running)), *(self._of_group(g, site) for g in groups)))
        return variable(Seat(counter, site))

    def settled(self, value: Number) -> Number:
        """The sum without seats. Raises `Unsayable` where states that a placement does not tell apart count for
        different numbers."""
        seats: dict[int, dict[str, int]] = {}
        terms: dict[Variable, int] = {}
        for name, weight in value.terms.items():
            if isinstance(name, Seat):
                seats.setdefault(name.site, {})[name.counter] = weight
            else:
                terms[name] = weight
        seated = (number for site, weights in seats.items() for number in self._seated(site, weights))
        return self._without_whole_groups(total((Number(value.constant, terms), *seated)))

    def _of_group(self, group: int, site: int) -> Number:
        if self.ground.problem.everywhere[group]:
            return variable(self.ground.here(site))
        return variable(Cell(group, site))

    def _seated(self, site: int, weights: Mapping[str, int]) -> Iterator[Number]:
        """What pods on a site count for, by what each of them may be counted as."""
        for group in self.occupants.groups_at(site, weights):
            yield self._of_group(group, site).times(self._weight(self.occupants.groups[group], weights))
        for pod in self.occupants.running.get(site, ()):
            if not pod.isdisjoint(weights):
                yield Number(self._weight(pod, weights))

    def _weight(self, counters: Counters, weights: Mapping[str, int]) -> int:
        found = {weights.get(counter, 0) for counter in counters}
        if len(found) == 1:
            return found.pop()
        names = " and ".join(sorted({self._owner(counter) for counter in counters}))
        raise Unsayable(f"it tells pods of {names} apart that are interchangeable for a placement")

    def _without_whole_groups(self, value: Number) -> Number:
        """Where all pods of a group count for the same, wherever they are, their number is known."""
        counts, sites = self.ground.problem.counts, self.occupants.open_sites
        weights: dict[int, list[int]] = {}
        for name, weight in value.terms.items():
            if isinstance(name, Cell):
                weights.setdefault(name.group, []).append(weight)
        whole = {g: w[0] for g, w in weights.items() if len(set(w)) == 1 and len(w) == len(sites[g])}
        if not whole:
            return value
        terms = {v: w for v, w in value.terms.items() if not (isinstance(v, Cell) and v.group in whole)}
        return Number(value.constant + sum(w * int(counts[g]) for g, w in whole.items()), terms)

    def _owner(self, counter: str) -> str:
        return self.ground.stills.lives[counter].owner.path


def unknown(name: str) -> Unsayable:
    """The state has something that a placement has not."""
    return Unsayable(f"it depends on {name}, which a placement does not say")
