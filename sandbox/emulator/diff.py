"""What a change of inputs means: nothing, an update in place, or a replacement."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from . import shapes
from .catalog import ResourceType
from .values import Json, Properties, is_unknown

Kind = Literal["add", "delete", "update"]


@dataclass(frozen=True)
class Change:
    """One difference, at a property path such as `condition.title` or `permissions[1]`."""

    path: str
    kind: Kind
    replaces: bool

    @property
    def property(self) -> str:
        """The top-level property that it belongs to."""
        return self.path.split(".", 1)[0].split("[", 1)[0]


@dataclass(frozen=True)
class Difference:
    """All differences, and whether the old resource must go before the new one can come."""

    changes: tuple[Change, ...]
    delete_before_replace: bool = False

    @property
    def properties(self) -> list[str]:
        """The top-level properties that differ, sorted."""
        return sorted({change.property for change in self.changes})

    @property
    def replaces(self) -> list[str]:
        """Those of them whose change replaces the resource, sorted."""
        return sorted({change.property for change in self.changes if change.replaces})


def compare(
    token: str, kind: ResourceType, old: Mapping[str, Json], new: Mapping[str, Json]
) -> Difference:
    """The difference between two bags of inputs. A value that is not known yet is a change."""
    changes = tuple(
        Change(path, change, replaces=key in kind.inputs and kind.inputs[key].replaces)
        for key in sorted(old.keys() | new.keys())
        if not _is_left_to_google(kind, key, new) and not _same_member(token, key, old, new)
        for path, change in _walk(key, old.get(key), new.get(key))
    )
    before = any(change.replaces for change in changes) and _same_place(token, old, new)
    return Difference(changes, delete_before_replace=before)


def _is_left_to_google(kind: ResourceType, key: str, new: Mapping[str, Json]) -> bool:
    """Whether it is not set, and whatever Google makes of it is right (Terraform's "computed")."""
    return new.get(key) is None and key in kind.always_in_outputs


def _same_member(token: str, key: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> bool:
    """Whether two members are one to Google (the provider's `iamMemberCaseDiffSuppress`)."""
    if token not in shapes.BINDINGS or key != "member":
        return False
    before, after = old.get(key), new.get(key)
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    return shapes.principal(before) == shapes.principal(after)


def _same_place(token: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> bool:
    """Whether the replacement would need the id that the old resource still holds."""
    if shapes.SHAPES[token].upsert or is_unknown(dict(new)):
        return False
    default = {"project": "-"}
    place = shapes.identity(token, default | dict(old))
    return place is not None and place == shapes.identity(token, default | dict(new))


def _walk(path: str, old: Json, new: Json) -> Iterator[tuple[str, Kind]]:
    if old == new or (old in (None, "") and new in (None, "")):  # one and the same to Terraform
        return
    if old is None:
        yield path, "add"
    elif new is None:
        yield path, "delete"
    elif isinstance(old, dict) and isinstance(new, dict):
        olds, news = cast("Properties", old), cast("Properties", new)
        for key in sorted(olds.keys() | news.keys()):
            yield from _walk(f"{path}.{key}", olds.get(key), news.get(key))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = cast("list[Json]", old), cast("list[Json]", new)
        for index in range(max(len(before), len(after))):
            left = before[index] if index < len(before) else None
            right = after[index] if index < len(after) else None
            yield from _walk(f"{path}[{index}]", left, right)
    else:
        yield path, "update"
