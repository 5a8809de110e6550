"""What `pulumi config set` and `rm` make of the values of a configuration.

After the CLI's source (pulumi/pulumi 3.250, sdk/go/common/resource: properties_path.go,
config/map.go, config/object.go, and pkg/cmd/pulumi/config).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from availability.explanation.alternatives.steps import ConfigPath, Step, path_text
from availability.stack.file import full_key, is_secret
from availability.stack.yaml_values import as_text

_MOST_PLACES = 10_000
"""How long a list may become by setting one of its places. The CLI has no limit but memory."""
_ELEMENT = re.compile(
    r"(?P<dot>\.)?(?:(?P<name>[^.\[]+)|\[\"(?P<quoted>(?:\\\"|[^\"])*)\"\]|\[(?P<place>[^\]]*)\])"
)


class NotChangeable(ValueError):
    """A change that the CLI refuses, too: a path that is none, or that leads into a text."""


@dataclass(frozen=True)
class ConfigChange:
    """One `pulumi config set` or `rm`."""

    path: ConfigPath
    value: object
    """What is set: a text, a truth or a number; None to remove what stands at the path."""

    @classmethod
    def of(cls, step: Step) -> ConfigChange:
        """A step of a fix, whose text the CLI takes for what it looks like."""
        return cls(step.path, None if step.value is None else typed(step.value, step.path))

    def __str__(self) -> str:
        """In words: `set PATH to VALUE`."""
        path = path_text(self.path)
        return f"remove {path}" if self.value is None else f"set {path} to {as_text(self.value)}"


def typed(text: str, path: ConfigPath) -> object:
    """What the CLI makes of a text without a `--type`: inside of a value it may be no text."""
    return coerced(text) if len(path) > 1 else text


def coerced(text: str) -> object:
    """A truth or a whole number of 64 bits where the text is one, without zeros before it."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"(?!0.)[+-]?[0-9]{1,20}", text):
        number = int(text)
        if -(2**63) <= number < (2**64 if text[0].isdigit() else 2**63):
            return number
    return text


def parsed_path(text: str, project: str, *, is_path: bool) -> ConfigPath:
    """A key as the CLI is given it, which with `--path` leads into the key's value.

    `project` is the name of the Pulumi project, whose keys need no namespace. Raises NotChangeable.
    """
    top = re.split(r"[.\[]", text, maxsplit=1)[0] if is_path else text
    top, rest = (top, text[len(top) :]) if top else (text, "")
    if top.count(":") > 2 or (top.count(":") == 2 and top.split(":")[1] != "config"):
        raise NotChangeable(f"{text!r} is no key like vertex-residency:residency")
    namespace, _, name = full_key(top, project).partition(":")
    elements: ConfigPath = _elements(name + rest) if is_path else (name,)
    if not isinstance(elements[0], str) or not elements[0]:
        raise NotChangeable(f"{text!r} starts with no name of a key")
    return (f"{namespace}:{elements[0]}", *elements[1:])


def _elements(path: str) -> ConfigPath:
    """The parts of a property path: names, `["names in quotes"]` and `[places]`."""
    elements: list[str | int] = []
    at = 0
    while at < len(path):
        match = _ELEMENT.match(path, at)
        if match is None or bool(match["dot"]) != bool(elements and match["name"]):
            raise NotChangeable(f"{path!r} is no path like deployments.chat.needs[0]")
        at = match.end()
        elements.append(_element(path, match))
    return tuple(elements) or ("",)


def _element(path: str, match: re.Match[str]) -> str | int:
    if match["name"] is not None:
        return match["name"]
    if match["quoted"] is not None:
        return match["quoted"].replace('\\"', '"')
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", match["place"]):
        raise NotChangeable(f"{match['place']!r} in {path!r} is no place in a list")
    return int(match["place"])


def changed(config: Mapping[str, object], changes: Iterable[ConfigChange]) -> Mapping[str, object]:
    """The configuration after these changes, key with its namespace -> its value.

    Nothing of the one before is changed. Raises NotChangeable.
    """
    for change in changes:
        key, *rest = change.path
        if change.value is not None:
            value = _set(config.get(str(key)), change.path, 1, change.value)
            config = {**config, str(key): value}
        elif not rest:
            config = {other: value for other, value in config.items() if other != key}
        elif key in config:
            value = _removed(config[str(key)], change.path, 1)
            config = {**config, str(key): value}
    return config


def _set(value: object, path: ConfigPath, depth: int, new: object) -> object:
    """A value with another one at what is left of the path."""
    if depth == len(path):
        return new
    part, so_far = path[depth], path_text(path[:depth])
    # What is a text or a number is replaced by a container at the top, and nowhere below.
    if _is_scalar(value) and (value is None or depth == 1):
        value = [None] * _room(part, so_far) if isinstance(part, int) else {}
    if isinstance(value, list) and isinstance(part, int):
        items = [*cast("list[object]", value)]
        if not 0 <= part <= len(items):
            raise NotChangeable(f"{so_far} has {len(items)} places, and none of them is {part}")
        items += [None] * (part == len(items))
        items[part] = _set(items[part], path, depth + 1, new)
        return items
    if isinstance(value, dict) and isinstance(part, str) and not _is_scalar(cast("object", value)):
        inner = cast("dict[str, object]", value)
        inner = {**inner, part: _set(inner.get(part), path, depth + 1, new)}
        return _not_reserved(inner, path[: depth + 1])
    kind = "list" if isinstance(part, int) else "map"
    raise NotChangeable(f"{so_far} is no {kind}, so that nothing in it can be set")


def _room(place: int, path: str) -> int:
    if not 0 <= place < _MOST_PLACES:
        raise NotChangeable(f"{path} cannot have a place {place}")
    return place + 1


def _removed(value: object, path: ConfigPath, depth: int) -> object:
    """A value without what the rest of the path leads to; the same where it leads nowhere."""
    part, is_last = path[depth], depth + 1 == len(path)
    if isinstance(value, list) and isinstance(part, int):
        items = [*cast("list[object]", value)]
        if 0 <= part < len(items):
            items[part : part + 1] = [] if is_last else [_removed(items[part], path, depth + 1)]
        return items
    if isinstance(value, dict) and not _is_scalar(cast("object", value)):
        inner = dict(cast("dict[str, object]", value))
        if part not in inner:
            return inner
        if is_last:
            del inner[str(part)]
        else:
            inner[str(part)] = _removed(inner[str(part)], path, depth + 1)
        return _not_reserved(inner, path[: depth + 1])
    return cast("object", value)


def _not_reserved(value: dict[str, object], path: ConfigPath) -> dict[str, object]:
    """The value. Raises NotChangeable for what the engine would take for an encrypted one."""
    if is_secret(value):
        message = "a map with nothing but the key secure is an encrypted value to Pulumi"
        raise NotChangeable(f"{path_text(path)}: {message}")
    return value


def _is_scalar(value: object) -> bool:
    return not isinstance(value, list | dict) or is_secret(cast("object", value))
