"""The keys of a stack and of one deployment: each is read, or its mistake is named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from availability.checks import (
    check_caller,
    check_context_size,
    check_date,
    check_location,
    check_need,
)
from availability.errors import BadInput, Problem, shown
from availability.facts import ContextSize, Need
from availability.placement import WAIVABLE, Rule, Waiver
from availability.residency import Residency, placed_words


def _model(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise BadInput([Problem("", f"expected a model's id or name, not {shown(value)}")])
    return value.strip()


def _residency(value: object) -> Residency:
    return Residency.parse(value, "")


def _words(value: object, what: str, check: Callable[[str], Problem | str]) -> tuple[str, ...]:
    """A list, or one text with commas; each word is replaced by what `check` makes of it."""
    try:
        words = placed_words(value, "")
    except ValueError:
        raise BadInput([Problem("", f"expected a list of {what}, not {shown(value)}")]) from None
    problems: list[Problem] = []
    checked: list[str] = []
    for place, word in words:
        result = check(word)
        if isinstance(result, str):
            checked.append(result)
        else:
            problems.append(replace(result, path=place))
    if problems:
        raise BadInput(problems)
    return tuple(dict.fromkeys(checked))


def _truth(value: object) -> bool:
    """True or false, or these words: what `pulumi config set` writes without `--path` is a text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    message = f"expected true or false, not {shown(value)}"
    raise BadInput([Problem("", message, ("true", "false"))])


def _needs(value: object) -> tuple[Need, ...]:
    return tuple(Need(word) for word in _words(value, "needs", check_need))


def _location(value: object) -> object:
    result = check_location(value) if isinstance(value, str) else value
    if isinstance(result, str):
        return result
    raise BadInput(
        [
            result
            if isinstance(result, Problem)
            else Problem("", f"expected a location, not {shown(value)}")
        ]
    )


def _prefer(value: object) -> tuple[str, ...]:
    return _words(value, "locations", check_location)


def _callers(value: object) -> tuple[str, ...]:
    callers = _words(value, "IAM members", check_caller)
    if not callers:
        raise BadInput([Problem("", "empty: name a caller, or leave the key out")])
    return callers


def _context_size(value: object) -> ContextSize:
    result = check_context_size(value) if isinstance(value, str) else None
    if isinstance(result, str):
        return ContextSize(result)
    choices = ", ".join(ContextSize)
    message = f"expected a context size, one of {choices}, not {shown(value)}"
    raise BadInput([result or Problem("", message)])


def _date(value: object) -> dt.date:
    result = check_date(value)
    if isinstance(result, Problem):
        raise BadInput([result])
    return result


def _days(value: object) -> int:
    """A whole number of days: `pulumi config set` without `--path` writes a text."""
    text = str(value).strip() if isinstance(value, int | str) and value is not True else ""
    if re.fullmatch(r"\d{1,4}", text):
        return int(text)
    message = f"expected a number of days from 0 to 9999, not {shown(value)}"
    raise BadInput([Problem("", message)])


