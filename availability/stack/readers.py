"""Readers of the values of keys: each answers what a value says, or raises BadInput.

The mistakes stand under paths below the key, which is empty for the value as a whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from availability.cloud.members import check_caller
from availability.cloud.permissions import caller_permissions
from availability.facts.needs import Need
from availability.facts.snapshot import ContextSize, Control
from availability.facts.words import check_context_size, check_control, check_need
from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import nearest
from availability.input.maps import unknown_key
from availability.input.values import check_date, read_words, truth_at, truths_meant
from availability.placement.rules import WAIVABLE, Rule
from availability.placement.warnings import ACKNOWLEDGEABLE, WarningId
from availability.places.residency import OwnResidency, Residency
from availability.places.suggest import check_location


def read_model(value: object) -> str:
    """The name of a model as it was typed; the snapshot is asked for it later. Raises BadInput."""
    if not isinstance(value, str) or not value.strip():
        raise BadInput([Problem("", f"expected a model's id or name, not {shown(value)}")])
    return value.strip()


def read_residency(value: object) -> Residency:
    """Where requests may be served. Raises BadInput."""
    return Residency.parse(value, "")


def read_own_residency(value: object) -> OwnResidency:
    """Where requests to one deployment may be served. Raises BadInput."""
    return OwnResidency.parse(value, "")


def read_truth(value: object) -> bool:
    """True or false, or these words: what `pulumi config set` writes without `--path` is a text.

    Raises BadInput.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    message = f"expected true or false, not {shown(value)}"
    raise BadInput([Problem("", message, truths_meant(value))])


def read_switch(value: object) -> bool:
    """What turns a feature of the stack on or off: true, false, on or off. Raises BadInput."""
    problems: list[Problem] = []
    is_on = truth_at(value, "", problems)
    if problems:
        raise BadInput(problems)
    return is_on


def read_needs(value: object) -> tuple[Need, ...]:
    """The needs, each once. Raises BadInput."""
    return tuple(Need(word) for word in read_words(value, "needs", check_need, may_be_empty=True))


def read_location(value: object) -> str:
    """The id of a known location. Raises BadInput."""
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


def read_preferred(value: object) -> tuple[str, ...]:
    """The ids of known locations, in the order in which they are preferred. Raises BadInput."""
    return read_words(value, "locations", check_location, may_be_empty=True)


def read_callers(value: object) -> tuple[str, ...]:
    """The members that call, at least one. Raises BadInput."""
    callers = read_words(value, "IAM members", check_caller, may_be_empty=True)
    if not callers:
        raise BadInput([Problem("", "empty: name a caller, or leave the key out")])
    return callers


def read_context_size(value: object) -> ContextSize:
    """The longest request in tokens. Raises BadInput."""
    result = check_context_size(value) if isinstance(value, str) else None
    if isinstance(result, str):
        return ContextSize(result)
    choices = ", ".join(ContextSize)
    message = f"expected a context size, one of {choices}, not {shown(value)}"
    raise BadInput([result or Problem("", message)])


def read_controls(value: object) -> tuple[Control, ...]:
    """The security controls, at least one, each once. Raises BadInput."""
    words = read_words(value, "controls", check_control, may_be_empty=True)
    if not words:
        raise BadInput([Problem("", "empty: name a control, or leave the key out")])
    return tuple(Control(word) for word in words)


def read_date(value: object) -> dt.date:
    """A day. Raises BadInput."""
    result = check_date(value)
    if isinstance(result, Problem):
        raise BadInput([result])
    return result


def _number(value: object, least: int, what: str) -> int:
    """A whole number: `pulumi config set` without `--path` writes a text."""
    text = str(value).strip() if isinstance(value, int | str) and value is not True else ""
    if re.fullmatch(r"0|[1-9]\d{0,3}", text) and int(text) >= least:
        return int(text)
    message = f"expected {what} from {least} to 9999, not {shown(value)}"
    raise BadInput([Problem("", message)])


def read_days(value: object) -> int:
    """A number of days. Raises BadInput."""
    return _number(value, 0, "a number of days")


def read_generation(value: object) -> int:
    """The number of a generation of ids, from 1. Raises BadInput."""
    return _number(value, 1, "a whole number")


def read_adopted_roles(value: object) -> Mapping[str, str]:
    """A map from `predict` or a need to the id of the custom role that the project has for it.

    Raises BadInput with every mistake.
    """
    if not isinstance(value, Mapping):
        message = f"expected a map from predict or a need to a custom role, not {shown(value)}"
        raise BadInput([Problem("", message)])
    needs = sorted(caller_permissions())
    problems: list[Problem] = []
    roles: dict[str, str] = {}
    # Not by KeyedMap, which names unknown keys first: here mistakes are in the order of the map.
    for key, role in cast("Mapping[object, object]", value).items():
        need, role_id = str(key), _custom_role(role)
        if need not in needs:
            message = "no role is for {key}; roles are for {keys}"
            problems.append(unknown_key(f".{need}", need, needs, message))
        elif isinstance(role_id, Problem):
            problems.append(replace(role_id, path=f".{need}"))
        elif role_id in roles.values():
            problems.append(Problem(f".{need}", f"{role_id} is adopted twice"))
        else:
            roles[need] = role_id
    if problems:
        raise BadInput(problems)
    return roles


def _custom_role(value: object) -> Problem | str:
    """Google's "Creating and managing custom roles": 3 to 64 letters, digits, `_` and `.`."""
    text = value.strip() if isinstance(value, str) else ""
    if re.fullmatch(r"[a-zA-Z0-9_.]{3,64}", text):
        return text
    full = re.fullmatch(r"projects/[^/]+/roles/([a-zA-Z0-9_.]{3,64})", text)
    message = f"expected the id of a custom role, like vertexCaller, not {shown(value)}"
    return Problem("", message, (full[1],) if full else ())


def read_waived_rule(value: object) -> Rule:
    """A rule that may be accepted to be broken. Raises BadInput."""
    choices = [rule.value for rule in WAIVABLE]
    word = value.strip().lower() if isinstance(value, str) else value
    if word in choices:
        return Rule(str(word))
    message = f"{shown(value)} can't be accepted; a waiver is for {', '.join(choices)}"
    if word in ACKNOWLEDGEABLE:
        message += f". It is a warning: write warning: {word}"
        raise BadInput([Problem("", message)])
    known = word in [rule.value for rule in Rule]  # another rule is no misspelling of these
    raise BadInput([Problem("", message, () if known else tuple(nearest(str(value), choices)))])


def read_acknowledged_warning(value: object) -> WarningId:
    """A warning that a person may acknowledge. Raises BadInput."""
    choices = [warning.value for warning in ACKNOWLEDGEABLE]
    word = value.strip().lower() if isinstance(value, str) else value
    if word in choices:
        return WarningId(str(word))
    message = f"{shown(value)} can't be acknowledged; only {', '.join(choices)} can"
    if word in WAIVABLE:
        message += f". It is a rule: write rule: {word}"
    known = word in [*WarningId, *Rule]  # another one is no misspelling of these
    raise BadInput([Problem("", message, () if known else tuple(nearest(str(value), choices)))])


def read_reason(value: object) -> str:
    """A reason in words. Raises BadInput."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise BadInput([Problem("", f"expected the reason in words, not {shown(value)}")])
