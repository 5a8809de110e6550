"""What Go's YAML reader, and so Pulumi's engine, makes of a scalar.

It knows YAML 1.1's numbers and times and YAML 1.2's booleans: `no` is a text, 017 is 15, and a date
becomes a time in the form in which Go prints one. Tried with the engine, case by case.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
import re
from decimal import Decimal

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[Tt \t]+(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?[ \t]*(Z|[+-]\d\d?(?::?\d\d)?)?)?"
)


def scalar(tag: str, text: str) -> object:
    """The value of a scalar with a resolved tag, without YAML's prefix: `int`, `timestamp`, ….

    Raises ValueError for what the engine cannot take: an infinity, or no number.
    """
    match tag:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return _integer(text)
        case "float":
            return _float(text)
        case "timestamp":
            return _timestamp(text)
        case "binary":
            return base64.b64decode(text).decode("utf-8", "replace")
        case _:
            return text


def as_text(value: object) -> str:
    """The text that the engine hands to the program for a value at the top."""
    if value is None:
        return ""
    if isinstance(value, float):
        return _float_text(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def is_timestamp(text: str) -> bool:
    """Whether a plain scalar is a time for the engine, if not for YAML 1.2."""
    return _TIMESTAMP.fullmatch(text) is not None


def _integer(text: str) -> int | float | str:
    plain = text.replace("_", "")
    sign, digits = (plain[0], plain[1:]) if plain[:1] in "+-" else ("", plain)
    if re.fullmatch(r"0\d+", digits):
        if "8" in digits or "9" in digits:
            return _float(plain)
        digits = f"0o{digits[1:]}"
    try:
        return int(sign + digits, 0)
    except ValueError:
        return text


def _float(text: str) -> float | int | str:
    try:
        number = float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        return text
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number that a configuration can hold")
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def _float_text(number: float) -> str:
    """As Go's JSON has it: with an exponent only below 1e-6 and from 1e21 on."""
    if 1e-6 <= abs(number) < 1e21:
        return format(Decimal(repr(number)), "f")
    return re.sub(r"e([+-])0(\d)$", r"e\1\2", repr(number))


def _timestamp(text: str) -> str:
    """As Go prints a time: `2025-05-12 00:00:00 +0000 UTC`."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    numbers = (int(part or 0) for part in (year, month, day, hour, minute, second))
    shown = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*numbers)
    try:
        dt.datetime.fromisoformat(shown)
    except ValueError:  # no such day or hour
        return text
    if fraction := (fraction or "").rstrip("0"):
        shown += f".{fraction}"
    offset = "+0000 UTC"
    if found := re.fullmatch(r"([+-])(\d\d?):?(\d\d)?", zone or ""):
        plain = f"{found[1]}{found[2]:0>2}{found[3] or '00'}"
        offset = f"{plain} {plain}" if int(plain) else offset
    return f"{shown} {offset}"
