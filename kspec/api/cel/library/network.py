"""Addresses, networks and URLs.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/library/{ip,cidr,urls}.go (v1.36).
"""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl, quote, urlsplit

from kspec.api.cel.library.dispatch import overloaded
from kspec.api.cel.values import CelError, Cidr, Url, Value

Address = IPv4Address | IPv6Address
_IP = (IPv4Address, IPv6Address)
_HOST_ESCAPED = "/:@!$&'()*+,;=~-._%"


def _ip(text: str) -> Address:
    if "%" in text:
        raise CelError(f'IP address "{text}" with zone value is not allowed')
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise CelError(f'IP Address "{text}" parse error during conversion from string') from None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        raise CelError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return found


def _cidr(text: str) -> Cidr:
    address, slash, length = text.partition("/")
    wrong = CelError(f'network address parse error during conversion from string: invalid CIDR address: "{text}"')
    if not slash or not re.fullmatch(r"0|[1-9]\d{0,2}", length, re.ASCII):
        raise wrong
    try:
        found = _ip(address)
    except CelError:
        raise wrong from None
    if int(length) > found.max_prefixlen:
        raise wrong
    return Cidr(found, int(length))


def _reads(read: Value) -> Value:
    def reads(text: str) -> bool:
        try:
            read(text)
        except CelError:
            return False
        return True

    return overloaded(((str,), reads))


def _network(cidr: Cidr) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(str(cidr), strict=False)


def _contains_ip(cidr: Cidr, address: Address) -> bool:
    return address.version == cidr.address.version and address in _network(cidr)


def _contains_cidr(outer: Cidr, inner: Cidr) -> bool:
    return outer.length <= inner.length and _contains_ip(outer, _network(inner).network_address)


def _is_canonical(text: str) -> bool:
    return str(_ip(text)) == text


def _is_multicast_link_local(address: Address) -> bool:
    return address in ipaddress.ip_network("224.0.0.0/24" if address.version == 4 else "ff02::/16")


def _is_global_unicast(address: Address) -> bool:
    broadcast = address == IPv4Address("255.255.255.255")
    special = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    return not (broadcast or special)


def _url(text: str) -> Url:
    wrong = CelError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise wrong from None
    odd = re.search(r"[\x00-\x20\x7f]", text) or re.search(r"%(?![0-9a-fA-F]{2})", text)
    if odd or not (parts.scheme or text.startswith("/")) or (parts.scheme and not text[0].isalpha()):
        raise wrong
    return Url(text)


def _host(url: Url) -> str:
    return urlsplit(url.text).netloc.rpartition("@")[2]


def _hostname(url: Url) -> str:
    host = _host(url)
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if re.search(r":\d*$", host) else host


def _port(url: Url) -> str:
    match = re.search(r":(\d*)$", _host(url))
    return match[1] if match else ""


def _query(url: Url) -> dict[Value, Value]:
    out: dict[Value, Value] = {}
    for key, value in parse_qsl(urlsplit(url.text).query, keep_blank_values=True):
        out.setdefault(key, []).append(value)
    return out


FUNCTIONS = {
    "ip": overloaded(((str,), _ip), ((Cidr,), lambda c: c.address)),
    "isIP": _reads(_ip),
    "ip.isCanonical": overloaded(((str,), _is_canonical)),
    "family": overloaded(((_IP,), lambda a: a.version)),
    "isUnspecified": overloaded(((_IP,), lambda a: a.is_unspecified)),
    "isLoopback": overloaded(((_IP,), lambda a: a.is_loopback)),
    "isLinkLocalMulticast": overloaded(((_IP,), _is_multicast_link_local)),
    "isLinkLocalUnicast": overloaded(((_IP,), lambda a: a.is_link_local)),
    "isGlobalUnicast": overloaded(((_IP,), _is_global_unicast)),
    "cidr": overloaded(((str,), _cidr)),
    "isCIDR": _reads(_cidr),
    "containsIP": overloaded(((Cidr, _IP), _contains_ip), ((Cidr, str), lambda c, text: _contains_ip(c, _ip(text)))),
    "containsCIDR": overloaded(
        ((Cidr, Cidr), _contains_cidr), ((Cidr, str), lambda c, text: _contains_cidr(c, _cidr(text)))
    ),
    "masked": overloaded(((Cidr,), lambda c: Cidr(_network(c).network_address, c.length))),
    "prefixLength": overloaded(((Cidr,), lambda c: c.length)),
    "url": overloaded(((str,), _url)),
    "isURL": _reads(_url),
    "getScheme": overloaded(((Url,), lambda u: urlsplit(u.text).scheme)),
    "getHost": overloaded(((Url,), _host)),
    "getHostname": overloaded(((Url,), _hostname)),
    "getPort": overloaded(((Url,), _port)),
    "getEscapedPath": overloaded(((Url,), lambda u: quote(urlsplit(u.text).path, safe=_HOST_ESCAPED))),
    "getQuery": overloaded(((Url,), _query)),
}
