"""What Go's YAML reader, and so Pulumi's engine, makes of a scalar.

It follows gopkg.in/yaml.v3 (resolve.go, decode.go) and what the engine does with the result, which
it writes as YAML once more and then as JSON: YAML 1.1's numbers and times, YAML 1.2's booleans.
`no` is a text, 017 is 15, and a date becomes a time in the form in which Go prints one.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from decimal import Decimal

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_NOT_FINITE = (
    *(sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")),
    *(".nan", ".NaN", ".NAN"),
)
_WORDS: dict[str, tuple[str, object]] = {
    **dict.fromkeys(_NULL, ("!!null", None)),
    **dict.fromkeys(("true", "True", "TRUE"), ("!!bool", True)),
    **dict.fromkeys(("false", "False", "FALSE"), ("!!bool", False)),
    **{word: ("!!float", float(word.replace(".", "").lower())) for word in _NOT_FINITE},
}
"""Plain texts that are no text, each with the short tag of what it is and its value."""
_RESOLVABLE = ("", "!!str", "!!bool", "!!int", "!!float", "!!null", "!!timestamp")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO](?P<oct>[0-7]+)"
    r"|0(?P<old>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "old": 8, "dec": 10}
_DATE = r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"
_CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d?):(?P<second>\d\d?)(?:[.,](?P<fraction>\d+))?"
_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)"
_TIMES = [
    re.compile(form, re.ASCII)
    for form in (_DATE, f"{_DATE} +{_CLOCK}", f"{_DATE}[Tt]{_CLOCK}{_ZONE}")
]


def scalar(tag: str, text: str, *, plain: bool = True) -> object:
    """The value of a scalar: None, a bool, an int, a float or a str.

    `tag` is `!!int` for YAML's own, and empty where none is written; `plain` is whether the scalar
    stands without quotes. Bytes that are no UTF-8 become surrogates. Raises ValueError for what the
    engine's reader refuses.
    """
    if not tag and plain:  # as nearly all are
        return _resolved(text, may_be_time=True)[1]
    if tag == "!!str" or (tag in ("", "!") and not plain):
        return text
    if tag == "!!binary":
        return _binary(text)
    tag = "" if tag == "!" else tag
    if tag not in _RESOLVABLE:
        return text
    kind, value = _resolved(text, may_be_time=tag in ("", "!!timestamp"))
    if tag == "!!float" and kind == "!!int":
        return value
    if tag not in ("", kind):
        raise ValueError(f"{_short(text)!r} is no {tag}")
    return value


def as_text(value: object) -> str:
    """The text that the engine hands to the program for a value at the top, maps by their keys."""
    if value is None:
        return ""
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def is_null(tag: str, text: str, *, plain: bool = True) -> bool:
    """Whether a scalar is nothing."""
    return tag in ("", "!", "!!null") and plain and text in _NULL


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _resolved(text: str, *, may_be_time: bool) -> tuple[str, object]:
    """The short tag of what a plain text is, and its value."""
    if (word := _WORDS.get(text)) is not None:
        return word
    if text[0] == ".":
        number = _float(text) if _FLOAT.fullmatch(text) else None
        return ("!!str", text) if number is None else ("!!float", number)
    if text[0] not in "+-0123456789":
        return "!!str", text
    if may_be_time and (time := _timestamp(text)) is not None:
        return "!!timestamp", time
    plain = text.replace("_", "")
    if (whole := _integer(plain)) is not None:
        return "!!int", whole
    number = _float(plain) if _FLOAT.fullmatch(plain) else None
    return ("!!str", text) if number is None else ("!!float", number)


def _integer(text: str) -> int | None:
    """A whole number of 64 bits; None for what is none, or longer."""
    match = _INTEGER.fullmatch(text)
    if match is None or len(text) > 70:
        return None
    [(name, digits)] = [(name, match[name]) for name in _BASES if match[name] is not None]
    number = int(digits, _BASES[name])
    number = -number if match["sign"] == "-" else number
    # Go reads a signed number first, then an unsigned one, which has no sign.
    return number if -(2**63) <= number < (2**63 if match["sign"] else 2**64) else None


def _float(text: str) -> float | int | None:
    """A number; None for one that is too large. Without a fraction it is as good as an int."""
    number = float(text)
    if math.isinf(number):
        return None
    if number.is_integer() and abs(number) < 1e21:
        return int(_float_text(number))
    return number


def _float_text(number: float) -> str:
    """As Go's JSON has it: with an exponent only below 1e-6 and from 1e21 on.

    What is not finite, which no JSON has, is as Go prints it.
    """
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else f"{number:+}".replace("inf", "Inf")
    if number == 0 or 1e-6 <= abs(number) < 1e21:
        return format(Decimal(repr(number)), "f").removesuffix(".0")
    return re.sub(r"e([+-])0(\d)$", r"e\1\2", repr(number))


def _binary(text: str) -> str:
    plain = re.sub(r"[\r\n]", "", text)
    try:
        content = base64.b64decode(plain, validate=True)
        if len(plain) % 4:
            raise ValueError(plain)
    except (binascii.Error, ValueError):
        raise ValueError(f"{_short(text)!r} is no !!binary: it is not base64") from None
    return content.decode("utf-8", "surrogateescape")


def _timestamp(text: str) -> str | None:
    """A time as Go prints it, `2025-05-12 00:00:00 +0000 UTC`; None for a text that is none."""
    match = next((matched for form in _TIMES if (matched := form.fullmatch(text))), None)
    if match is None:
        return None
    parts = match.groupdict()
    year, month, day = (int(parts[name]) for name in ("year", "month", "day"))
    clock = [int(parts.get(name) or 0) for name in ("hour", "minute", "second")]
    if not 1 <= month <= 12 or not 1 <= day <= _days(year, month):
        return None
    if any(value > most for value, most in zip(clock, (23, 59, 59), strict=True)):
        return None
    shown = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(year, month, day, *clock)
    if fraction := (parts.get("fraction") or "")[:9].rstrip("0"):
        shown += f".{fraction}"
    zone = (parts.get("zone") or "Z").replace(":", "")
    if zone == "Z" or int(zone[1:]) == 0:
        return f"{shown} +0000 UTC"
    hours, minutes = int(zone[1:3]), int(zone[3:])
    return f"{shown} {zone} {zone}" if hours <= 24 and minutes <= 60 else None


def _days(year: int, month: int) -> int:
    """The days of a month; Go knows a year 0, which is a leap year."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def is_string(tag: str, text: str, *, plain: bool = True) -> bool:
    """Whether a scalar is a text to the engine's reader: as a key, it needs to be."""
    if tag in ("", "!"):
        return not plain or _resolved(text, may_be_time=True)[0] == "!!str"
    return tag == "!!str" or tag not in _RESOLVABLE
