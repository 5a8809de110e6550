"""What the cloud has already: what is looked up, what is taken over, and what is left alone."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from availability.cloud.resource_types import LOOKUPS, UNREAD, ResourceType
from components.registration.existing import (
    Marks,
    import_id,
    mark_of,
    marked_name,
    marked_text,
    root_urn,
)
from components.registration.search import SearchResult, Sought, search
from tests.components.recording import OWN_STATE, Program

COMPONENT = ("vertex-residency:index:ProjectBaseline", "project")
NUMBER = "projects/926555726002/locations/europe-west4/secrets/s"


def sought(
    kind: ResourceType = ResourceType.ROLE, inside: str | None = None, /, **inputs: object
) -> Sought:
    return Sought(COMPONENT, kind, "name", inputs, inside)


def mark() -> str:
    """That of what is called `name` in that component; it belongs to the running program."""
    return mark_of(root_urn(*COMPONENT), "name")


def found(
    program: Program, *wanted: Sought, state: Mapping[str, Any] | None = None
) -> SearchResult:
    """What a search comes to in a program whose state has these resources, URN -> outputs."""
    outputs = {urn: {"type": "t", "outputs": given} for urn, given in (state or {}).items()}
    program.set_answer(OWN_STATE, {"outputs": outputs})
    seen: list[SearchResult] = []
    program.run(lambda: seen.append(search(wanted)))
    return seen[0]


def answers(program: Program, kind: str, **answer: object) -> None:
    program.set_answer(LOOKUPS[kind].function, answer)


ROLE_INPUTS = {"project": "p", "roleId": "r"}
ROLE_ID = "projects/p/roles/r"


def test_what_bears_the_mark_is_taken_over_whatever_else_was_changed(program: Program) -> None:
    answers(
        program,
        ResourceType.ROLE,
        description=f"Anything. ({mark()})",
        title="x",
        permissions=["a.b.c"],
    )
    wanted = sought(**ROLE_INPUTS)
    assert found(program, wanted).imports == {wanted.urn: ROLE_ID}


@pytest.mark.parametrize("description", ["", "Theirs", "What a caller needs. (00000000)"])
def test_what_bears_no_mark_or_another_one_is_left_alone(
    program: Program, description: str
) -> None:
    answers(program, ResourceType.ROLE, description=description)
    wanted = sought(**ROLE_INPUTS)
    result = found(program, wanted)
    assert result.imports == {}
    assert result.unmarked == {wanted.urn}


def test_another_place_of_the_program_has_another_mark(program: Program) -> None:
    answers(program, ResourceType.ROLE, description=f"({mark()})")
    moved = Sought((COMPONENT[0], "moved"), ResourceType.ROLE, "name", ROLE_INPUTS)
    assert found(program, moved).imports == {}


def test_what_the_state_has_already_is_not_looked_up(program: Program) -> None:
    answers(program, ResourceType.ROLE, description=f"({mark()})")
    wanted = sought(**ROLE_INPUTS)
    assert found(program, wanted, state={wanted.urn: {}}).imports == {}
    assert [function for function, _ in program.calls] == [OWN_STATE]


def test_what_is_not_there_or_may_not_be_read_is_nothing_found(program: Program) -> None:
    result = found(program, sought(**ROLE_INPUTS))
    assert result == SearchResult({}, frozenset(), frozenset(), frozenset())


def test_a_state_that_cant_be_read_stops_the_program(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match=r"takeOver is set, and the\s+state"):
        program.run(lambda: search([sought(**ROLE_INPUTS)]))


@pytest.mark.parametrize("answer", [{"deleted": True}, {"state": "DELETED"}])
def test_what_is_deleted_is_told_and_left_alone(
    program: Program, answer: dict[str, object]
) -> None:
    answers(program, ResourceType.POOL, description=f"({mark()})", **answer)
    wanted = sought(ResourceType.POOL, project="p", workloadIdentityPoolId="pool")
    result = found(program, wanted)
    assert (result.imports, result.deleted) == ({}, {wanted.urn})


def test_an_account_is_known_by_its_display_name(program: Program) -> None:
    email = "a@p.example.com.iam.gserviceaccount.com"
    answers(program, ResourceType.ACCOUNT, displayName=f"Calls chat ({mark()})", email=email)
    wanted = sought(ResourceType.ACCOUNT, project="example.com:p", accountId="a")
    imported = found(program, wanted).imports
    assert imported == {wanted.urn: f"projects/example.com:p/serviceAccounts/{email}"}


SECRET_INPUTS = {"project": "p", "location": "europe-west4", "secretId": "s"}


def test_a_label_may_be_the_mark_beside_others(program: Program) -> None:
    labels = {"vertex-residency": mark(), "goog-pulumi-provisioned": "true"}
    answers(program, ResourceType.SECRET, labels=labels, name=NUMBER)
    wanted = sought(ResourceType.SECRET, **SECRET_INPUTS)
    expected = "projects/p/locations/europe-west4/secrets/s"
    assert found(program, wanted).imports == {wanted.urn: expected}


@pytest.mark.parametrize("where", ["cloud", "state"])
@pytest.mark.parametrize(("data", "taken"), [("{}", True), ("[]", False)])
def test_a_version_is_asked_for_by_the_name_that_google_gives_its_secret(
    program: Program, where: str, data: str, taken: bool
) -> None:
    secret = sought(ResourceType.SECRET, **SECRET_INPUTS)
    version = sought(ResourceType.SECRET_VERSION, secret.urn, secretData="{}")
    if where == "cloud":
        answers(program, ResourceType.SECRET, labels={"vertex-residency": mark()}, name=NUMBER)
    answers(program, ResourceType.SECRET_VERSION, secretData=data, version="7")
    state = {secret.urn: {"name": NUMBER}} if where == "state" else {}
    imports = found(program, secret, version, state=state).imports
    assert imports.get(version.urn) == (f"{NUMBER}/versions/7" if taken else None)


def test_the_versions_of_somebody_elses_secret_are_not_even_read(program: Program) -> None:
    secret = sought(ResourceType.SECRET, **SECRET_INPUTS)
    answers(program, ResourceType.SECRET, labels={}, name=NUMBER)
    answers(program, ResourceType.SECRET_VERSION, secretData="{}", version="7")
    version = sought(ResourceType.SECRET_VERSION, secret.urn, secretData="{}")
    assert found(program, secret, version).imports == {}
    assert LOOKUPS[ResourceType.SECRET_VERSION].function not in [
        function for function, _ in program.calls
    ]


NETWORK = "projects/p/global/networks/a"
WHOLE_NETWORK = f"https://www.googleapis.com/compute/v1/{NETWORK}"
ADDRESS: dict[str, object] = {
    "network": NETWORK,
    "purpose": "PRIVATE_SERVICE_CONNECT",
    "addressType": "INTERNAL",
    "address": None,
}


@pytest.mark.parametrize(
    ("changed", "taken"),
    [
        ({}, True),
        ({"address": "10.0.0.9"}, False),
        ({"network": "projects/p/global/networks/b"}, False),
        ({"purpose": "VPC_PEERING"}, False),
    ],
)
def test_what_would_be_replaced_is_not_taken_over(
    program: Program, changed: dict[str, object], taken: bool
) -> None:
    answer = ADDRESS | {"address": "10.0.0.3", "network": WHOLE_NETWORK}
    answers(program, ResourceType.GLOBAL_ADDRESS, **answer)
    inputs = {"project": "p", "name": f"vertex{mark()}"} | ADDRESS | changed
    wanted = Sought(COMPONENT, ResourceType.GLOBAL_ADDRESS, "name", inputs)
    assert bool(found(program, wanted).imports) is taken


@pytest.mark.parametrize("own", [True, False])
def test_a_record_belongs_to_the_zone_that_bears_the_mark(program: Program, own: bool) -> None:
    answers(program, ResourceType.RECORD, ttl=60, rrdatas=["10.0.0.9"])
    zone = f"vertex{mark()}" if own else "theirs"
    wanted = sought(ResourceType.RECORD, project="p", managedZone=zone, name="a.", type="A")
    expected = [f"projects/p/managedZones/{zone}/rrsets/a./A"] if own else []
    assert list(found(program, wanted).imports.values()) == expected


def test_what_has_no_look_up_is_named_where_the_state_lacks_it(program: Program) -> None:
    lacking = sought(ResourceType.REGIONAL_ENDPOINT, project="p", location="l", name="n")
    had = Sought(COMPONENT, ResourceType.REGIONAL_ENDPOINT, "other")
    assert found(program, lacking, had, state={had.urn: {}}).unread == {lacking.urn}


def test_what_no_function_reads_still_has_an_id_to_import_it_by() -> None:
    policy = {"name": "projects/p/policies/a.b", "parent": "projects/p"}
    assert import_id(ResourceType.POLICY, policy) == "projects/p/policies/a.b"
    endpoint = {"project": "p", "location": "l", "name": "n"}
    expected = "projects/p/locations/l/regionalEndpoints/n"
    assert import_id(ResourceType.REGIONAL_ENDPOINT, endpoint) == expected
    assert import_id(ResourceType.REGIONAL_ENDPOINT, {"project": "p"}) is None
    assert import_id(ResourceType.BINDING, policy) is None


@pytest.mark.parametrize("kind", sorted(LOOKUPS))
def test_an_id_is_made_of_what_is_asked_or_answered(kind: str) -> None:
    lookup = LOOKUPS[kind]
    assert lookup.id.format_map(dict.fromkeys((*lookup.by, "version", "email"), "x"))
    assert not set(lookup.same) & set(lookup.by)
    assert lookup.inside is None or lookup.inside in lookup.by
    assert (lookup.mark is None) == (lookup.inside is not None)
    assert kind not in UNREAD


def test_the_urn_that_is_computed_is_the_one_that_the_engine_gives(program: Program) -> None:
    program.run(lambda: Marked("c"))
    component, child = program.named("c"), program.named("x")
    # Mocks name the stack among the types, and the engine leaves it out.
    given = [one.urn.replace("pulumi:pulumi:Stack$", "") for one in (component, child)]
    assert given[0] == root_urn("t:index:Marked", "c")
    assert given[1] == root_urn("t:index:Child", "x", inside="t:index:Marked")


class Marked(pulumi.ComponentResource):
    """A component with marks of two children."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("t:index:Marked", name, {}, opts)
        self.marks = Marks(self, opts)
        pulumi.ComponentResource("t:index:Child", "x", {}, pulumi.ResourceOptions(parent=self))


