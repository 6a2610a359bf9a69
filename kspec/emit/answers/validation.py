"""The API server's answers as text."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.api.request import Answer


def validation_text(answers: Sequence[Answer], *, quiet: bool = False) -> str:
    """A line an object; under it warnings, or the causes of a refusal. `quiet` leaves out what is accepted."""
    lines = []
    for answer in answers:
        if quiet and answer.accepted and not answer.warnings:
            continue
        lines.append(f"{'accepted' if answer.accepted else 'refused ':<8}  {answer.ref}  ({answer.file}:{answer.line})")
        lines += [f"  warning: {w}" for w in answer.warnings]
        if answer.refusal is not None:
            causes = [f"  {c.field}: {c.message}" for c in answer.refusal.causes]
            lines += causes or [f"  {answer.refusal.message}"]
    refused = sum(not a.accepted for a in answers)
    lines.append(f"{len(answers) - refused} accepted, {refused} refused")
    return "\n".join(lines) + "\n"