def _accept(value: object) -> tuple[Waiver, ...]:
    """A list of waivers, each with all its keys; every mistake of all of them at once."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        message = f"expected a list of waivers {{rule, until, reason}}, not {shown(value)}"
        raise BadInput([Problem("", message)])
    items = cast("Sequence[object]", value)
    problems: list[Problem] = []
    waivers = [_waiver(item, f"[{index}]", problems) for index, item in enumerate(items)]
    rules = [waiver.rule for waiver in waivers if waiver]
    for index, rule in enumerate(rules):
        if rule in rules[:index]:
            problems.append(Problem(f"[{index}].rule", f"{rule} is accepted twice"))
    if problems:
        raise BadInput(problems)
    return tuple(waiver for waiver in waivers if waiver)


def _waiver(item: object, path: str, problems: list[Problem]) -> Waiver | None:
    if not isinstance(item, Mapping):
        message = f"expected a waiver {{rule, until, reason}}, not {shown(item)}"
        problems.append(Problem(path, message))
        return None
    values = {str(key): value for key, value in cast("Mapping[object, object]", item).items()}
    keys = read_keys(WaiverKeys, values, f"{path}.", problems, what="waiver")
    return Waiver(keys.rule, keys.until, keys.reason) if keys else None


def _rule(value: object) -> Rule:
    choices = [rule.value for rule in WAIVABLE]
    word = value.strip().lower() if isinstance(value, str) else value
    if word in choices:
        return Rule(str(word))
    from availability.suggest import nearest

    message = f"{shown(value)} can't be accepted; a waiver is for {', '.join(choices)}"
    raise BadInput([Problem("", message, tuple(nearest(str(value), choices)))])


def _reason(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise BadInput([Problem("", f"expected the reason in words, not {shown(value)}")])


class _Keys(BaseModel):
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=False,
        arbitrary_types_allowed=True,
    )


class StackKeys(_Keys):
    """The keys that hold for all deployments of a stack."""

    snapshot: object = None
    """Any value: `stack` checks it against the bundled snapshots."""
    residency: Annotated[Residency | None, BeforeValidator(_residency)] = None
    allow_preview: Annotated[bool, BeforeValidator(_truth)] = True
    callers: Annotated[tuple[str, ...] | None, BeforeValidator(_callers)] = None
    as_of: Annotated[dt.date | None, BeforeValidator(_date)] = None
    """The day to judge by, instead of today."""
    retirement_warning: Annotated[int, BeforeValidator(_days)] = 90
    """How many days before its retirement a model is warned about."""


class WaiverKeys(_Keys):
    """The keys of one waiver."""

    rule: Annotated[Rule, BeforeValidator(_rule)]
    until: Annotated[dt.date, BeforeValidator(_date)]
    reason: Annotated[str, BeforeValidator(_reason)]


class DeploymentKeys(_Keys):
    """The keys of one deployment."""

    model: Annotated[str, BeforeValidator(_model)]
    residency: Annotated[Residency | None, BeforeValidator(_residency)] = None
    needs: Annotated[tuple[Need, ...], BeforeValidator(_needs)] = ()
    location: Annotated[str | None, BeforeValidator(_location)] = None
    prefer: Annotated[tuple[str, ...], BeforeValidator(_prefer)] = ()
    prior_usage: Annotated[bool, BeforeValidator(_truth)] = False
    allow_preview: Annotated[bool | None, BeforeValidator(_truth)] = None
    context_size: Annotated[ContextSize | None, BeforeValidator(_context_size)] = None
    accept: Annotated[tuple[Waiver, ...], BeforeValidator(_accept)] = ()
    callers: Annotated[tuple[str, ...] | None, BeforeValidator(_callers)] = None


_Shape = TypeVar("_Shape", bound=_Keys)


def read_keys(
    shape: type[_Shape],
    value: object,
    path: str,
    problems: list[Problem],
    also: tuple[str, ...] = (),
    *,
    in_python: bool = False,
    what: str = "deployment",
) -> _Shape | None:
    """The keys of a value in their shape, or None with every mistake added to `problems`.

    `path` is what the keys stand under, and `also` are keys that are read elsewhere. With
    `in_python` the keys are spelt in snake case, else in camel case.
    """
    try:
        return shape.model_validate(value, by_alias=not in_python, by_name=in_python)
    except ValidationError as error:
        fields = (
            name if in_python else field.alias or name for name, field in shape.model_fields.items()
        )
        keys = sorted([*fields, *also])
        for detail in error.errors(include_url=False):
            key = path + str(detail["loc"][0])
            cause = detail.get("ctx", {}).get("error")
            if isinstance(cause, BadInput):
                problems += [replace(inner, path=key + inner.path) for inner in cause.problems]
            else:
                problems.append(_problem(key, str(detail["loc"][0]), detail, keys, what))
        return None


def _problem(
    path: str, key: str, detail: Mapping[str, object], keys: list[str], what: str
) -> Problem:
    given = detail["input"]
    match str(detail["type"]):
        case "extra_forbidden":
            from availability.suggest import nearest

            message = f"unknown key {key!r}; the keys are {', '.join(keys)}"
            return Problem(path, message, tuple(nearest(key, keys)), about_key=True)
        case "missing":
            return Problem(path, f"missing: every {what} names its {key}")
        case "string_type":
            return Problem(path, f"expected a text, not {shown(given)}")
        case _:
            return Problem(path, f"{detail['msg']}: {shown(given)}")
