"""Formats of names, labels, keys and numbers: each function returns the messages of what is wrong.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go and pkg/api/validate/content/*.go (v1.36).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

NameRule = Callable[[str], tuple[str, ...]]

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_UNDERSCORE_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_UNDERSCORE_SUBDOMAIN = rf"{_UNDERSCORE_LABEL}(\.{_UNDERSCORE_LABEL})*"
_DNS1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_KEY_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = f"({_KEY_NAME})?"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_PERCENT = "[0-9]+%"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_HEADER = "[-A-Za-z0-9]+"
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"


def format_message(message: str, pattern: str, *examples: str) -> str:
    """Upstream's `RegexError`: the message, examples, and the pattern used."""
    if not examples:
        return f"{message} (regex used for validation is '{pattern}')"
    shown = " or ".join(f"'{e}', " for e in examples)
    return f"{message} (e.g. {shown}regex used for validation is '{pattern}')"


def max_length(limit: int) -> str:
    return f"must be no more than {limit} characters"


def between(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


_NOT_SUBDOMAIN = format_message(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and"
    " end"
    " with an alphanumeric character",
    _SUBDOMAIN,
    "example.com",
)
_NOT_LABEL = format_message(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with"
    " an"
    " alphanumeric character",
    _LABEL,
    "my-name",
    "123-abc",
)
_KEY_WORDS = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
)
_NOT_KEY = format_message(_KEY_WORDS, _KEY_NAME, "MyName", "my.name", "123-abc")


@lru_cache(maxsize=4096)
def dns_subdomain(value: str) -> tuple[str, ...]:
    """RFC 1123 subdomain: the names of most objects."""
    out = (max_length(253),) if len(value.encode()) > 253 else ()
    return out if re.fullmatch(_SUBDOMAIN, value) else (*out, _NOT_SUBDOMAIN)


@lru_cache(maxsize=4096)
def dns_label(value: str) -> tuple[str, ...]:
    """RFC 1123 label: namespaces, containers, volumes."""
    out = (max_length(63),) if len(value.encode()) > 63 else ()
    if re.fullmatch(_LABEL, value):
        return out
    return (*out, "must not contain dots" if re.fullmatch(_SUBDOMAIN, value) else _NOT_LABEL)


def dns1035_label(value: str) -> tuple[str, ...]:
    """RFC 1035 label: may not start with a digit."""
    out = (max_length(63),) if len(value.encode()) > 63 else ()
    if re.fullmatch(_DNS1035, value):
        return out
    words = (
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
        " character,"
        " and"
        " end with an alphanumeric character"
    )
    return (*out, format_message(words, _DNS1035, "my-name", "abc-123"))


def dns_subdomain_with_underscore(value: str) -> tuple[str, ...]:
    """A DNS search path."""
    out = (max_length(253),) if len(value.encode()) > 253 else ()
    if re.fullmatch(_UNDERSCORE_SUBDOMAIN, value):
        return out
    words = (
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must"
        " start"
        " and end with an alphanumeric character"
    )
    return (*out, format_message(words, _UNDERSCORE_SUBDOMAIN, "example.com"))


def wildcard_subdomain(value: str) -> tuple[str, ...]:
    """`*.example.com`."""
    out = (max_length(253),) if len(value.encode()) > 253 else ()
    if re.fullmatch(_WILDCARD, value):
        return out
    words = (
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of"
        " lower"
        " case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
    )
    return (*out, format_message(words, _WILDCARD, "*.example.com"))


