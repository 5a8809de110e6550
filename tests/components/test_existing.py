"""What the cloud has already: when it is taken over, and when it is left alone."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pulumi
import pytest
from recording import ACCOUNT, BINDING, ROLE, Program

from components import existing
from components.existing import LOOKUPS, adopted, marked, taken_over
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


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the provider's function answers; empty where it fails."""
    answer: dict[str, object] = {}

    async def found(
        function: str, inputs: Mapping[str, object], options: pulumi.ResourceOptions
    ) -> Mapping[str, object] | None:
        assert set(inputs) == {"project", "roleId"}
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
    assert lookup.id.format_map(dict.fromkeys(lookup.by, "x"))
    assert not set(lookup.same) & set(lookup.by)


def test_what_is_adopted_is_imported_as_it_is_and_outlives_the_stack() -> None:
    opts = adopted(pulumi.ResourceOptions(protect=True))
    assert (opts.retain_on_delete, opts.protect) == (True, True)
    [transform] = opts.transforms or []
    result = transform(asked(roleId="vertexCaller", title="Anything"))
    assert isinstance(result, pulumi.ResourceTransformResult)
    assert result.opts.import_ == "projects/acme-prod/roles/vertexCaller"


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
