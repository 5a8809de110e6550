"""One binding for each (role, member) of a project, whoever asks first."""

from collections.abc import Callable, Sequence
from typing import cast

import pulumi
import pulumi_gcp as gcp
import pytest

from components import ProjectBaseline
from components.registration.bindings import Condition, bind
from components.registration.readiness import program as state
from tests.components.recording import (
    ACCOUNT_BINDING,
    ALICE,
    BINDING,
    BOB,
    CHAT,
    Program,
    Registered,
    caller_role,
    endpoint,
)

PREDEFINED = "roles/aiplatform.user"


def contents(bindings: Sequence[Registered]) -> dict[str, tuple[str, str, str]]:
    """Name -> (project, role, member)."""
    return {
        one.name: (one.inputs["project"], one.inputs["role"], one.inputs["member"])
        for one in bindings
    }


def with_baseline(*deployments: tuple[str, Sequence[str], Sequence[str]]) -> None:
    """Endpoints (name, needs, callers) with the roles of one baseline."""
    needs = sorted({need for _, needs, _ in deployments for need in needs})
    made = ProjectBaseline("project", {"publishers": ["google"], "needs": needs})
    for name, own, callers in deployments:
        endpoint(name, needs=list(own), callers=list(callers), roles=made.role_by_need)


def test_two_deployments_with_one_caller_share_a_binding(program: Program) -> None:
    program.run(lambda: [endpoint(name, callers=[ALICE]) for name in ("chat", "search")])
    assert len(program.of_type(BINDING)) == 1


def test_each_caller_has_its_own_binding(program: Program) -> None:
    program.run(lambda: endpoint(callers=[ALICE, BOB]))
    assert program.bindings == {(PREDEFINED, ALICE), (PREDEFINED, BOB)}


def test_a_caller_gets_only_its_own_deployments_roles(program: Program) -> None:
    program.run(
        lambda: with_baseline(
            ("chat", ["context-caching"], [ALICE]),
            ("lab", ["tuning", "provisioned-throughput"], [BOB]),
            ("search", [], [CHAT]),
        )
    )
    assert program.bindings == {
        (caller_role("predict"), ALICE),
        (caller_role("context-caching"), ALICE),
        (caller_role("predict"), BOB),
        (caller_role("tuning"), BOB),
        (caller_role("predict"), CHAT),
    }


def test_a_caller_of_two_deployments_is_bound_once_to_what_they_share(program: Program) -> None:
    program.run(
        lambda: with_baseline(("chat", ["tuning"], [ALICE]), ("lab", ["tuning"], [ALICE, BOB]))
    )
    assert len(program.of_type(BINDING)) == 4
    assert len(program.bindings) == 4


def test_a_need_that_is_spelt_differently_is_bound_to_its_role(program: Program) -> None:
    roles = {"predict": "roles/a", "tuning": "roles/b"}
    program.run(lambda: endpoint(needs=["Tuning"], roles=roles, callers=[ALICE]))
    assert program.bindings == {("roles/a", ALICE), ("roles/b", ALICE)}


def test_a_binding_has_no_endpoint_as_its_parent(program: Program) -> None:
    program.run(lambda: endpoint(callers=[ALICE]))
    [binding] = program.of_type(BINDING)
    assert "::pulumi:pulumi:Stack::" in binding.parent


def test_bindings_survive_another_order_of_deployments() -> None:
    deployments = [("chat", ["tuning"], [ALICE, BOB]), ("lab", ["tuning"], [ALICE])]
    seen: list[dict[str, tuple[str, str, str]]] = []
    for order in (deployments, deployments[::-1]):
        program = Program()
        program.run(lambda order=order: with_baseline(*order))
        seen.append(contents(program.of_type(BINDING)))
    assert seen[0] == seen[1]


def test_a_shared_binding_survives_the_deployment_that_asked_first() -> None:
    seen: list[str] = []
    for names in (("chat", "search"), ("search",)):
        program = Program()
        program.run(lambda names=names: [endpoint(name, callers=[ALICE]) for name in names])
        seen += [one.urn for one in program.of_type(BINDING)]
    assert seen[0] == seen[1]


def test_a_binding_survives_a_move_of_its_deployment() -> None:
    seen: list[dict[str, tuple[str, str, str]]] = []
    for location in ("europe-west1", "europe-west9"):
        program = Program()
        program.run(lambda location=location: endpoint(location=location))
        seen.append(contents(program.of_type(BINDING)))
    assert seen[0] == seen[1]