@lru_cache(maxsize=4096)
def qualified_name(value: str) -> tuple[str, ...]:
    """`[prefix/]name`: label keys, resource names, gates, conditions."""
    parts = value.split("/")
    if len(parts) > 2:
        words = format_message(f"a valid label key {_KEY_WORDS}", _KEY_NAME, "MyName", "my.name", "123-abc")
        return (f"{words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    out: list[str] = []
    if len(parts) == 2:
        out += _key_prefix(parts[0])
    name = parts[-1]
    if not name:
        out.append("name part must be non-empty")
    elif len(name.encode()) > 63:
        out.append("name part must be no more than 63 bytes")
    if not re.fullmatch(_KEY_NAME, name):
        out.append(f"name part {_NOT_KEY}")
    return tuple(out)


def _key_prefix(prefix: str) -> list[str]:
    if not prefix:
        return ["prefix part must be non-empty"]
    out = ["prefix part must be no more than 253 bytes"] if len(prefix.encode()) > 253 else []
    return out if re.fullmatch(_SUBDOMAIN, prefix) else [*out, f"prefix part {_NOT_SUBDOMAIN}"]


@lru_cache(maxsize=4096)
def label_value(value: str) -> tuple[str, ...]:
    out = ("must be no more than 63 bytes",) if len(value.encode()) > 63 else ()
    if re.fullmatch(_LABEL_VALUE, value):
        return out
    words = (
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
        " and"
        " end"
        " with an alphanumeric character"
    )
    return (*out, format_message(words, _LABEL_VALUE, "MyValue", "my_value", "12345"))


def port_number(value: int) -> tuple[str, ...]:
    return () if 1 <= value <= 65535 else (between(1, 65535),)


def port_name(value: str) -> tuple[str, ...]:
    """An IANA service name: at most 15 characters, with a letter."""
    out: list[str] = []
    if len(value.encode()) > 15:
        out.append(max_length(15))
    if not re.fullmatch("[-a-z0-9]+", value):
        out.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", value):
        out.append("must contain at least one letter (a-z)")
    if "--" in value:
        out.append("must not contain consecutive hyphens")
    if value.startswith("-") or value.endswith("-"):
        out.append("must not begin or end with a hyphen")
    return tuple(out)


def user_id(value: int) -> tuple[str, ...]:
    """A user or group id."""
    return () if 0 <= value < 1 << 31 else (between(0, 2**31 - 1),)


def percent(value: str) -> tuple[str, ...]:
    if re.fullmatch(_PERCENT, value, re.ASCII):
        return ()
    words = "a valid percent string must be a numeric string followed by an ending '%'"
    return (format_message(words, _PERCENT, "1%", "93%"),)


def header_name(value: str) -> tuple[str, ...]:
    if re.fullmatch(_HEADER, value):
        return ()
    return (
        format_message("a valid HTTP header must consist of alphanumeric characters or '-'", _HEADER, "X-Header-Name"),
    )


def env_name(value: str) -> tuple[str, ...]:
    """The name of an environment variable (relaxed since v1.34: any printable ASCII but `=`)."""
    if not value:
        return ("environment variable name must be non-empty",)
    if all(" " <= c <= "~" and c != "=" for c in value):
        return ()
    return ("a valid environment variable name must consist only of printable ASCII characters other than '='",)


def config_key(value: str) -> tuple[str, ...]:
    """A key of a ConfigMap or Secret."""
    out: list[str] = []
    if len(value.encode()) > 253:
        out.append(max_length(253))
    if not re.fullmatch(_CONFIG_KEY, value):
        words = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        out.append(format_message(words, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    if value in (".", ".."):
        out.append(f"must not be '{value}'")
    elif value.startswith(".."):
        out.append("must not start with '..'")
    return tuple(out)


def path_segment(value: str) -> tuple[str, ...]:
    """A name that can stand in a URL path: RBAC objects, references."""
    if value in (".", ".."):
        return (f"may not be '{value}'",)
    return path_segment_prefix(value)


def path_segment_prefix(value: str) -> tuple[str, ...]:
    """What such a name can begin with."""
    return tuple(f"may not contain '{c}'" for c in "/%" if c in value)


def http_path(value: str) -> bool:
    return bool(re.fullmatch(_HTTP_PATH, value))


def http_path_message() -> str:
    return format_message("Invalid path", _HTTP_PATH)


def generated(rule: NameRule) -> NameRule:
    """The rule for a `generateName`: a trailing dash is fine, because something follows it."""

    def prefix_rule(value: str) -> tuple[str, ...]:
        return rule(value[:-2] + "a" if len(value) > 1 and value.endswith("-") else value)

    return prefix_rule
