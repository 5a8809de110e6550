"""The steps of a fix: what is set and what is removed in a stack's configuration.

A fix is printed as commands of `pulumi config`, a step each, and `plan --fix` makes the same steps
in the stack's file. So both come from here, and no command is ever read back.
"""

from __future__ import annotations

from dataclasses import dataclass

ConfigPath = tuple[str | int, ...]
"""A configuration key with its namespace, then keys of maps and places in lists."""


@dataclass(frozen=True)
class Step:
    """What one `pulumi config set --path` or `rm --path` does."""

    path: ConfigPath
    value: str | None
    """The text that is set, which the CLI takes for a truth or a number where it is one; None to
    remove what stands at the path."""

    @property
    def words(self) -> list[str]:
        """What follows `pulumi config`, but for the stack."""
        path = path_text(self.path)
        if self.value is None:
            return ["rm", "--path", path]
        return ["set", "--path", path, self.value]


def path_text(path: ConfigPath) -> str:
    """A path as the CLI takes it.

    >>> path_text(("vertex-residency:colocate", 0, 1))
    'vertex-residency:colocate[0][1]'
    >>> path_text(("vertex-residency:deployments", "a.b"))
    'vertex-residency:deployments["a.b"]'
    """
    key, *rest = path
    return f"{key}{''.join(map(_part_text, rest))}"


def _part_text(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if part and not any(sign in part for sign in '.["'):
        return f".{part}"
    escaped = part.replace('"', '\\"')
    return f'["{escaped}"]'
