"""One verification under way: what is asked, what is known, what is left of the budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as copy
from typing import TYPE_CHECKING

from kspec.check.explicit import Explored, search
from kspec.check.options import Clock, Options
from kspec.check.reduce import WITH_SCORE, WITHOUT_SCORE, Reduced, reduce_system
from kspec.check.story import Finding, tell
from kspec.check.verdict import Counterexample, Proved, Unknown, Vacuous, Verdict, Violated
from kspec.core.build import not_
from kspec.core.expr import TRUE
from kspec.core.property import Property, PropertyKind
from kspec.core.system import Family, System
from kspec.run.search import Limits

if TYPE_CHECKING:
    from kspec.check.proving import Proof


class Case:
    """The properties of one system and the verdicts so far."""

    def __init__(self, system: System, options: Options) -> None:
        self.system = system
        self.options = options
        self.clock = Clock(options.seconds)
        self.scored = any(a.preference is not None and a.preference.family is Family.SCORE for a in system.actions)
        self.verdicts: dict[str, Verdict] = {}
        self.tried: list[str] = []
        self._begun = 0.0

    @property
    def pending(self) -> list[Property]:
        """What has no verdict yet."""
        return [p for p in self.system.properties if p.name not in self.verdicts]

    def finish(self) -> list[Verdict]:
        """All verdicts, in the order of the properties; what is pending is unknown."""
        for asked in self.pending:
            self.unknown(asked, None)
        return [self.verdicts[p.name] for p in self.system.properties]

    # ------------------------------------------------------------ deciding

    def proved(
        self,
        asked: Property,
        scope: str,
        engine: str,
        remarks: Sequence[str] = (),
        certificate: Mapping[str, object] | None = None,
    ) -> None:
        """It holds."""
        notes = (*self.system.scopes, *remarks)
        self._decide(Proved(asked, scope, engine, self._seconds(), notes, certificate=certificate))

    def violated(self, asked: Property, engine: str, story: Counterexample, remarks: Sequence[str] = ()) -> None:
        """It breaks."""
        notes = (*self.system.scopes, *remarks)
        self._decide(Violated(asked, "this design", engine, self._seconds(), notes, counterexample=story))

    def vacuous(self, asked: Property, scope: str, engine: str, reason: str) -> None:
        """It holds for want of something."""
        self._decide(Vacuous(asked, scope, engine, self._seconds(), self.system.scopes, reason=reason))

    def unknown(self, asked: Property, suspicion: Counterexample | None) -> None:
        """Nobody knows."""
        scope = "all sizes" if self.system.params else "this design"
        tried = tuple(self.tried)
        self._decide(
            Unknown(asked, scope, "portfolio", self._seconds(), self.system.scopes, tried=tried, suspicion=suspicion)
        )

    def _decide(self, verdict: Verdict) -> None:
        self.verdicts[verdict.property.name] = verdict

    def _seconds(self) -> float:
        return self.clock.used

    def try_to_prove(
        self,
        reduced: Reduced,
        broken: frozenset[str],
        scope: str,
        notes: Sequence[str] = (),
        unmet: frozenset[str] = frozenset(),
    ) -> None:
        """Prove what nothing has broken yet; disturbances that can not happen make a proof vacuous.

        `unmet` are properties whose premise has not been seen to hold: it may be that it never does.
        """
        from kspec.check.background import Background  # the solver is loaded only where it is needed
        from kspec.check.proving import prove

        background = Background(reduced.system, self.clock)
        lowered = {p.name: p for p in reduced.system.properties}
        wanted = [p for p in self.pending if p.name not in broken and p.kind is not PropertyKind.WITNESS]
        for number, asked in enumerate(wanted):
            self.options.say(f"induction: {asked.name}")
            clock = Clock(self.clock.left / (len(wanted) - number))
            attempt = prove(reduced.system, lowered[asked.name], background, clock, self.options.engine)
            self.tried += attempt.tried
            if not attempt.proofs:
                continue
            engine = attempt.proofs[0].engine
            if reduced.dead:
                self.vacuous(asked, scope, engine, f"never happens: {', '.join(reduced.dead)}")
                continue
            if (
                asked.name in unmet
                and prove(
                    reduced.system, _unpremised(lowered[asked.name]), background, clock, self.options.engine
                ).proofs
            ):
                self.vacuous(asked, scope, engine, "its premise never holds")
                continue
            remarks = dict.fromkeys(note for proof in attempt.proofs for note in proof.remarks)
            self.proved(asked, scope, engine, [*remarks, *notes], _certificate(attempt.proofs))

    # ------------------------------------------------------------ violations

    def settle_finding(
        self,
        asked: Property,
        concrete: System,
        reduced: Reduced,
        finding: Finding,
        engine: str,
        params: Mapping[str, int],
    ) -> None:
        """Turn a finding into a verdict: replay it, and see whether the scheduler's score allows it.

        `concrete` is the unlowered system with numbers for parameters, `reduced` the one the finding is about.
        """
        namer = self.options.namer
        if self.scored:
            story = tell(concrete, reduced.system, asked, finding, WITH_SCORE, namer, params)
            if story is not None:
                self.violated(asked, engine, story)
                return
            self._search_again(asked, concrete, reduced, finding, params)
            return
        story = tell(concrete, reduced.system, asked, finding, WITHOUT_SCORE, namer, params)
        if story is not None:
            self.violated(asked, engine, story)
        else:
            self._search_again(asked, concrete, reduced, finding, params)

    def _search_again(
        self, asked: Property, concrete: System, reduced: Reduced, finding: Finding, params: Mapping[str, int]
    ) -> None:
        """The finding leans on a choice nobody makes, or on an over-approximation: search without either."""
        families = WITH_SCORE if self.scored else WITHOUT_SCORE
        exact = reduce_system(concrete.but(properties=(asked,)), families, merge=self.scored)
        limits = Limits(self.options.states, self.clock.share(0.5))
        seen = search(exact.system, [asked], limits, families)
        again = seen.findings.get(asked.name)
        if again is not None:
            story = tell(concrete, exact.system, asked, again, families, self.options.namer, params)
            if story is not None:
                self.violated(asked, "search", story)
                return
        suspicion = tell(concrete, reduced.system, asked, finding, WITHOUT_SCORE, self.options.namer, params)
        if again is None and seen.complete and not self.system.params and not self.system.strewn:
            words = "holds with the default scoring only; another score could break it" if self.scored else ""
            self.proved(asked, "this design", f"search ({seen.states} states)", [words] if words else [])
            return
        self.tried.append(f"{asked.name}: a story that needs a choice the preferences do not make")
        self.unknown(asked, suspicion)

    # ------------------------------------------------------------ exhaustion

    def settle_exhausted(self, asked: Property, reduced: Reduced, seen: Explored, silent: Sequence[str]) -> None:
        """Every state was seen and the property broke in none."""
        engine = f"search ({seen.states} states)"
        never = [*reduced.dead, *silent]
        if asked.name in seen.missed:
            self.vacuous(asked, "this design", engine, seen.missed[asked.name])
        elif never:
            self.vacuous(asked, "this design", engine, f"never happens: {', '.join(never)}")
        else:
            self.proved(asked, "this design", engine, reduced.system.remarks)


def _unpremised(asked: Property) -> Property:
    """That the premise never holds."""
    return copy(asked, kind=PropertyKind.INVARIANT, formula=not_(asked.premise), premise=TRUE)


def _certificate(proofs: Sequence[Proof]) -> dict[str, object]:
    """One certificate, or one for each part of the property."""
    found = [proof.certificate.to_json() for proof in proofs]
    return found[0] if len(found) == 1 else {"parts": found}
