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


def _parts(path: str) -> list[str | int]:
    """Keys of maps and places in lists: `vertex-residency:colocate[0][1]` has one and two."""
    key, *rest = path.split(".")
    key, *places = re.findall(r"[^\[\]]+", key)
    assert re.fullmatch(r"vertex-residency:\w+", key)
    assert path == "".join([key, *(f"[{place}]" for place in places), *(f".{one}" for one in rest)])
    return [key, *map(int, places), *rest]


def _converted(value: str) -> object:
    """The CLI turns booleans and numbers into themselves and leaves all else a text."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"-?\d+", value) else value


def _set(config: Config, parts: list[str | int], value: object) -> None:
    for part in map(str, parts[:-1]):
        config = config.setdefault(part, {})
        assert isinstance(config, dict), f"expected a map at {part}"
    config[str(parts[-1])] = value


def _remove(config: Config, parts: list[str | int]) -> None:
    holder: Any = config
    for part in parts[:-1]:
        if isinstance(part, str) and part not in holder:
            return
        holder = holder[part]
    if isinstance(parts[-1], int):
        del holder[parts[-1]]
    else:
        holder.pop(parts[-1], None)
