"""What the cloud has already: when it is taken over, and when it is left alone."""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pulumi
import pytest
from recording import (
    ACCOUNT,
    BINDING,
    GLOBAL_ADDRESS,
    POOL,
    RECORD,
    REGIONAL_ENDPOINT,
    ROLE,
    SECRET,
    SECRET_VERSION,
    Program,
)

from components import existing
from components.existing import (
    LOOKUPS,
    adopted,
    import_id,
    marked,
    marked_label,
    marked_name,
    taken_over,
)
from components.identifiers import short_hash
from components.protection import HELD, _protected, protect  # pyright: ignore[reportPrivateUsage]

PARENT = "urn:pulumi:prod::vertex-residency::vertex-residency:index:ProjectBaseline::project"
INPUTS = {
    "project": "acme-prod",
    "roleId": "vertexResidencyPredict_prod",
    "title": "Vertex AI callers: predict (prod)",
    "description": f"What a caller needs. ({short_hash(PARENT, 'name')})",
    "permissions": ["b.c.d", "a.b.c"],
}
ID = "projects/acme-prod/roles/vertexResidencyPredict_prod"


@dataclass(frozen=True)
class _Known:
    """An output as far as it is read here, that leaves nothing behind in Pulumi's runtime."""

    value: str

    async def future(self) -> str:
        return self.value


def asked(
    kind: str = ROLE,
    opts: pulumi.ResourceOptions | None = None,
    parent: str = PARENT,
    **inputs: object,
) -> pulumi.ResourceTransformArgs:
    props = {key: value for key, value in (INPUTS | inputs).items() if value is not None}
    opts = opts or pulumi.ResourceOptions()
    opts.parent = cast("pulumi.Resource", SimpleNamespace(urn=_Known(parent)))
    return pulumi.ResourceTransformArgs(True, kind, "name", props, opts)


def asked_only(kind: str, inputs: Mapping[str, object]) -> pulumi.ResourceTransformArgs:
    """The same with these inputs and no others."""
    args = asked(kind)
    later = pulumi.Output.from_input(pulumi.output.UNKNOWN)
    args.props = {key: later if value is LATER else value for key, value in inputs.items()}
    return args


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the provider's function answers; empty where it fails."""
    answer: dict[str, object] = {}

    async def found(
        function: str, inputs: Mapping[str, object], options: pulumi.ResourceOptions
    ) -> Mapping[str, object] | None:
        [lookup] = [one for one in LOOKUPS.values() if one.function == function]
        assert set(inputs) == set(lookup.by)
        return answer or None

    monkeypatch.setattr(existing, "_found", found)
    return answer


def imported(args: pulumi.ResourceTransformArgs) -> str | None:
    result = asyncio.get_event_loop().run_until_complete(_taken_over(args))
    return result.opts.import_ if result else None


async def _taken_over(
    args: pulumi.ResourceTransformArgs,
) -> pulumi.ResourceTransformResult | None:
    return await taken_over(args)


def test_what_is_there_to_the_letter_is_imported(cloud: dict[str, object]) -> None:
    cloud |= INPUTS | {"permissions": ["a.b.c", "b.c.d"], "deleted": False, "stage": "GA"}
    assert imported(asked()) == ID


def test_what_moved_without_an_alias_is_left_alone(cloud: dict[str, object]) -> None:
    cloud |= INPUTS
    assert imported(asked(parent=PARENT.replace("::project", "::moved"))) is None


def test_a_mark_is_of_the_place_and_fits_into_a_description(program: Program) -> None:
    seen: list[str] = []

    def body() -> None:
        for name in ("a", "b"):
            component = pulumi.ComponentResource("t:t:T", name)
            for child in ("x", "y"):
                marked("d" * 300, component, child).apply(seen.append)

    program.run(body)
    assert len(set(seen)) == 4
    assert max(map(len, seen)) <= 256


