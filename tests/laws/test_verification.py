"""What must not matter to a verdict: the order of things, their names, workloads that have nothing to do with it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kspec.check.design import verify_design
from kspec.check.options import Options
from kspec.check.verdict import Violated
from kspec.elaborate.design import Design
from kspec.elaborate.load import load

FAULTS = Path(__file__).parents[2] / "models" / "designs" / "faults"
SIDES = ("faulty", "fixed")
SAME = ["B01", "B02", "B04", "B10", "B17", "B22", "B25", "B31", "K3", "K7"]
BYSTANDER = """
namespace elsewhere {
  deployment bystander { replicas: 1  container b { image: "b:1"  resources { cpu: 10m  memory: 16Mi } } }
}
"""


def text(fault: str, side: str) -> str:
    return (FAULTS / fault / f"{side}.kspec").read_text()


def read(source: str) -> Design:
    loaded = load(["-"], stdin=source)
    assert loaded.design is not None, [d.message for d in loaded.diagnostics]
    return loaded.design


def told(design: Design) -> list[str]:
    """Each verdict in a word, with the shape of its story."""
    found = []
    for verdict in verify_design(design, Options()).verdicts:
        story = verdict.counterexample if isinstance(verdict, Violated) else None
        found.append(type(verdict).__name__ + (f" {story.shape.value} {story.inevitable}" if story else ""))
    return found


@pytest.mark.parametrize("fault", SAME)
@pytest.mark.parametrize("side", SIDES)
def test_the_order_of_objects_and_pools_does_not_matter(fault: str, side: str) -> None:
    design = read(text(fault, side))
    pools = tuple(reversed(design.cluster.pools))
    turned = replace(
        design,
        resources=tuple(reversed(design.resources)),
        written=tuple(reversed(design.written)),
        cluster=design.cluster.model_copy(update={"pools": pools}),
    )
    assert told(turned) == told(design)


NAMES = {"web": "zulu", "db": "alpha", "general": "zz", "hdd": "y9", "ssd": "a1", "lab": "x"}


@pytest.mark.parametrize("fault", ["B01", "B09", "B17", "K3"])
@pytest.mark.parametrize("side", SIDES)
def test_names_do_not_matter(fault: str, side: str) -> None:
    source = text(fault, side)
    renamed = source
    for before, after in NAMES.items():
        renamed = re.sub(rf"\b{before}\b", after, renamed)
    assert renamed != source
    assert told(read(renamed)) == told(read(source))


@pytest.mark.parametrize("fault", ["B02", "B04", "B22", "K7"])
@pytest.mark.parametrize("side", SIDES)
def test_a_workload_that_has_nothing_to_do_with_it_does_not_matter(fault: str, side: str) -> None:
    alone, together = told(read(text(fault, side))), told(read(text(fault, side) + BYSTANDER))
    assert [words.split()[0] for words in together] == [words.split()[0] for words in alone]
