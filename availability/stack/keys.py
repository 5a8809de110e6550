"""The keys of a stack and of one deployment: each is read, or its mistake is named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from availability.cloud.audit_logs import AuditLogs, read_audit_logs
from availability.cloud.caching import read_caching
from availability.cloud.federation.keys import read_federation
from availability.cloud.federation.sources import GitHub, Oidc
from availability.cloud.guardrails.keys import GuardrailKeys, read_guardrails
from availability.cloud.members import check_caller, read_account_users, read_workload_users
from availability.cloud.private_access.keys import read_private_access
from availability.cloud.private_access.ways import PrivateAccess
from availability.cloud.publication import Store, read_publish
from availability.facts.snapshot import ContextSize, Need
from availability.facts.words import check_context_size, check_need
from availability.input.errors import BadInput, Problem, shown
from availability.input.maps import unknown_key
from availability.input.values import check_date, read_words, truth_at
from availability.placement.rules import WAIVABLE, Rule, Waiver
from availability.places.residency import Residency
from availability.places.suggest import check_location


def _model(value: object) -> object:
    if not isinstance(value, str) or not value.strip():
        raise BadInput([Problem("", f"expected a model's id or name, not {shown(value)}")])
    return value.strip()


def _residency(value: object) -> Residency:
    return Residency.parse(value, "")


def _truth(value: object) -> bool:
    """True or false, or these words: what `pulumi config set` writes without `--path` is a text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    message = f"expected true or false, not {shown(value)}"
    raise BadInput([Problem("", message, ("true", "false"))])


def _switch(value: object) -> bool:
    """What turns a feature of the stack on or off."""
    problems: list[Problem] = []
    found = truth_at(value, "", problems)
    if problems:
        raise BadInput(problems)
    return found


def _needs(value: object) -> tuple[Need, ...]:
    return tuple(Need(word) for word in read_words(value, "needs", check_need, may_be_empty=True))


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
    return read_words(value, "locations", check_location, may_be_empty=True)


def _callers(value: object) -> tuple[str, ...]:
    callers = read_words(value, "IAM members", check_caller, may_be_empty=True)
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


def _number(value: object, least: int, what: str) -> int:
    """A whole number: `pulumi config set` without `--path` writes a text."""
    text = str(value).strip() if isinstance(value, int | str) and value is not True else ""
    if re.fullmatch(r"0|[1-9]\d{0,3}", text) and int(text) >= least:
        return int(text)
    message = f"expected {what} from {least} to 9999, not {shown(value)}"
    raise BadInput([Problem("", message)])


def _days(value: object) -> int:
    return _number(value, 0, "a number of days")


def _generation(value: object) -> int:
    return _number(value, 1, "a whole number")


def _adopt(value: object) -> Mapping[str, str]:
    """A map from `predict` or a need to the id of the custom role that the project has for it."""
    if not isinstance(value, Mapping):
        message = f"expected a map from predict or a need to a custom role, not {shown(value)}"
        raise BadInput([Problem("", message)])
    problems: list[Problem] = []
    roles: dict[str, str] = {}
    for key, role in cast("Mapping[object, object]", value).items():
        need, id_ = _role_need(str(key)), _custom_role(role)
        if isinstance(need, Problem):
            problems.append(replace(need, path=f".{key}", about_key=True))
        elif isinstance(id_, Problem):
            problems.append(replace(id_, path=f".{key}"))
        elif id_ in roles.values():
            problems.append(Problem(f".{key}", f"{id_} is adopted twice"))
        else:
            roles[need] = id_
    if problems:
        raise BadInput(problems)
    return roles


def _role_need(word: str) -> Problem | str:
    from availability.cloud.permissions import caller_permissions
    from availability.input.likeness import nearest

    choices = sorted(caller_permissions())
    if word in choices:
        return word
    message = f"no role is for {word!r}; roles are for {', '.join(choices)}"
    return Problem("", message, tuple(nearest(word, choices)))


def _custom_role(value: object) -> Problem | str:
    """Google's "Creating and managing custom roles": 3 to 64 letters, digits, `_` and `.`."""
    text = value.strip() if isinstance(value, str) else ""
    if re.fullmatch(r"[a-zA-Z0-9_.]{3,64}", text):
        return text
    full = re.fullmatch(r"projects/[^/]+/roles/([a-zA-Z0-9_.]{3,64})", text)
    message = f"expected the id of a custom role, like vertexCaller, not {shown(value)}"
    return Problem("", message, (full[1],) if full else ())


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
    from availability.input.likeness import nearest

    message = f"{shown(value)} can't be accepted; a waiver is for {', '.join(choices)}"
    known = word in [rule.value for rule in Rule]  # another rule is no misspelling of these
    raise BadInput([Problem("", message, () if known else tuple(nearest(str(value), choices)))])


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
    generation: Annotated[int, BeforeValidator(_generation)] = 1
    """Which of the ids that Google keeps after a deletion: the next where the last is held."""
    protect: Annotated[bool, BeforeValidator(_switch)] = False
    """Whether the engine refuses to delete what holds access and identity."""
    take_over: Annotated[bool, BeforeValidator(_switch)] = False
    """Whether what the cloud has already with the mark of this stack is imported."""
    adopt: Annotated[Mapping[str, str], BeforeValidator(_adopt)] = Field(
        default_factory=dict[str, str]
    )
    """`predict` or a need -> the id of a custom role that exists already."""
    guardrails: Annotated[GuardrailKeys | None, BeforeValidator(read_guardrails)] = None
    """What organization policies hold; None where there are none."""
    federation: Annotated[GitHub | Oidc | None, BeforeValidator(read_federation)] = None
    """Whose workloads come in from outside Google Cloud, as the caller `federation`."""
    audit_logs: Annotated[AuditLogs | None, BeforeValidator(read_audit_logs)] = None
    """The Data Access audit logs to write; None leaves the project's as they are."""
    service_agents: Annotated[bool, BeforeValidator(_switch)] = False
    """Whether Google's service agents get their roles before the first use of their service."""
    private_access: Annotated[PrivateAccess | None, BeforeValidator(read_private_access)] = None
    """The network that reaches the placed locations privately; None where none does."""
    publish: Annotated[Store | None, BeforeValidator(read_publish)] = None
    """What keeps each deployment's configuration for its callers; None publishes nothing."""
    caching: Annotated[bool | None, BeforeValidator(read_caching)] = None
    """Whether Google may cache inputs; None leaves the project's setting as it is."""


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
    service_account_users: Annotated[tuple[str, ...], BeforeValidator(read_account_users)] = ()
    """Members that may run as the deployment's service account."""
    workload_identity_users: Annotated[tuple[str, ...], BeforeValidator(read_workload_users)] = ()
    """Workloads outside of Google Cloud, or in GKE, that act as it."""


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
            return unknown_key(path, key, keys)
        case "missing":
            return Problem(path, f"missing: every {what} names its {key}")
        case "string_type":
            return Problem(path, f"expected a text, not {shown(given)}")
        case _:
            return Problem(path, f"{detail['msg']}: {shown(given)}")
