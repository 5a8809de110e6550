"""Texts that are code to a terminal, a CI system, a shell, a page or Pulumi's engine.

A text of these strategies carries `MARK`, so that a test finds where it came out.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

from hypothesis import strategies as st

MARK = "Zq7Z"

PIECES = [
    *("\n", "\r\n", "\t", "\v", "\f", "\x00", "\x07", "\x08", "\x1b[2J", "\x1b]0;t\x07", "\x7f"),
    *("\x85", "\x9b31m", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00a0"),
    *("\U000e0041", "\U0001f600", "é", "::stop-commands::t", "\n::error::x", "::", "##[add-path]x"),
    *("##[group]", "##vso[task.setvariable]", "##teamcity[x]", "<{%fg 1%}>", "<{%x%}>", "%}>"),
    *("`", "``", "```\n", "\n```\n", "~~~", "|", "\\|", "\\", "<b>", "<script>alert(1)</script>"),
    *("</details>", "<!--", "&lt;", "[a](http://e.x)", "![i](http://e.x/i.png)", "](", "@octocat"),
    *("http://e.x", "www.e.x", "me@e.x", "# h", "\n# h", "\n- l", "\n| a | b |\n", "***", "__b__"),
    *(
        "'",
        '"',
        "‘",
        "’",
        "“",
        "$(touch pwn)",
        "`touch pwn`",
        ";touch pwn;",
        "&&touch pwn",
        "$HOME",
    ),
    *("!!", "\n touch pwn\n", ">pwn", "{0}", "%0A", "%s", "*", "~", "#", "-", "--", "=", ",", " "),
]

hostile_texts = st.lists(
    st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=5
).flatmap(
    lambda pieces: st.integers(0, len(pieces)).map(
        lambda at: "".join([*pieces[:at], MARK, *pieces[at:]])
    )
)


def yaml_text(value: Any) -> str:
    """A value as YAML in flow style, with everything else than ASCII as an escape."""
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value).items()
        return f"{{{', '.join(f'{yaml_text(key)}: {yaml_text(one)}' for key, one in entries)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(yaml_text, cast('list[Any]', value)))}]"
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        ascii_only = re.sub(r"[^ -~]", lambda one: rf"\U{ord(one[0]):08x}", quoted)
        return f'"{ascii_only}"'
    return json.dumps(value)


def assert_plain_text(text: str) -> None:
    """That lines of a log are lines of text: nothing that moves, colours or commands."""
    for line in text.split("\n"):
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::"), line
        assert not re.search(r"##[\w-]*\[", line), line
        assert "<{%" not in line, line
        assert "%}>" not in line, line
