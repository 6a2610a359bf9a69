"""The baseline Pod Security Standard, one rule for each of its controls.

In a namespace that states its own standard (labels `pod-security.kubernetes.io/...`) and in `kube-system` these are
information; what admission would refuse there is KS5030.
"""

from __future__ import annotations

from kspec.api.admission.pod_standards import Check
from kspec.lint.family import Row
from kspec.lint.podsecurity import host_namespace, standard_check
from kspec.lint.rule import LintRule
from kspec.lint.standards import standard_rule
from kspec.source.diagnostic import Severity

_CONTEXT = "securityContext"
_ROWS: tuple[tuple[Row, Check], ...] = (
    (
        Row(
            "KS5001",
            "pss-baseline-host-process",
            "A Windows container runs as a process of its host.",
            "HostProcess containers have the host's files, network and devices.",
            (_CONTEXT, "windowsOptions", "hostProcess"),
            "hostNetwork: true\nsecurityContext: {windowsOptions: {hostProcess: true}}",
            "",
            pod=True,
        ),
        standard_check("windowsHostProcess"),
    ),
    (
        Row(
            "KS5002",
            "pss-baseline-host-network",
            "A pod uses the network of its node.",
            "It can listen to the traffic of other pods, and reach what listens on the node's loopback address.",
            ("hostNetwork",),
            "hostNetwork: true",
            "hostNetwork: false",
            pod=True,
        ),
        host_namespace("hostNetwork"),
    ),
    (
        Row(
            "KS5003",
            "pss-baseline-host-pid",
            "A pod sees the processes of its node.",
            "It can read their environment and, as root, their memory.",
            ("hostPID",),
            "hostPID: true",
            "hostPID: false",
            pod=True,
        ),
        host_namespace("hostPID"),
    ),
    (
        Row(
            "KS5004",
            "pss-baseline-host-ipc",
            "A pod shares memory and semaphores with its node.",
            "It can read and change what processes of the node keep there.",
            ("hostIPC",),
            "hostIPC: true",
            "hostIPC: false",
            pod=True,
        ),
        host_namespace("hostIPC"),
    ),
    (
        Row(
            "KS5005",
            "pss-baseline-privileged",
            "A container is privileged.",
            "It has all devices and all capabilities: whoever breaks into it owns the node.",
            (_CONTEXT, "privileged"),
            "securityContext: {privileged: true}",
            "securityContext: {privileged: false}",
        ),
        standard_check("privileged"),
    ),
    (
        Row(
            "KS5006",
            "pss-baseline-capabilities",
            "A container adds capabilities beyond those of a container runtime.",
            "Baseline allows the runtime's default set only; NET_RAW, SYS_ADMIN and the like are outside of it.",
            (_CONTEXT, "capabilities", "add"),
            "securityContext: {capabilities: {add: [SYS_ADMIN]}}",
            "securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}",
        ),
        standard_check("capabilities_baseline"),
    ),
    (
        Row(
            "KS5007",
            "pss-baseline-host-path",
            "A pod mounts a path of its node.",
            "It can read, and often write, what the node and other pods rely on.",
            ("volumes",),
            "volumes: [{name: logs, hostPath: {path: /var/log}}]",
            "",
            pod=True,
        ),
        standard_check("hostPathVolumes"),
    ),
    (
        Row(
            "KS5008",
            "pss-baseline-host-ports",
            "A container takes a port of its node.",
            "The port is reachable past all Services, and only one pod of a node can have it.",
            ("ports",),
            "ports: [{containerPort: 8080, hostPort: 8080}]",
            "ports: [{containerPort: 8080}]",
        ),
        standard_check("hostPorts"),
    ),
    (
        Row(
            "KS5009",
            "pss-baseline-apparmor",
            "AppArmor is turned off, or replaced by a profile that is not allowed.",
            "Allowed are `RuntimeDefault` and `Localhost`.",
            (_CONTEXT, "appArmorProfile", "type"),
            "securityContext: {appArmorProfile: {type: Unconfined}}",
            "securityContext: {appArmorProfile: {type: RuntimeDefault}}",
        ),
        standard_check("appArmorProfile"),
    ),
    (
        Row(
            "KS5010",
            "pss-baseline-selinux",
            "SELinux options give a container another type, user or role.",
            "Only the container types may be set; user and role may not.",
            (_CONTEXT, "seLinuxOptions"),
            "securityContext: {seLinuxOptions: {type: spc_t}}",
            "securityContext: {seLinuxOptions: {type: container_t}}",
        ),
        standard_check("seLinuxOptions"),
    ),
    (
        Row(
            "KS5011",
            "pss-baseline-proc-mount",
            "A container sees all of /proc.",
            "The paths that runtimes mask there tell of the node, and some let a process change it.",
            (_CONTEXT, "procMount"),
            "securityContext: {procMount: Unmasked}",
            "securityContext: {procMount: Default}",
        ),
        standard_check("procMount"),
    ),
    (
        Row(
            "KS5012",
            "pss-baseline-seccomp",
            "Seccomp is turned off.",
            "`Unconfined` lets a container make any system call.",
            (_CONTEXT, "seccompProfile", "type"),
            "securityContext: {seccompProfile: {type: Unconfined}}",
            "securityContext: {seccompProfile: {type: RuntimeDefault}}",
        ),
        standard_check("seccompProfile_baseline"),
    ),
    (
        Row(
            "KS5013",
            "pss-baseline-sysctls",
            "A pod sets kernel parameters that are not namespaced, or not safe.",
            "They change the node for everyone.",
            (_CONTEXT, "sysctls"),
            'securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}',
            'securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]}',
            pod=True,
        ),
        standard_check("sysctls"),
    ),
    (
        Row(
            "KS5014",
            "pss-baseline-host-probes",
            "A probe or a lifecycle hook calls another host.",
            "The kubelet makes the call, from the node: it can be sent where the pod itself may not go. (Since 1.34.)",
            (),
            "readinessProbe: {httpGet: {path: /, port: 8080, host: 10.0.0.1}}",
            "readinessProbe: {httpGet: {path: /, port: 8080}}",
        ),
        standard_check("hostProbesAndHostLifecycle"),
    ),
)
RULES: tuple[LintRule, ...] = tuple(standard_rule(row, check, Severity.WARNING) for row, check in _ROWS)