def test_a_mark_is_of_the_place_wherever_the_component_is(program: Program) -> None:
    plain: list[object] = []
    later: list[str] = []

    def body() -> None:
        plain.extend(Marked("a").marks.of(child) for child in ("x", "y"))
        outer = pulumi.ComponentResource("t:index:Outer", "outer")
        inner = Marked("a", pulumi.ResourceOptions(parent=outer)).marks
        pulumi.Output.from_input(inner.of("x")).apply(later.append)
        pulumi.Output.from_input(inner.name("x")).apply(later.append)

    # The two children are called alike, but stand in different places.
    program.run(body)
    assert all(isinstance(one, str) for one in plain)
    nested = "urn:pulumi:dev::vertex-residency::t:index:Outer$t:index:Marked::a"
    assert sorted(later) == sorted([mark_of(nested, "x"), marked_name(mark_of(nested, "x"))])
    assert len({*plain, later[0]}) == 3


def test_texts_and_names_with_a_mark_fit_everywhere() -> None:
    assert marked_text("d" * 300, "01234567") == f"{'d' * 245} (01234567)"
    assert len(marked_text("d" * 300, "01234567", 100)) == 100
    names = [marked_name("01234567"), marked_name("01234567", "a"), marked_name("01234567", "b")]
    # A forwarding rule to Google's APIs takes the fewest characters.
    assert all(re.fullmatch(r"[a-z][a-z0-9]{0,19}", name) for name in names)
    assert len(set(names)) == 3


def test_a_search_asks_for_all_at_the_same_time(program: Program) -> None:
    running: list[int] = []
    most: list[int] = []

    async def slow(*_: object) -> None:
        running.append(1)
        most.append(len(running))
        await asyncio.sleep(0.01)
        running.pop()

    wanted = [
        Sought(COMPONENT, ResourceType.ROLE, f"r{n}", {"project": "p", "roleId": f"r{n}"})
        for n in range(9)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("components.registration.search._look_up", slow)
        found(program, *wanted)
    assert max(most) == len(wanted)
