"""The properties that every design is asked without asking, as far as a short search shows them broken.

A search sees what breaks in a small number of states, or in small sizes of a design with ranges. What it does not break
is not proved here: `kspec verify --standard` looks further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kspec.cache.store import Store
from kspec.check.design import verify_design
from kspec.check.options import Engine, Options
from kspec.check.verdict import Violated
from kspec.cli.checking import rules
from kspec.cli.checking.fights import FIGHTS, fought
from kspec.cli.checking.telling import how, told
from kspec.elaborate.behaviour.inside import Posed
from kspec.elaborate.behaviour.standard import Standard, standard
from kspec.elaborate.design import Design
from kspec.source.diagnostic import Diagnostic, Rule

_SECONDS, _STATES, _TOGETHER = 1.5, 4_000, 4.0
"""What each property may use, and when no further one is begun. The states are what ends most searches."""

_RULES = {rule.id: rule for rule in rules.RULES}


def library_findings(
    design: Design, asks: Callable[[Rule], bool], say: Callable[[str], None], store: Store
) -> Iterator[Diagnostic]:
    """What the library wants of the design, and a search shows broken, under the rules that are asked."""
    asked = [one for one in standard(design) if asks(_RULES[one.rule]) or _may_be_told_otherwise(one, asks)]
    asked.sort(key=lambda one: -_RULES[one.rule].severity.rank)
    wanted = {one.property.name.text: one for one in asked}
    posed = [Posed(one.property) for one in asked]
    options = Options(seconds=_SECONDS, states=_STATES, engine=Engine.SEARCH, progress=say, store=store)
    verdicts = verify_design(design, options, posed=posed, together=_TOGETHER).verdicts
    found = [_finding(v, wanted[v.property.name], design) for v in verdicts if isinstance(v, Violated)]
    broken = {one.rule for one in found}
    for one in found:
        follows = one.rule is rules.UPGRADE_DEADLOCK and rules.DRAIN_DEADLOCK in broken
        if asks(one.rule) and not follows:
            yield one


def _may_be_told_otherwise(asked: Standard, asks: Callable[[Rule], bool]) -> bool:
    """Whether what breaks it may fall under another rule that is wanted."""
    return _RULES[asked.rule] is rules.CONTROLLER_FIGHT and any(map(asks, FIGHTS))


def _finding(verdict: Violated, asked: Standard, design: Design) -> Diagnostic:
    story = verdict.counterexample
    rule = _RULES[asked.rule]
    title = verdict.property.title or verdict.property.name
    message = f"not so: {title}" + (f" ({how(story.shape)} after {len(story.steps)} steps)" if story else "")
    subject = asked.subject
    return Diagnostic(
        fought(story, design) if rule is rules.CONTROLLER_FIGHT else rule,
        message,
        subject.at("metadata", "name") if subject else None,
        f"`kspec verify --standard --property '{verdict.property.name}'` tells more",
        object=str(subject.ref) if subject else None,
        story=told(story),
        field=verdict.property.name,
    )
