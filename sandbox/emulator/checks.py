"""What the provider refuses by itself, before any call: its messages, word for word.

A check says nothing about a value that is not known yet.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from . import shapes
from .catalog import ResourceType
from .shapes import SHAPES
from .values import Json, Properties, is_unknown

MEMBER_KINDS: Final = (
    "user",
    "group",
    "serviceAccount",
    "domain",
    "principal",
    "principalSet",
    "projectOwner",
    "projectEditor",
    "projectViewer",
    "deleted",
    "iamMember",
)
_NO_IDENTITY: Final = frozenset({"allUsers", "allAuthenticatedUsers"})
_STAGES: Final = ("ALPHA", "BETA", "GA", "DEPRECATED", "DISABLED", "EAP")
_ACCOUNT_ID: Final = "^[a-z]([-a-z0-9]*[a-z0-9])?$"
_ROLE_ID: Final = r"^[a-zA-Z0-9_\.]{3,64}$"
_POOL_SOURCES: Final = ("aws", "oidc", "saml", "x509")
_DOMAIN: Final = re.compile(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")


def failures(token: str, name: str, kind: ResourceType, inputs: Mapping[str, Json]) -> list[str]:
    """Everything that is wrong with the inputs of the resource called `name`, in their order."""

    def at(message: str, path: str) -> str:
        return f"{message}. Examine values at '{name}.{path}'."

    found = [
        at(
            f'Missing required argument. The argument "{_snake(key)}" is required, but no '
            "definition was found.",
            key,
        )
        for key, prop in kind.inputs.items()
        if prop.required and inputs.get(key) is None
    ]
    for key, value in inputs.items():
        prop = kind.inputs.get(key)
        if prop is None:
            found.append(at("Invalid or unknown key", key))
        elif not is_unknown(value):
            mismatch = _mismatch(prop.kind, value)
            message = mismatch or _format(token, key, value)
            if message:
                found.append(at(message, key))
    found += [at(message, path) for message, path in _combinations(token, inputs)]
    return found


def with_name(
    token: str, name: str, seed: bytes, old: Mapping[str, Json], inputs: Mapping[str, Json]
) -> Properties:
    """The inputs, with a made-up id where the type has one and none is given.

    The id is the resource's name and seven random hex digits, and stays the same afterwards.
    """
    field = SHAPES[token].autonamed
    if field is None or inputs.get(field) is not None:
        return dict(inputs)
    if old.get(field) is not None:
        return dict(inputs) | {field: old[field]}
    suffix = hashlib.sha256(seed or name.encode()).hexdigest()[:7]
    return dict(inputs) | {field: _made_up(token, name, suffix)}


def _made_up(token: str, name: str, suffix: str) -> str:
    if token == shapes.ROLE:
        return f"{re.sub(r'[^a-zA-Z0-9_.]', '', name)[:57]}{suffix}"
    limit = 30 if token == shapes.ACCOUNT else 63
    return f"{name.lower()[: limit - len(suffix) - 1].rstrip('-')}-{suffix}"


def _mismatch(expected: str, value: Json) -> str | None:
    """The complaint about a value of another type than the schema's; scalars convert."""
    actual = _type_of(value)
    if expected in ("array", "object") or actual in ("array", "object"):
        fits = expected == actual
    elif expected == "boolean":
        fits = actual == "boolean" or value in ("true", "false")
    elif expected in ("integer", "number"):
        fits = actual == "number" or bool(re.fullmatch(r"-?\d+(\.\d+)?", str(value)))
    else:
        fits = True
    return None if fits else f"expected {expected} type, got {actual} type"


def _type_of(value: Json) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _account_id(value: Json) -> str | None:
    if not re.fullmatch(_ACCOUNT_ID[1:-1], str(value)):
        return f'"account_id" ("{value}") must match regex "{_ACCOUNT_ID}"'
    if not 6 <= len(str(value)) <= 30:
        return f"expected length of account_id to be in the range (6 - 30), got {value}"
    return None


def _service(value: Json) -> str | None:
    if _DOMAIN.fullmatch(str(value)):
        return None
    return f"expected {value} to be a domain like serviceusage.googleapis.com"


def _role_id(value: Json) -> str | None:
    if re.fullmatch(_ROLE_ID[1:-1], str(value)):
        return None
    shown = _ROLE_ID.replace("\\", "\\\\")
    return f'"role_id" ("{value}") doesn\'t match regexp "{shown}"'


def _permissions(value: Json) -> str | None:
    if value:
        return None
    return (
        "Not enough list items. Attribute permissions requires 1 item minimum, but config has "
        "only 0 declared."
    )


def _stage(value: Json) -> str | None:
    if value in _STAGES:
        return None
    choices = " ".join(f'"{stage}"' for stage in _STAGES)
    return f"expected stage to be one of [{choices}], got {value}"


def _member(value: Json) -> str | None:
    kind, _, identity = str(value).partition(":")
    if value in _NO_IDENTITY or (kind in MEMBER_KINDS and identity):
        return None
    return (
        f'invalid value "{value}" for member (IAM members must have one of the values outlined '
        "here: https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)"
    )


def _pool_id(value: Json) -> str | None:
    if not str(value).startswith("gcp-"):
        return None
    return f'"workload_identity_pool_id" ("{value}") can not start with "gcp-"'


_FORMATS: Final[Mapping[tuple[str, str], Callable[[Json], str | None]]] = {
    (shapes.ACCOUNT, "accountId"): _account_id,
    (shapes.SERVICE, "service"): _service,
    (shapes.ROLE, "roleId"): _role_id,
    (shapes.ROLE, "permissions"): _permissions,
    (shapes.ROLE, "stage"): _stage,
    (shapes.PROJECT_BINDING, "member"): _member,
    (shapes.ACCOUNT_BINDING, "member"): _member,
    (shapes.SECRET_BINDING, "member"): _member,
    (shapes.POOL, "workloadIdentityPoolId"): _pool_id,
}


def _format(token: str, key: str, value: Json) -> str | None:
    check = _FORMATS.get((token, key))
    return check(value) if check else None


def _combinations(token: str, inputs: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    if token != shapes.POOL_PROVIDER:
        return
    given = [source for source in _POOL_SOURCES if inputs.get(source) is not None]
    choices = ",".join(_POOL_SOURCES)
    if not given:
        yield (
            f'Invalid combination of arguments. "oidc": one of `{choices}` must be specified',
            "oidc",
        )
    if len(given) > 1:
        message = (
            f'Invalid combination of arguments. "{given[0]}": only one of `{choices}` can be '
            f"specified, but `{','.join(given)}` were specified"
        )
        yield message, given[0]


def _snake(key: str) -> str:
    """The provider's messages name arguments as Terraform does."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda found: "_" + found[1].lower(), key)
