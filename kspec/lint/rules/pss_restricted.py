"""What the restricted Pod Security Standard adds to the baseline, one rule for each of its controls."""

from __future__ import annotations

from kspec.api.admission.pod_standards import Check
from kspec.lint.family import Row
from kspec.lint.podsecurity import standard_check
from kspec.lint.rule import LintRule
from kspec.lint.standards import standard_rule
from kspec.source.diagnostic import Severity

_CONTEXT = "securityContext"
_ROWS: tuple[tuple[Row, Check], ...] = (
    (
        Row(
            "KS5021",
            "pss-restricted-volume-types",
            "A pod uses a volume type that is not its own data.",
            "Allowed are configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected and "
            "secret.",
            ("volumes",),
            "volumes: [{name: share, nfs: {server: nfs.example.com, path: /}}]",
            "",
            pod=True,
        ),
        standard_check("restrictedVolumes"),
    ),
    (
        Row(
            "KS5022",
            "pss-restricted-privilege-escalation",
            "A container may gain more privileges than its parent.",
            "`allowPrivilegeEscalation: false` stops set-user-ID programs.",
            (_CONTEXT, "allowPrivilegeEscalation"),
            "",
            "securityContext: {allowPrivilegeEscalation: false}",
        ),
        standard_check("allowPrivilegeEscalation"),
    ),
    (
        Row(
            "KS5023",
            "pss-restricted-run-as-non-root",
            "A container may run as root.",
            "`runAsNonRoot: true` makes the kubelet refuse an image whose user is root.",
            (_CONTEXT, "runAsNonRoot"),
            "",
            "securityContext: {runAsNonRoot: true}",
        ),
        standard_check("runAsNonRoot"),
    ),
    (
        Row(
            "KS5024",
            "pss-restricted-run-as-user",
            "A container runs as user 0.",
            "Root in the container is root on what it can reach of the node.",
            (_CONTEXT, "runAsUser"),
            "securityContext: {runAsUser: 0}",
            "securityContext: {runAsUser: 10001}",
        ),
        standard_check("runAsUser"),
    ),
    (
        Row(
            "KS5025",
            "pss-restricted-seccomp",
            "A container has no seccomp profile.",
            "Restricted wants `RuntimeDefault` or `Localhost` said, on the pod or on every container.",
            (_CONTEXT, "seccompProfile"),
            "",
            "securityContext: {seccompProfile: {type: RuntimeDefault}}",
        ),
        standard_check("seccompProfile_restricted"),
    ),
    (
        Row(
            "KS5026",
            "pss-restricted-drop-all",
            "A container keeps capabilities.",
            "Restricted wants `drop: [ALL]`, and at most NET_BIND_SERVICE added.",
            (_CONTEXT, "capabilities", "drop"),
            "",
            "securityContext: {capabilities: {drop: [ALL]}}",
        ),
        standard_check("capabilities_restricted"),
    ),
)
RULES: tuple[LintRule, ...] = tuple(standard_rule(row, check, Severity.INFO) for row, check in _ROWS)
