"""Objects with one field set to something odd, and what a kube-apiserver v1.36.2 said of each.

They come of a few thousand systematic variations of one object of every kind; those are kept that say something about
kspec that the recorded cases do not. `said` has the groups of fields that `admission_compare` compares; a variation
with `existing` was applied over that object.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from admission_compare import answered

VARIATIONS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "variations.json").read_text())
KINDS = sorted({variation["kind"] for variation in VARIATIONS})


@pytest.mark.parametrize("kind", KINDS)
def test_an_odd_object_is_answered_as_the_server_answers(kind: str, tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()
    for variation in VARIATIONS:
        if variation["kind"] == kind:
            case = "title: a variation\nverb: create\nobject: input/object.yaml\n"
            (tmp_path / "input" / "object.yaml").write_text(json.dumps(variation["object"]))
            if "existing" in variation:
                case += "existing: input/existing.yaml\n"
                (tmp_path / "input" / "existing.yaml").write_text(json.dumps(variation["existing"]))
            (tmp_path / "case.yaml").write_text(case)
            found = json.loads(json.dumps(answered(tmp_path)))
            assert {group: found[group] for group in variation["said"]} == variation["said"], variation["path"]