MARK = short_hash(PARENT, "name")
SECRET_INPUTS = {
    "project": "p",
    "location": "europe-west4",
    "secretId": "s",
    "labels": {"vertex-residency": MARK},
}
VERSION_INPUTS = {"secret": "projects/p/locations/l/secrets/s", "secretData": "{}"}
ADDRESS_INPUTS = {
    "project": "p",
    "name": f"vertex{MARK}",
    "network": "projects/p/global/networks/a",
    "purpose": "PRIVATE_SERVICE_CONNECT",
}
ADDRESS_FOUND = {
    "address": "10.0.0.3",
    "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/a",
    "purpose": "PRIVATE_SERVICE_CONNECT",
}
LATER = object()
"""Stands for an output that a preview doesn't know."""
RECORD_INPUTS = {
    "project": "p",
    "managedZone": f"vertex{MARK}",
    "name": "a.example.",
    "type": "A",
    "ttl": 300,
    "rrdatas": ["10.0.0.2"],
}


@pytest.mark.parametrize(
    ("kind", "inputs", "found", "expected"),
    [
        (
            SECRET,
            SECRET_INPUTS,
            {"labels": {"vertex-residency": MARK, "goog-pulumi-provisioned": "true"}},
            "projects/p/locations/europe-west4/secrets/s",
        ),
        (SECRET, SECRET_INPUTS, {"labels": {"goog-pulumi-provisioned": "true"}}, None),
        (SECRET, SECRET_INPUTS | {"labels": {}}, {"labels": {}}, None),
        (
            SECRET_VERSION,
            VERSION_INPUTS,
            {"secretData": "{}", "version": "7"},
            "projects/p/locations/l/secrets/s/versions/7",
        ),
        (SECRET_VERSION, VERSION_INPUTS, {"secretData": "[]", "version": "7"}, None),
        (
            GLOBAL_ADDRESS,
            ADDRESS_INPUTS,
            ADDRESS_FOUND,
            f"projects/p/global/addresses/vertex{MARK}",
        ),
        (GLOBAL_ADDRESS, ADDRESS_INPUTS | {"address": "10.0.0.9"}, ADDRESS_FOUND, None),
        (
            GLOBAL_ADDRESS,
            ADDRESS_INPUTS | {"network": "projects/p/global/networks/b"},
            ADDRESS_FOUND,
            None,
        ),
        (RECORD, RECORD_INPUTS | {"other": LATER}, {"ttl": 300, "rrdatas": ["10.0.0.2"]}, None),
        (
            RECORD,
            RECORD_INPUTS,
            {"ttl": 300.0, "rrdatas": ["10.0.0.2"]},
            f"projects/p/managedZones/vertex{MARK}/rrsets/a.example./A",
        ),
        (RECORD, RECORD_INPUTS, {"ttl": 300.0, "rrdatas": ["10.0.0.3"]}, None),
        (
            RECORD,
            RECORD_INPUTS | {"managedZone": "theirs"},
            {"ttl": 300, "rrdatas": ["10.0.0.2"]},
            None,
        ),
    ],
)
def test_a_mark_may_be_in_a_label_or_a_name_or_around_it(
    cloud: dict[str, object],
    kind: str,
    inputs: dict[str, object],
    found: dict[str, object],
    expected: str | None,
) -> None:
    cloud |= found
    assert imported(asked_only(kind, inputs)) == expected


def test_what_depends_on_another_resource_is_read_where_it_is_known(
    cloud: dict[str, object],
) -> None:
    cloud |= INPUTS
    assert imported(asked(roleId=pulumi.Output.from_input(INPUTS["roleId"]))) == ID


def test_a_deleted_pool_is_left_alone(cloud: dict[str, object]) -> None:
    same = {"displayName": "x", "description": f"({MARK})"}
    inputs = same | {"project": "p", "workloadIdentityPoolId": "pool"}
    cloud |= same | {"state": "DELETED"}
    assert imported(asked_only(POOL, inputs)) is None
    cloud["state"] = "ACTIVE"
    assert imported(asked_only(POOL, inputs)) is not None


def test_what_no_function_reads_still_has_an_id_to_import_it_by() -> None:
    policy = {"name": "projects/p/policies/a.b", "parent": "projects/p"}
    assert import_id("gcp:orgpolicy/policy:Policy", policy) == "projects/p/policies/a.b"
    endpoint = {"project": "p", "location": "l", "name": "n"}
    found = import_id(REGIONAL_ENDPOINT, endpoint)
    assert found == "projects/p/locations/l/regionalEndpoints/n"
    assert import_id(REGIONAL_ENDPOINT, {"project": "p"}) is None
    assert import_id(BINDING, policy) is None


