"""IP addresses and CIDRs, as strictly as upstream reads new ones.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go (v1.36, StrictIPCIDRValidation on).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from kspec.api.cause import Cause, FieldPath, invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_ip(value: str) -> Address | None:
    """The address, leading zeros of IPv4 octets ignored, as upstream's sloppy parser does."""
    try:
        return ipaddress.ip_address(_without_zeros(value))
    except ValueError:
        return None


def parse_cidr(value: str) -> Network | None:
    """The network, host bits ignored."""
    address, separator, length = value.partition("/")
    if not separator or not re.fullmatch(r"\d+", length, re.ASCII):
        return None
    try:
        return ipaddress.ip_network(f"{_without_zeros(address)}/{int(length)}", strict=False)
    except ValueError:
        return None


def check_ip(at: FieldPath, value: str) -> Iterator[Cause]:
    address = parse_ip(value) if "%" not in value else None
    if address is None:
        yield invalid(at, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
        return
    if _without_zeros(value) != value:
        yield invalid(at, value, "must not have leading 0s")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        yield invalid(at, value, "must not be an IPv4-mapped IPv6 address")


def check_cidr(at: FieldPath, value: str) -> Iterator[Cause]:
    network = parse_cidr(value)
    if network is None:
        yield invalid(at, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
        return
    address, _, length = value.partition("/")
    if _without_zeros(address) != address or str(int(length)) != length:
        yield invalid(at, value, "must not have leading 0s in IP or prefix length")
    elif isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
        yield invalid(at, value, "must not have an IPv4-mapped IPv6 address")
    elif parse_ip(address) != network.network_address:
        yield invalid(at, value, "must not have bits set beyond the prefix length")


def check_endpoint_ip(at: FieldPath, value: str) -> Iterator[Cause]:
    """An address that traffic can be sent to."""
    address = parse_ip(value)
    if address is None:
        yield invalid(at, value, "must be a valid IP address")
        return
    if address.is_unspecified:
        yield invalid(at, value, f"may not be unspecified ({value})")
    if address.is_loopback:
        yield invalid(at, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if address.is_link_local:
        yield invalid(at, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if address in ipaddress.ip_network("224.0.0.0/24" if address.version == 4 else "ff02::/16"):
        yield invalid(at, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")


def ip_warnings(at: FieldPath, value: str) -> list[str]:
    """What the server remarks on an address in an unusual form."""
    address = parse_ip(value)
    if address is None:
        return []
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped
    if mapped or _without_zeros(value) != value:
        better = str(mapped or address)
        return [f'{at}: non-standard IP address "{value}" is invalid: use "{better}"']
    if address.version == 6 and str(address) != value:
        return [f'{at}: IPv6 address "{value}" should be in RFC 5952 canonical format ("{address}")']
    return []


def cidr_warnings(at: FieldPath, value: str) -> list[str]:
    """What the server remarks on a CIDR in an unusual form."""
    network = parse_cidr(value)
    if network is None or str(network) == value:
        return []
    if network.version == 6 and not any(check_cidr(at, value)):
        return [f'{at}: IPv6 CIDR value "{value}" should be in RFC 5952 canonical format ("{network}")']
    address, _, _ = value.partition("/")
    host = parse_ip(address)
    if host is not None and host != network.network_address:
        alone = f"{host}/{network.max_prefixlen}"
        return [f'{at}: CIDR value "{value}" is ambiguous in this context (should be "{network}" or "{alone}"?)']
    return [f'{at}: non-standard CIDR value "{value}" is invalid: use "{network}"']


def _without_zeros(value: str) -> str:
    return re.sub(r"(?<![\d:a-fA-F])0+(?=\d)", "", value) if re.fullmatch(r"[\d.]+", value) else value
