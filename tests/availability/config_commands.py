"""What `pulumi config set --path` and `rm --path` do to a stack's configuration, in plain Python.

Tried against the real CLI in `tests/engine/test_pasted_fixes.py`; written down here so that
thousands of commands can be applied.
"""

import re
import shlex
from typing import Any

Config = dict[str, Any]


def apply_commands(line: str, config: Config, stack: str) -> None:
    """Run a printed fix, parsed as a shell would, on the map under a stack file's `config`."""
    words = shlex.split(line)
    commands: list[list[str]] = [[]]
    for word in words:
        if word == "&&":
            commands.append([])
        else:
            commands[-1].append(word)
    for command in commands:
        match command:
            case ["pulumi", "config", "set", "--path", path, value, "--stack", given]:
                assert given == stack
                _set(config, _parts(path), _converted(value))
            case ["pulumi", "config", "rm", "--path", path, "--stack", given]:
                assert given == stack
                _remove(config, _parts(path))
            case _:
                raise AssertionError(f"no command of pulumi config: {command}")


def _parts(path: str) -> list[str]:
    key, *rest = path.split(".")
    assert re.fullmatch(r"vertex-residency:\w+", key)
    return [key, *rest]


def _converted(value: str) -> object:
    """The CLI turns booleans and numbers into themselves and leaves all else a text."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"-?\d+", value) else value


def _set(config: Config, parts: list[str], value: object) -> None:
    for part in parts[:-1]:
        config = config.setdefault(part, {})
        assert isinstance(config, dict), f"expected a map at {part}"
    config[parts[-1]] = value


def _remove(config: Config, parts: list[str]) -> None:
    for part in parts[:-1]:
        if part not in config:
            return
        config = config[part]
    config.pop(parts[-1], None)
