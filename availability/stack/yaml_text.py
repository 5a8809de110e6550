"""Writes a value as YAML on one line, such that the engine reads it as it is.

In brackets where it has parts. A text stands without quotes where the engine takes it for a text
and no other reader of YAML would take it for something else.
"""

from __future__ import annotations

import json
import re
from typing import cast

from availability.stack.yaml_values import as_text, is_string

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./@+-]*(?::[A-Za-z0-9_./@+-]+)*", re.ASCII)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What YAML 1.1, or a reader of it, takes for a truth or for nothing."""
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What JSON has as it is in quotes, and YAML only as an escape."""
_COLON, _COMMA = ":", ","


def written(value: object, quote: str = "", *, in_brackets: bool = False) -> str:
    """A value on one line: None, a bool, a number, a text, a list or a map.

    `quote` is the quotation mark of what it stands beside, or takes the place of: texts get the
    same if they can have it, and keys as well with `"`, as in JSON.
    """
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        inner = (entry(key, item, quote, in_brackets=True) for key, item in pairs)
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list):
        items = cast("list[object]", value)
        return f"[{', '.join(written(item, quote, in_brackets=True) for item in items)}]"
    if isinstance(value, str):
        return _text(value, quote, in_brackets=in_brackets)
    return "null" if value is None else as_text(value)


def entry(key: str, value: object, quote: str = "", *, in_brackets: bool = False) -> str:
    """A key of a map with its value: `key: value`."""
    quote_of_keys = quote if quote == '"' else ""
    name = _text(key, quote_of_keys, in_brackets=in_brackets)
    return f"{name}: {written(value, quote, in_brackets=in_brackets)}"


def _text(text: str, quote: str, *, in_brackets: bool) -> str:
    if not quote and _is_plain(text, in_brackets=in_brackets):
        return text
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    escaped = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", escaped)


def _is_plain(text: str, *, in_brackets: bool) -> bool:
    if text.lower() in _WORDS or not is_string("", text):
        return False
    if _COLON in text and not text[0].isalpha():  # a number in base 60 to readers of YAML 1.1
        return False
    if in_brackets:  # where a comma ends the text, and a colon may
        return _PLAIN.fullmatch(text) is not None and _COLON not in text
    return all(_PLAIN.fullmatch(part) for part in text.split(_COMMA))
