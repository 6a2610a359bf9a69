"""Windows options of security contexts, and host process pods.

Upstream: pkg/apis/core/validation/validation.go, validateWindowsSecurityContextOptions, validateWindowsHostProcessPod
(v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, each, invalid
from kspec.api.fields import flag, maybe_text, obj, objects
from kspec.api.validation.names import dns_subdomain
from kspec.source.tree import Object

_NETBIOS = re.compile(r"[^\\/:*?\"<>|.][^\\/:*?\"<>|]{0,14}")
_DNS_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*")
_USER_CHARACTERS = re.compile(r'["/\\:;|=,+*?<>@\[\]]')


def check_windows_options(at: FieldPath, options: Object | None) -> Iterator[Cause]:
    if options is None:
        return
    spec_name, spec = maybe_text(options, "gmsaCredentialSpecName"), maybe_text(options, "gmsaCredentialSpec")
    if spec_name is not None:
        yield from each(at / "gmsaCredentialSpecName", spec_name, dns_subdomain(spec_name))
    if spec == "":
        yield invalid(at / "gmsaCredentialSpec", spec, "gmsaCredentialSpec cannot be an empty string")
    elif spec is not None and len(spec.encode()) > 64 * 1024:
        yield invalid(at / "gmsaCredentialSpec", spec, "gmsaCredentialSpec size must be under 64 KiB")
    user = maybe_text(options, "runAsUserName")
    if user is not None:
        yield from each(at / "runAsUserName", user, [f"runAsUserName{words}" for words in _user_name(user)])


def _user_name(name: str) -> Iterator[str]:
    if not name:
        yield " cannot be an empty string"
        return
    if re.search(r"[\x00-\x1f\x7f]", name):
        yield " cannot contain control characters"
        return
    if name.count("\\") > 1:
        yield " cannot contain more than one backslash"
        return
    domain, separator, user = name.rpartition("\\")
    if len(domain) >= 256:
        yield "'s Domain length must be under 256 characters"
    if separator and not (_NETBIOS.fullmatch(domain) or _DNS.fullmatch(domain)):
        yield "'s Domain doesn't match the NetBios nor the DNS format"
    if not user:
        yield "'s User cannot be empty"
    elif len(user) > 104:
        yield "'s User length must not be longer than 104 characters"
    if re.fullmatch(r"[. ]+", user):
        yield "'s User cannot contain only periods or spaces"
    if _USER_CHARACTERS.search(user):
        yield "'s User cannot contain the following characters: \"/\\:;|=,+*?<>@[]"


def check_host_process(at: FieldPath, spec: Object) -> Iterator[Cause]:
    """All containers of a host process pod are host process containers, on the host's network."""
    own = flag(spec, "securityContext", "windowsOptions", "hostProcess")
    total = host_process = 0
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for i, container in enumerate(objects(spec, field)):
            total += 1
            asked = flag(obj(container, "securityContext", "windowsOptions"), "hostProcess")
            if own is not None and asked is not None and own != asked:
                here = (at / field).item(i) / "securityContext.windowsOptions.hostProcess"
                words = f"pod hostProcess value must be identical if both are specified, was {str(own).lower()}"
                yield invalid(here, asked, words)
            host_process += bool(own if asked is None else asked)
    if host_process:
        if host_process != total:
            words = "If pod contains any hostProcess containers then all containers must be HostProcess containers"
            yield invalid(at, "", words)
        if not flag(spec, "hostNetwork"):
            words = "hostNetwork must be true if pod contains any hostProcess containers"
            yield invalid(at / "hostNetwork", False, words)