def test_two_programs_of_one_process_do_not_share_bindings() -> None:
    for stack in ("dev", "prod"):
        program = Program(stack)
        program.run(lambda: endpoint(callers=[ALICE]))
        assert program.bindings == {(PREDEFINED, ALICE)}, stack


def in_two_projects() -> None:
    for project in ("acme-one", "acme-two"):
        endpoint(project, project=project, callers=[ALICE])


def in_two_providers() -> None:
    for project in ("acme-one", "acme-two"):
        provider = gcp.Provider(f"to-{project}", project=project)
        endpoint(project, pulumi.ResourceOptions(provider=provider), callers=[ALICE])


def in_two_projects_that_come_later() -> None:
    for project in ("acme-one", "acme-two"):
        endpoint(project, project=pulumi.Output.from_input(project), callers=[ALICE])


def in_two_projects_of_one_provider() -> None:
    options = pulumi.ResourceOptions(provider=gcp.Provider("both", project="acme-none"))
    for project in ("acme-one", "acme-two"):
        later = pulumi.Output.from_input(project)
        endpoint(project, options, project=later, callers=[ALICE])


@pytest.mark.parametrize(
    "body",
    [
        in_two_projects,
        in_two_providers,
        in_two_projects_that_come_later,
        in_two_projects_of_one_provider,
    ],
)
def test_endpoints_of_two_projects_have_a_binding_in_each(
    program: Program, body: Callable[[], None]
) -> None:
    program.run(body)
    assert sorted(contents(program.of_type(BINDING)).values()) == [
        ("acme-one", PREDEFINED, ALICE),
        ("acme-two", PREDEFINED, ALICE),
    ]


def test_two_endpoints_with_roles_that_come_later_are_bound_to_both(program: Program) -> None:
    def body() -> None:
        for name in ("roles/a", "roles/b"):
            endpoint(name, role=pulumi.Output.from_input(name), callers=[ALICE])

    program.run(body)
    assert program.bindings == {("roles/a", ALICE), ("roles/b", ALICE)}


def test_a_condition_makes_another_binding(program: Program) -> None:
    def body() -> None:
        bind("acme-dev", "roles/viewer", ALICE)
        for _ in range(2):
            condition = Condition("until June", "request.time < x")
            bind("acme-dev", "roles/viewer", ALICE, condition)

    program.run(body)
    given = {str(one.inputs.get("condition")) for one in program.of_type(BINDING)}
    assert len(program.of_type(BINDING)) == len(given) == 2


Spelling = Callable[[], tuple[pulumi.Input[str], pulumi.Input[str], pulumi.Input[str]]]
"""Makes (project, role, member) in the program that is running."""


def later(text: str) -> pulumi.Output[str]:
    return pulumi.Output.from_input(text)


SPELLINGS: dict[str, Spelling] = {
    "texts": lambda: ("acme-dev", "roles/viewer", ALICE),
    "the project as an Output": lambda: (later("acme-dev"), "roles/viewer", ALICE),
    "the project by its resource name": lambda: ("projects/acme-dev", "roles/viewer", ALICE),
    "the role as an Output": lambda: ("acme-dev", later("roles/viewer"), ALICE),
    "the member as an Output": lambda: ("acme-dev", "roles/viewer", later(ALICE)),
    "the member in capitals": lambda: ("acme-dev", "roles/viewer", "user:Alice@ACME.example"),
    "all as Outputs": lambda: (
        later("projects/acme-dev"),
        later("roles/viewer"),
        later("user:ALICE@acme.example"),
    ),
}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_binding_has_one_name_and_values_in_every_spelling(
    spelling: Spelling, preview: bool
) -> None:
    seen: list[tuple[str, dict[str, object]]] = []
    for each in (SPELLINGS["texts"], spelling):
        program = Program(preview=preview)
        program.run(lambda each=each: bind(*each()))
        [binding] = program.of_type(BINDING)
        seen.append((binding.urn, binding.inputs))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("reverse", [False, True])
def test_one_binding_in_all_its_spellings_is_made_once(program: Program, reverse: bool) -> None:
    order = sorted(SPELLINGS, reverse=reverse)
    program.run(lambda: [bind(*SPELLINGS[name]()) for name in order])
    assert [*contents(program.of_type(BINDING)).values()] == [("acme-dev", "roles/viewer", ALICE)]


def configured() -> None:
    endpoint(callers=[ALICE])


def given_as_text() -> None:
    endpoint(project="acme-dev", callers=[ALICE])


def given_as_output() -> None:
    endpoint(project=later("acme-dev"), callers=[ALICE])


def by_an_explicit_provider() -> None:
    provider = gcp.Provider("other", project="acme-dev")
    endpoint("chat", pulumi.ResourceOptions(provider=provider), callers=[ALICE])


