"""One binding for each (role, member) of a project, whoever asks first."""

from collections.abc import Callable, Sequence

import pulumi
import pulumi_gcp as gcp
import pytest
from recording import ALICE, BINDING, BOB, CHAT, Program, Registered, endpoint

from components import ProjectBaseline
from components.bindings import Condition, Labelled, bind

PREDEFINED = "roles/aiplatform.user"
CUSTOM = "projects/acme-dev/roles/vertexResidency"


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
        (f"{CUSTOM}Predict_dev", ALICE),
        (f"{CUSTOM}ContextCaching_dev", ALICE),
        (f"{CUSTOM}Predict_dev", BOB),
        (f"{CUSTOM}Tuning_dev", BOB),
        (f"{CUSTOM}Predict_dev", CHAT),
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
    member, role = Labelled(ALICE, ALICE), Labelled("roles/viewer", "roles/viewer")
    project = Labelled("acme-dev", "acme-dev")

    def body() -> None:
        bind(project, role, member)
        bind(project, role, member, Condition("until June", "request.time < x"))
        bind(project, role, member, Condition("until June", "request.time < x"))

    program.run(body)
    given = {str(one.inputs.get("condition")) for one in program.of_type(BINDING)}
    assert len(program.of_type(BINDING)) == len(given) == 2
