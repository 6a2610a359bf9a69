"""Compares kspec's answers with those recorded of a kube-apiserver v1.36, and counts.

`python tests/conformance/admission/admission_compare.py [CASES]` prints the figures and every difference.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from kspec.api.request import answers_to_json, load_case, validate

CASES = Path(__file__).parent / "cases"
GROUPS = ("accepted", "code and reason", "message", "causes", "cause messages", "warnings", "object")
_MOMENT = re.compile(r'"lastPhaseTransitionTime": "[^"]*"')


def recorded(folder: Path) -> dict[str, Any]:
    """What the server said. A moment that the recorder left in is shown as the others are."""
    said = json.loads(_MOMENT.sub('"lastPhaseTransitionTime": "<time>"', (folder / "recorded.json").read_text()))
    error = said["strict"].get("error", {})
    causes = error.get("details", {}).get("causes", [])
    return {
        "accepted": said["strict"]["accepted"],
        "code and reason": (said["strict"]["code"], error["reason"]) if error else None,
        "message": error.get("message"),
        "causes": [(c["field"], c["reason"]) for c in causes],
        "cause messages": [c["message"] for c in causes],
        "warnings": said["warn"].get("warnings", []),
        "object": said.get("object"),
    }


def answered(folder: Path) -> dict[str, Any]:
    """What kspec says, from the contract's JSON."""
    case = load_case(folder)
    objects: Any = answers_to_json(validate(case.objects, case.setup, case.existing))["objects"]
    (said,) = objects
    error = said.get("error", {})
    return {
        "accepted": said["accepted"],
        "code and reason": (error["code"], error["reason"]) if error else None,
        "message": error.get("message"),
        "causes": [(c["field"], c["reason"]) for c in said["causes"]],
        "cause messages": [c["message"] for c in said["causes"]],
        "warnings": said["warnings"],
        "object": said.get("object"),
    }


def differences(folder: Path) -> dict[str, tuple[Any, Any]]:
    """Per group of fields in which they differ: recorded, answered."""
    expected, found = recorded(folder), answered(folder)
    return {group: (expected[group], found[group]) for group in GROUPS if expected[group] != found[group]}


def main(cases: Path) -> None:
    agreeing: Counter[str] = Counter()
    folders = sorted(folder for folder in cases.iterdir() if folder.is_dir())
    for folder in folders:
        differing = differences(folder)
        agreeing.update(group for group in GROUPS if group not in differing)
        for group, (expected, found) in differing.items():
            print(f"{folder.name}: {group}\n  recorded {json.dumps(expected)}\n  answered {json.dumps(found)}")
    for group in GROUPS:
        print(f"{agreeing[group]:4}/{len(folders)} {group}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CASES)