def test_a_name_with_a_mark_fits_everywhere(program: Program) -> None:
    names: list[str] = []
    labels: list[dict[str, str]] = []

    def body() -> None:
        component = pulumi.ComponentResource("t:t:T", "a")
        marked_name(component, "x").apply(names.append)
        marked_name(component, "x", "a").apply(names.append)
        marked_label(component, "x").apply(labels.append)

    program.run(body)
    # A forwarding rule to Google's APIs takes the fewest characters.
    assert all(re.fullmatch(r"[a-z][a-z0-9]{0,19}", name) for name in names)
    assert len(set(names)) == 2
    [(key, value)] = labels[0].items()
    assert re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", key)
    assert re.fullmatch(r"[a-z0-9_-]{0,63}", value)


def test_what_is_not_there_is_created(cloud: dict[str, object]) -> None:
    assert imported(asked()) is None


@pytest.mark.parametrize(
    "other",
    [{"title": "Theirs"}, {"description": ""}, {"permissions": ["a.b.c"]}, {"deleted": True}],
)
def test_what_is_another_s_or_deleted_is_left_alone(
    cloud: dict[str, object], other: dict[str, object]
) -> None:
    cloud |= INPUTS | other
    assert imported(asked()) is None


def test_a_name_that_is_not_known_yet_is_not_looked_up(cloud: dict[str, object]) -> None:
    cloud |= INPUTS
    assert imported(asked(roleId=None)) is None


def test_an_import_of_the_program_s_own_stays(cloud: dict[str, object]) -> None:
    cloud |= INPUTS
    assert imported(asked(opts=pulumi.ResourceOptions(import_="projects/p/roles/mine"))) is None


def test_what_may_be_declared_twice_is_not_looked_up(cloud: dict[str, object]) -> None:
    cloud |= INPUTS
    assert imported(asked(BINDING)) is None


@pytest.mark.parametrize("kind", sorted(LOOKUPS))
def test_an_id_is_made_of_what_the_function_takes(kind: str) -> None:
    lookup = LOOKUPS[kind]
    # Of a secret's versions the function tells the number of the latest.
    assert lookup.id.format_map(dict.fromkeys((*lookup.by, "version"), "x"))
    assert not set(lookup.same) & set(lookup.by)
    assert lookup.mark is None or lookup.mark in (*lookup.by, *lookup.same)


def adopt() -> pulumi.ResourceTransformResult | None:
    args = asked(roleId="vertexCaller", title="Anything")
    return asyncio.get_event_loop().run_until_complete(_adopt(args))


async def _adopt(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    [transform] = adopted(pulumi.ResourceOptions()).transforms or []
    return await cast("Awaitable[pulumi.ResourceTransformResult | None]", transform(args))


def test_what_is_adopted_is_imported_as_it_is_and_outlives_the_stack(
    cloud: dict[str, object],
) -> None:
    opts = adopted(pulumi.ResourceOptions(protect=True))
    assert (opts.retain_on_delete, opts.protect) == (True, True)
    assert not cloud  # as where it may not be read
    result = adopt()
    assert result is not None
    assert result.opts.import_ == "projects/acme-prod/roles/vertexCaller"


@pytest.mark.parametrize(("more", "warned"), [(["storage.objects.get"], True), ([], False)])
def test_what_others_would_lose_by_an_adoption_is_said(
    cloud: dict[str, object], monkeypatch: pytest.MonkeyPatch, more: list[str], warned: bool
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    cloud |= {"permissions": [*cast("list[str]", INPUTS["permissions"]), *more]}
    assert adopt() is not None
    assert [("takes storage.objects.get" in " ".join(one.split())) for one in said] == (
        [True] if warned else []
    )


@pytest.mark.parametrize("kind", [ROLE, ACCOUNT, BINDING])
def test_what_holds_access_is_protected(kind: str) -> None:
    assert kind in HELD
    result = _protected(asked(kind))
    assert result is not None
    assert result.opts.protect is True


def test_a_service_is_not_protected_nor_what_says_so_itself() -> None:
    assert _protected(asked("gcp:projects/service:Service")) is None
    assert _protected(asked(opts=pulumi.ResourceOptions(protect=False))) is None


def test_protection_is_off_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[object] = []
    monkeypatch.setattr(pulumi.runtime, "register_resource_transform", registered.append)
    protect(False)
    assert registered == []
    protect(True)
    assert registered == [_protected]
