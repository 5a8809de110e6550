"""What the emulator answers exists in the provider's own types, those of the installed pulumi-gcp.

Both ways: a property that no type has is made up, and one that the emulator leaves out is listed
here with the reason.
"""

import importlib
import typing
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pulumi
import pytest
from pulumi._types import (  # pyright: ignore[reportPrivateUsage]
    output_type_types,
    resource_types,
    unwrap_type,
)

from availability.cloud.resource_types import REPEATABLE, ResourceType
from sandbox.emulator import catalog, computed, readers, shapes
from sandbox.emulator.store import Row
from sandbox.emulator.values import Json, Properties

Types = Mapping[str, type]

NOT_READ_BACK = "never read back, and no component sets it"
NEWER = "newer than the table of types, and no component sets it"
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    shapes.PARAMETER: {"tags": NEWER},
    shapes.PARAMETER_VERSION: {"dataCrc32c": NEWER},
    shapes.SECRET: {"secretType": NEWER},
    shapes.SECRET_VERSION: {"secretDataWo": NOT_READ_BACK, "secretDataWoVersion": NOT_READ_BACK},
    "gcp:parametermanager/getRegionalParameter:getRegionalParameter": {"tags": NEWER},
    "gcp:secretmanager/getRegionalSecret:getRegionalSecret": {"secretType": NEWER},
    "gcp:compute/getGlobalAddress:getGlobalAddress": {
        "networkTier": "always PREMIUM for a global address: no component reads it",
        "status": "whether a rule uses the address: no component reads it",
        "subnetwork": "empty for an address of the whole network",
        "users": "in the type, and never set by the provider's code",
    },
}
TOKENS = sorted(catalog.load().resources)


def member(token: str) -> Any:
    """The class or function of a token such as `gcp:projects/service:Service`."""
    package, module, name = token.split(":")
    found = importlib.import_module(f"pulumi_{package}.{module.partition('/')[0]}")
    return getattr(found, name if name[0].isupper() else f"{name[0].upper()}{name[1:]}Result")


def properties(token: str) -> Types:
    """The properties of a resource, or of what a function answers, by their names in the engine."""
    found = member(token)
    is_resource = issubclass(found, pulumi.Resource)
    return cast("Types", (resource_types if is_resource else output_type_types)(found))


def plain(annotation: Any) -> tuple[Any, Any]:
    """A type without what may also be None: what it is, and what its elements are."""
    unwrapped: Any = unwrap_type(annotation)
    arguments = typing.get_args(unwrapped)
    return typing.get_origin(unwrapped) or unwrapped, arguments[-1] if arguments else None


def made_up(annotation: Any) -> Json:
    """A value of a type, with every property that it may have."""
    kind, element = plain(annotation)
    if issubclass(kind, (list, typing.Sequence)) and kind is not str:
        return [made_up(element)]
    if issubclass(kind, (dict, Mapping)) and element is not None:
        return {"key": made_up(element)}
    if kind in (str, int, float, bool):
        return kind()
    fields = cast("Types", output_type_types(cast("type", kind)))
    return {key: made_up(one) for key, one in fields.items()}


def strays(value: Json, annotation: Any, path: str) -> Iterator[str]:
    """Where a value is not of a type, as deep as it goes."""
    kind, element = plain(annotation)
    if kind in (str, int, float, bool):
        numbers = (int, float) if kind is float else kind
        if not isinstance(value, numbers) or (isinstance(value, bool) and kind is not bool):
            yield f"{path}: {value!r} is no {kind.__name__}"
    elif issubclass(kind, (list, typing.Sequence)):
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
            return
        for one in cast("list[Json]", value):
            yield from strays(one, element, f"{path}[]")
    elif not isinstance(value, dict):
        yield f"{path}: {value!r} is no map"
    else:
        fields = None if element is not None else cast("Types", output_type_types(kind))
        for key, one in cast("Properties", value).items():
            if fields is not None and key not in fields:
                yield f"{path}.{key}: not in {kind.__name__}"
            else:
                yield from strays(one, fields[key] if fields else element, f"{path}.{key}")


def whole(token: str) -> Row:
    """A resource of a type with every property that the emulator may give it."""
    kind = catalog.load().resources[token]
    types = properties(token)
    inputs = {key: made_up(types[key]) for key in kind.inputs}
    place = "projects/acme-dev/locations/europe-west4"
    inputs |= {key: f"{place}/{key}s/one" for key in ("secret", "parameter") if key in inputs}
    facts = computed.Facts(token, f"{place}/things/one", "acme-dev", inputs, 1, 2, "2026-01-01")
    return Row(token, facts.id, facts.id, 1, computed.outputs(kind, facts), None)


@pytest.mark.parametrize("token", TOKENS)
def test_a_resource_has_the_properties_of_its_type_and_no_others(token: str) -> None:
    kind = catalog.load().resources[token]
    ours = {*kind.inputs, *kind.computed, *kind.always_in_outputs}
    assert ours | LEFT_OUT.get(token, {}).keys() == properties(token).keys()
    assert not ours & LEFT_OUT.get(token, {}).keys()


@pytest.mark.parametrize("token", TOKENS)
def test_what_a_resource_is_answered_with_is_of_its_type_as_deep_as_it_goes(token: str) -> None:
    kind = catalog.load().resources[token]
    types = properties(token)
    unset = computed.Facts(token, "projects/acme-dev/locations/l/x/y", "acme-dev", {}, 1, 2, "")
    for body in (whole(token).body, computed.outputs(kind, unset)):
        found = [stray for key, one in body.items() for stray in strays(one, types[key], key)]
        assert not found


@pytest.mark.parametrize("function", sorted(readers.READERS))
def test_a_function_answers_what_its_result_has_and_nothing_else(function: str) -> None:
    reader = readers.READERS[function]
    row = whole(reader.token)
    types = properties(function)
    answer = readers.answer(reader, row, row.body)
    assert answer.keys() | LEFT_OUT.get(function, {}).keys() == types.keys()
    assert not answer.keys() & LEFT_OUT.get(function, {}).keys()
    assert not [stray for key, one in answer.items() for stray in strays(one, types[key], key)]


def test_the_function_that_reads_a_project_s_policy_has_what_the_emulator_answers() -> None:
    assert properties(readers.PROJECT_POLICY).keys() == {"etag", "id", "policyData", "project"}


def test_a_property_that_is_made_up_is_found_out() -> None:
    types = properties("gcp:serviceaccount/getAccount:getAccount")
    assert "description" not in types
    pool = properties("gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider")
    assert list(strays([{"issuerUri": "a", "colour": "b"}], pool["oidcs"], "oidcs")) == [
        "oidcs[].colour: not in GetWorkloadIdentityPoolProviderOidcResult"
    ]
    assert list(strays({"issuerUri": "a"}, pool["oidcs"], "oidcs"))
    assert list(strays("yes", types["disabled"], "disabled")) == ["disabled: 'yes' is no bool"]


def test_what_is_left_out_stands_for_something_that_there_is() -> None:
    for token, names in LEFT_OUT.items():
        assert names.keys() <= properties(token).keys()
        assert all(names.values())


def test_what_may_be_created_twice_is_what_the_cloud_takes_twice() -> None:
    twice = {token for token in ResourceType if shapes.SHAPES[token].upsert}
    assert twice == REPEATABLE
