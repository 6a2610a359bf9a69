"""Probes and lifecycle hooks: one handler each, and their numbers.

Upstream: pkg/apis/core/validation/validation.go, validateProbe, validateHandler, validateLifecycle (v1.36).
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, forbidden, invalid, not_supported, required
from kspec.api.fields import integer, maybe, maybe_text, number, objects, text, texts
from kspec.api.validation.meta import not_negative
from kspec.api.validation.names import header_name, port_name, port_number
from kspec.source.tree import Json, Object

_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOK_HANDLERS = ("exec", "httpGet", "tcpSocket", "sleep")
_RT = [f"SIGRTMIN+{n}" for n in range(1, 16)] + [f"SIGRTMAX-{n}" for n in range(14, 0, -1)]
_LINUX_SIGNALS = sorted(
    [
        "SIGABRT",
        "SIGALRM",
        "SIGBUS",
        "SIGCHLD",
        "SIGCLD",
        "SIGCONT",
        "SIGFPE",
        "SIGHUP",
        "SIGILL",
        "SIGINT",
        "SIGIO",
        "SIGIOT",
        "SIGKILL",
        "SIGPIPE",
        "SIGPOLL",
        "SIGPROF",
        "SIGPWR",
        "SIGQUIT",
        "SIGSEGV",
        "SIGSTKFLT",
        "SIGSTOP",
        "SIGSYS",
        "SIGTERM",
        "SIGTRAP",
        "SIGTSTP",
        "SIGTTIN",
        "SIGTTOU",
        "SIGURG",
        "SIGUSR1",
        "SIGUSR2",
        "SIGVTALRM",
        "SIGWINCH",
        "SIGXCPU",
        "SIGXFSZ",
        "SIGRTMIN",
        "SIGRTMAX",
        *_RT,
    ]
)
_SIGNALS = {"linux": _LINUX_SIGNALS, "windows": ["SIGKILL", "SIGTERM"]}


def check_probes(at: FieldPath, container: Object, grace: int | None) -> Iterator[Cause]:
    """The three probes of a container."""
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe, here = maybe(container, name), at / name
        if probe is None:
            continue
        yield from _probe(here, probe, grace)
        if name != "readinessProbe":
            if integer(probe, "successThreshold") != 1:
                yield invalid(here / "successThreshold", integer(probe, "successThreshold"), "must be 1")
        elif number(probe, "terminationGracePeriodSeconds") is not None:
            value = number(probe, "terminationGracePeriodSeconds")
            yield invalid(here / "terminationGracePeriodSeconds", value, "must not be set for readinessProbes")


def check_lifecycle(at: FieldPath, lifecycle: Object | None, grace: int | None, os: str | None) -> Iterator[Cause]:
    """`lifecycle` of a container; `os` is the pod's, where it says."""
    if lifecycle is None:
        return
    for name in ("postStart", "preStop"):
        hook = maybe(lifecycle, name)
        if hook is not None:
            yield from _handler(at / name, hook, _HOOK_HANDLERS, grace)
    signal = maybe_text(lifecycle, "stopSignal")
    if signal is None:
        return
    if os is None:
        yield forbidden(at / "stopSignal", "may not be set for containers with empty `spec.os.name`")
    elif signal not in _SIGNALS.get(os, [signal]):
        yield not_supported(at / "stopSignal", signal, _SIGNALS[os])


def _probe(at: FieldPath, probe: Object, grace: int | None) -> Iterator[Cause]:
    yield from _handler(at, probe, _PROBE_HANDLERS, grace)
    for name in _NUMBERS:
        yield from not_negative(at / name, integer(probe, name))
    own_grace = number(probe, "terminationGracePeriodSeconds")
    if own_grace is not None and own_grace <= 0:
        yield invalid(at / "terminationGracePeriodSeconds", own_grace, "must be greater than 0")


def _handler(at: FieldPath, holder: Object, kinds: tuple[str, ...], grace: int | None) -> Iterator[Cause]:
    found = [kind for kind in kinds if maybe(holder, kind) is not None]
    if not found:
        yield required(at, "must specify a handler type")
    for kind in found[:1]:
        yield from _action(at / kind, kind, holder[kind], grace)
    for kind in found[1:]:
        yield forbidden(at / kind, "may not specify more than 1 handler type")


def _action(at: FieldPath, kind: str, action: Json, grace: int | None) -> Iterator[Cause]:
    match kind:
        case "exec":
            if not texts(action, "command"):
                yield required(at / "command")
        case "httpGet":
            yield from _http_get(at, action)
        case "tcpSocket":
            yield from port_or_name(at / "port", _port(action))
        case "grpc":
            yield from port_or_name(at / "port", integer(action, "port"))
        case _:
            seconds = integer(action, "seconds")
            if grace is not None and not 0 <= seconds <= grace:
                words = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
                yield invalid(at, seconds, words)


def _http_get(at: FieldPath, action: Json) -> Iterator[Cause]:
    if not text(action, "path"):
        yield required(at / "path")
    yield from port_or_name(at / "port", _port(action))
    if text(action, "scheme") not in ("HTTP", "HTTPS"):
        yield not_supported(at / "scheme", text(action, "scheme"), ("HTTP", "HTTPS"))
    for header in objects(action, "httpHeaders"):
        yield from each(at / "httpHeaders", text(header, "name"), header_name(text(header, "name")))


def _port(action: Json) -> Json:
    value = action.get("port") if isinstance(action, dict) else None
    return 0 if value is None else value


def port_or_name(at: FieldPath, port: Json) -> Iterator[Cause]:
    """A port by number or by name."""
    if isinstance(port, int):
        yield from each(at, port, port_number(port))
    elif isinstance(port, str):
        yield from each(at, port, port_name(port))