def of_the_roles_of_a_baseline() -> None:
    made = ProjectBaseline("project", {"publishers": ["google"]})
    endpoint(roles=made.role_by_need, callers=[ALICE])


def of_the_names_of_these_roles() -> None:
    made = ProjectBaseline("project", {"publishers": ["google"]})
    endpoint(roles=made.role_names, callers=[ALICE])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (configured, given_as_text),
        (configured, given_as_output),
        (configured, by_an_explicit_provider),
        (of_the_roles_of_a_baseline, of_the_names_of_these_roles),
    ],
)
def test_a_callers_binding_survives_another_way_to_write_its_project_or_role(
    one: Callable[[], None], other: Callable[[], None]
) -> None:
    seen: list[dict[str, tuple[str, str, str]]] = []
    for body in (one, other):
        program = Program()
        program.run(body)
        seen.append(contents(program.of_type(BINDING)))
    assert len(seen[0]) == 1
    assert seen[0] == seen[1]


OF_A_POOL = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{OF_A_POOL}/subject/Alice", f"{OF_A_POOL}/subject/alice"),
        (ALICE, BOB),
        ("user:a@acme.example", "group:a@acme.example"),
    ],
)
def test_members_that_google_tells_apart_have_a_binding_each(
    program: Program, one: str, other: str
) -> None:
    program.run(lambda: [bind("acme-dev", "roles/viewer", each) for each in (one, other)])
    assert program.bindings == {("roles/viewer", one), ("roles/viewer", other)}
    assert len(program.of_type(BINDING)) == 2


def seeded() -> pulumi.Output[str]:
    """A text that a preview doesn't know."""
    return gcp.serviceaccount.Account("seed", account_id="seed-account").member


SEEDED = "serviceAccount:seed-account@None.iam.gserviceaccount.com"
UNKNOWN_AT_FIRST: dict[str, Spelling] = {
    "the project": lambda: (seeded().apply(lambda _: "acme-dev"), "roles/viewer", SEEDED),
    "the role": lambda: ("acme-dev", seeded().apply(lambda _: "roles/viewer"), SEEDED),
    "the member": lambda: ("acme-dev", "roles/viewer", seeded()),
}


@pytest.mark.parametrize("unknown", UNKNOWN_AT_FIRST.values(), ids=UNKNOWN_AT_FIRST)
def test_a_binding_that_a_preview_does_not_know_is_said_and_comes_with_the_update(
    unknown: Spelling,
) -> None:
    preview = Program(preview=True)
    preview.run(lambda: bind(*unknown(), what="a caller of chat"))
    assert preview.of_type(BINDING) == []
    [said] = [text for _, text in preview.infos if "not in this preview" in text]
    assert said.startswith("The binding of a caller of chat is not in this preview: ")
    update = Program()
    update.run(lambda: bind(*unknown(), what="a caller of chat"))
    plain = Program()
    plain.run(lambda: bind("acme-dev", "roles/viewer", SEEDED))
    assert contents(update.of_type(BINDING)) == contents(plain.of_type(BINDING))
    assert len(update.of_type(BINDING)) == 1
    assert not [text for _, text in update.infos if "not in this preview" in text]


def test_an_update_in_which_something_failed_deletes_no_binding_that_it_does_not_know() -> None:
    program = Program()

    def body() -> None:
        state().registered.failed = True
        bind("acme-dev", "roles/viewer", pulumi.Output.from_input(unknown_value()), what="x")

    with pytest.raises(pulumi.RunError, match=r"The binding of x can't be registered"):
        program.run(body)
    assert program.of_type(BINDING) == []


def unknown_value() -> str:
    return cast("str", pulumi.output.UNKNOWN)


ACCOUNT_USERS = {
    "texts": lambda: [ALICE, "user:Alice@acme.example"],
    "the other way round": lambda: ["user:ALICE@acme.example", ALICE],
}


@pytest.mark.parametrize("users", ACCOUNT_USERS.values(), ids=ACCOUNT_USERS)
def test_a_user_of_an_account_in_two_spellings_is_bound_once_under_one_name(
    users: Callable[[], list[str]],
) -> None:
    seen: list[tuple[str, dict[str, object]]] = []
    for each in ([ALICE], users()):
        program = Program()
        program.run(lambda each=each: endpoint(service_account_users=each))
        [binding] = program.of_type(ACCOUNT_BINDING)
        seen.append((binding.urn, binding.inputs))
    assert seen[0] == seen[1]
    assert seen[0][1]["member"] == ALICE
