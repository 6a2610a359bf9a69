"""What ReplicaSets, Deployments, DaemonSets and StatefulSets have in common: a selector, a template that it matches.

Upstream: pkg/apis/apps/validation/validation.go (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, forbidden, invalid, not_supported, required
from kspec.api.fields import mapping, maybe, number, obj, text
from kspec.api.validation.internal import internal
from kspec.api.validation.pod import check_template, check_template_metadata
from kspec.api.validation.selectors import check_label_selector, selector_is_empty, selects
from kspec.source.tree import Json, Object

MISMATCH = "`selector` does not match template `labels`"


def check_selector(at: FieldPath, spec: Object, kind: str) -> Iterator[Cause]:
    """`selector`: there, well-formed, not empty."""
    selector = maybe(spec, "selector")
    if selector is None:
        yield required(at / "selector")
        return
    yield from check_label_selector(at / "selector", selector)
    if selector_is_empty(selector):
        shown = internal("meta/v1.LabelSelector", selector)
        yield invalid(at / "selector", shown, f"empty selector is invalid for {kind}")


def check_selected_template(
    at: FieldPath,
    spec: Object,
    template: Object,
    owner: str,
    bad_selector: str = "invalid label selector",
    *,
    metadata_again: bool = False,
) -> Iterator[Cause]:
    """`template`, and that the selector matches its labels. A template restarts always and has no deadline.

    Upstream judges the labels and annotations of a StatefulSet's template twice (`metadata_again`).
    """
    selector, labels = maybe(spec, "selector"), mapping(template, "metadata", "labels")
    matched = selects(selector, labels)
    if matched is None:
        yield invalid(at / "selector", internal("meta/v1.LabelSelector", selector), bad_selector)
        return
    if not matched:
        yield invalid(at / "template.metadata.labels", shown_labels(template), MISMATCH)
    yield from check_template(at / "template", template)
    if metadata_again:
        yield from check_template_metadata(at / "template", template)
    yield from always_restarts(at / "template" / "spec", obj(template, "spec"), owner)


def shown_labels(template: Object) -> Json:
    """The labels as Go prints them: a map that is there and empty is not null."""
    return maybe(obj(template, "metadata"), "labels")


def always_restarts(at: FieldPath, spec: Object, owner: str) -> Iterator[Cause]:
    policy = text(spec, "restartPolicy")
    if policy != "Always":
        yield not_supported(at / "restartPolicy", policy, ("Always",))
    if number(spec, "activeDeadlineSeconds") is not None:
        yield forbidden(at / "activeDeadlineSeconds", f"activeDeadlineSeconds in {owner} is not Supported")
