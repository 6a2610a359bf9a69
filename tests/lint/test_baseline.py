"""A baseline knows findings by rule, object and field, whatever happens to lines and words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kspec.lint.baseline import Baseline, baseline_of, read_baseline, write_baseline
from kspec.source.diagnostic import Diagnostic, Rule, Severity
from kspec.source.text import Span
from tests.lint.checking import checked

RULE = Rule("KS3028", "image-latest", Severity.WARNING, "")
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: one, image: web, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}}
"""

findings = st.lists(
    st.builds(
        lambda object, field, line, message: Diagnostic(
            RULE, message, Span("a.yaml", line, 1, line, 2), object=object, field=field
        ),
        st.sampled_from(["Deployment/a", "Deployment/b"]),
        st.sampled_from(["spec.replicas", "spec.image"]),
        st.integers(1, 50),
        st.text(max_size=5),
    ),
    max_size=6,
)


@given(findings)
def test_what_was_written_down_is_known_and_survives_the_file(found: list[Diagnostic]) -> None:
    baseline = read_baseline("b", write_baseline(baseline_of(found)))
    assert isinstance(baseline, Baseline)
    new, old, gone = baseline.split(found)
    assert (new, old, gone) == ([], found, [])


@given(findings, findings)
def test_every_finding_is_new_or_known_and_every_entry_met_or_gone(
    before: list[Diagnostic], after: list[Diagnostic]
) -> None:
    baseline = baseline_of(before)
    new, old, gone = baseline.split(after)
    assert len(new) + len(old) == len(after)
    assert len(old) + len(gone) == len(baseline.entries)


def test_a_finding_stays_known_when_lines_move_and_containers_are_added() -> None:
    before = checked(DEPLOYMENT).all_shown
    sidecar = (
        "        - {name: zero, image: 'x:1', resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}}\n"
    )
    moved = "# moved\n" + DEPLOYMENT.replace("        - {name: one", sidecar + "        - {name: one")
    new, old, gone = baseline_of(before).split(checked(moved).all_shown)
    assert ([d.rule.id for d in old], new, gone) == (["KS3028"], [], [])


def test_another_container_is_another_finding() -> None:
    before = checked(DEPLOYMENT).all_shown
    new, _, gone = baseline_of(before).split(checked(DEPLOYMENT.replace("name: one", "name: two")).all_shown)
    assert (len(new), len(gone)) == (1, 1)


def test_a_file_that_is_no_baseline_is_told() -> None:
    for text in ("", "[]", "{}", '{"schema": "kspec/baseline/v1"}', '{"schema": "kspec/baseline/v1", "findings": [1]}'):
        found = read_baseline("b.json", text)
        assert isinstance(found, Diagnostic) and found.rule.id == "KS0024"
