"""What a value means in a field that takes one value: quantities, durations, percentages, words of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kspec.api.schema import Scalar, ScalarSchema
from kspec.elaborate import rules
from kspec.elaborate.evaluate import numbers
from kspec.elaborate.evaluate.numbers import BadNumber
from kspec.elaborate.evaluate.values import (
    Extent,
    Flag,
    Number,
    ObjectName,
    Text,
    Value,
    Word,
    describe,
)
from kspec.elaborate.objects.kinds import Kinds
from kspec.elaborate.suggest import did_you_mean, listing
from kspec.source.diagnostic import Rule
from kspec.source.tree import Json

LABEL_MAPS = frozenset({"labels", "matchLabels", "nodeSelector", "selector", "podLabels"})
"""Fields that map labels to values: there a bare word is a value."""

_TRUTHS = {"yes": "true", "on": "true", "True": "true", "no": "false", "off": "false", "False": "false"}


class Refusal(Exception):
    """A value that its field does not take. `{field}` in the message stands for the field."""

    def __init__(self, rule: Rule, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.rule, self.message, self.help = rule, message, help


def scalar(value: Value, schema: ScalarSchema, field: str, kinds: Kinds) -> Json:
    """The JSON value of a field. Raises `Refusal`."""
    match schema.type:
        case Scalar.STRING | Scalar.BYTES | Scalar.TIME | Scalar.MICRO_TIME:
            return _text(value, schema, field, kinds)
        case Scalar.BOOLEAN:
            return _truth(value)
        case Scalar.INTEGER:
            return _integer(value, schema, field)
        case Scalar.NUMBER:
            return _number(value)
        case Scalar.QUANTITY:
            return _quantity(value)
        case Scalar.INT_OR_STRING:
            return _integer_or_text(value)


def untyped(value: Value, field: str, kinds: Kinds) -> Json:
    """The JSON value of a field that nobody has described. Raises `Refusal`."""
    match value:
        case Text(text):
            return text
        case Flag(value=truth):
            return truth
        case Word(text) if is_name_field(field) or kinds.is_kind(text):
            return text
        case Word():
            raise bare_word(value)
        case Number(text):
            return _untyped_number(text)
        case _:
            raise Refusal(rules.TYPE, f"{{field}} takes one value, not {describe(value)}")


def is_name_field(field: str) -> bool:
    """Whether a field holds the name of an object, so that a bare word is one: `name`, `serviceAccountName`."""
    return field in ("name", "namespace") or field.endswith("Name")


def bare_word(word: Word, known: Iterable[str] = ()) -> Refusal:
    """What is wrong with a bare word that its field does not know."""
    listed = tuple(known)
    if listed:
        help = did_you_mean(word.text, listed) or f"it takes {listing(listed)}"
        return Refusal(rules.BARE_WORD, f"`{word.text}` is no value of {{field}}", help)
    if word.text in _TRUTHS:
        return Refusal(rules.BARE_WORD, f"`{word.text}` is no value of {{field}}", f'quote it: "{word.text}"')
    if (hint := word.hint) is not None:
        return Refusal(rules.UNKNOWN_NAME, f"nothing is called `{word.text}` here", hint)
    help = f'quote it: "{word.text}"'
    return Refusal(rules.BARE_WORD, f"`{word.text}` is neither a name nor a value of {{field}}", help)


def _text(value: Value, schema: ScalarSchema, field: str, kinds: Kinds) -> Json:
    allowed = [e for e in schema.enum if isinstance(e, str)]
    match value:
        case Text(text):
            return text
        case Word(text) if allowed:
            if text in allowed:
                return text
            raise bare_word(value, allowed)
        case Word(text) if is_name_field(field) or (field == "kind" and kinds.is_kind(text)):
            return text
        case Word():
            raise bare_word(value)
        case _ if allowed:
            raise Refusal(rules.TYPE, f"{{field}} takes {listing(allowed)}, not {describe(value)}")
        case Number(text):
            raise Refusal(rules.TYPE, f"{{field}} takes a text, not the number {text}", f'quote it: "{text}"')
        case Flag(value=truth):
            shown = "true" if truth else "false"
            raise Refusal(rules.TYPE, f"{{field}} takes a text, not {shown}", f'quote it: "{shown}"')
        case ObjectName(kind, rest):
            raise Refusal(rules.TYPE, "{field} takes a text, not an object", f'quote it: "{kind}/{rest}"')
        case _:
            raise Refusal(rules.TYPE, f"{{field}} takes a text, not {describe(value)}")


def _truth(value: Value) -> Json:
    match value:
        case Flag(value=truth):
            return truth
        case Word(text) | Text(text) if text in _TRUTHS or text in ("true", "false"):
            help = f"write `{_TRUTHS.get(text, text)}`"
            raise Refusal(rules.TYPE, f"{{field}} takes true or false, not {describe(value)}", help)
        case _:
            raise Refusal(rules.TYPE, f"{{field}} takes true or false, not {describe(value)}")


def _integer(value: Value, schema: ScalarSchema, field: str) -> Json:
    if not isinstance(value, Number):
        raise _no_integer(value, field)
    number = numbers.whole(value.text)
    if number is None:
        number = _in_seconds(value.text) if "Seconds" in field else None
    if number is None:
        raise _wrong_unit(value.text, field)
    if schema.bits and not -(1 << (schema.bits - 1)) <= number < 1 << (schema.bits - 1):
        raise Refusal(rules.TYPE, f"{{field}} takes an integer of {schema.bits} bits, and {value.text} is larger")
    return number


def _no_integer(value: Value, field: str) -> Refusal:
    help = None
    if isinstance(value, Text) and re.fullmatch(r"-?\d+", value.text):
        help = f"write it without quotes: {value.text}"
    elif isinstance(value, Extent) and field == "replicas":
        help = "a range of replicas belongs to an `hpa`"
    elif isinstance(value, Word) and value.hint is not None:
        return bare_word(value)
    return Refusal(rules.TYPE, f"{{field}} takes an integer, not {describe(value)}", help)


def _in_seconds(text: str) -> int | None:
    seconds = numbers.seconds(text)
    if seconds is None:
        return None
    if seconds.denominator != 1:
        raise Refusal(rules.DURATION, f"{{field}} counts whole seconds, and {text} is not a whole number of them")
    return seconds.numerator


def _wrong_unit(text: str, field: str) -> Refusal:
    try:
        amount, suffix = numbers.split(text)
    except BadNumber as error:
        return Refusal(rules.UNIT, str(error))
    if not suffix:
        return Refusal(rules.TYPE, f"{{field}} takes a whole number, not {text}")
    if "Seconds" in field:
        return Refusal(rules.UNIT, f"{{field}} counts seconds, and `{suffix}` is no unit of time", _TIME_HELP)
    shown = numbers.show(amount)
    return Refusal(rules.UNIT, f"{{field}} takes a plain integer, without the unit `{suffix}`", f"write {shown}")


_TIME_HELP = "units of time are ms, s, m (or min), h and d: `90s`, `5m`, `1h30m`"


def _number(value: Value) -> Json:
    if not isinstance(value, Number):
        raise Refusal(rules.TYPE, f"{{field}} takes a number, not {describe(value)}")
    try:
        amount = numbers.plain(value.text)
    except BadNumber as error:
        raise Refusal(rules.UNIT, str(error)) from error
    if amount is None:
        raise Refusal(rules.UNIT, f"{{field}} takes a plain number, not {value.text}")
    return amount.numerator if amount.denominator == 1 else float(amount)


def _quantity(value: Value) -> Json:
    text = value.text if isinstance(value, Number | Text) else None
    if text is None:
        if isinstance(value, Word) and value.hint is not None:
            raise bare_word(value)
        raise Refusal(rules.TYPE, f"{{field}} takes a quantity such as 250m or 1Gi, not {describe(value)}")
    if numbers.is_quantity(text):
        return text
    suffix = re.sub(r"^-?[\d.]+", "", text)
    meant = _UNITS.get(suffix.lower())
    help = "units are m, k, M, G, T and Ki, Mi, Gi, Ti"
    if meant is not None:
        help = f"did you mean {text.removesuffix(suffix)}{meant}?"
    raise Refusal(rules.UNIT, f"`{text}` is no quantity: there is no unit `{suffix}`", help)


_UNITS = {
    **dict.fromkeys(("kb", "kib"), "Ki"),
    **dict.fromkeys(("mb", "mib", "mi"), "Mi"),
    **dict.fromkeys(("gb", "gib", "gi", "g"), "Gi"),
    **dict.fromkeys(("tb", "tib", "ti"), "Ti"),
    "mm": "m",
    "milli": "m",
    "cpu": "",
    "cores": "",
}


def _integer_or_text(value: Value) -> Json:
    match value:
        case Number(text) if (number := numbers.whole(text)) is not None:
            return number
        case Number(text) if text.endswith("%"):
            return text
        case Number(text):
            raise Refusal(rules.UNIT, f"{{field}} takes an integer or a percentage, not {text}")
        case Text(text) | Word(text):
            return text
        case _:
            raise Refusal(rules.TYPE, f"{{field}} takes an integer, a percentage or a name, not {describe(value)}")


def _untyped_number(text: str) -> Json:
    try:
        amount, suffix = numbers.split(text)
    except BadNumber as error:
        raise Refusal(rules.UNIT, str(error), f'quote it: "{text}"') from error
    if not suffix:
        return amount.numerator if amount.denominator == 1 else float(amount)
    if suffix == "m" and amount.denominator == 1:
        help = f'quote it if it is text: "{text}"; or write {amount * 60}s'
        raise Refusal(rules.UNIT, f"{text} could be {amount} milli or {amount} minutes; nothing says which", help)
    if suffix == "%" or numbers.seconds(text) is not None or numbers.is_quantity(text):
        return text
    raise Refusal(rules.UNIT, f"`{suffix}` is no unit that kspec knows", f'quote it: "{text}"')
