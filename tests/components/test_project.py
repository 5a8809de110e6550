"""What a stack needs once in its project: services that stay, and a caller role a need."""

import csv
import re
from typing import Any, cast

import pulumi
import pulumi_gcp as gcp
import pytest

from availability.facts.needs import Need
from availability.input.tables import DATA
from components import ProjectBaseline, ProjectBaselineArgs
from components.registration.identifiers import Owner, role_id
from tests.components.recording import (
    BASELINE,
    BINDING,
    DEV,
    PROJECT,
    ROLE,
    SERVICE,
    Program,
    caller_role,
)

GOOGLE = {
    "aiplatform.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "serviceusage.googleapis.com",
}
PROCUREMENT = "cloudcommerceconsumerprocurement.googleapis.com"


def baseline(*needs: str, opts: pulumi.ResourceOptions | None = None, **args: Any) -> None:
    given = {"publishers": ["google"], "needs": list(needs), **args}
    ProjectBaseline("project", cast("ProjectBaselineArgs", given), opts)


def published_permissions() -> dict[str, list[str]]:
    """The rows of the file, read without the project's own reader."""
    text = (DATA / "vertex_permissions.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["need"]: row["permissions"].split() for row in rows}


@pytest.mark.parametrize(
    ("publishers", "partners"),
    [
        (["google"], set[str]()),
        (["anthropic", "google"], {PROCUREMENT}),
        (["meta"], {PROCUREMENT}),
        (["mistralai"], {PROCUREMENT}),
    ],
    ids=["google", "anthropic-google", "meta", "mistralai"],
)
def test_the_services_are_those_that_the_publishers_models_need(
    program: Program, publishers: list[str], partners: set[str]
) -> None:
    program.run(lambda: baseline(publishers=publishers))
    assert {one.inputs["service"] for one in program.of_type(SERVICE)} == GOOGLE | partners


def test_no_service_is_disabled_by_a_destroy(program: Program) -> None:
    program.run(lambda: baseline(publishers=["anthropic"]))
    assert [one.inputs["disableOnDestroy"] for one in program.of_type(SERVICE)] == [False] * 5


@pytest.mark.parametrize("need", list(Need))
def test_a_baseline_has_a_role_for_the_need_and_one_to_send_requests(
    program: Program, need: str
) -> None:
    program.run(lambda: baseline(need))
    permissions = published_permissions()
    assert {
        one.name.removeprefix("project-"): one.inputs["permissions"]
        for one in program.of_type(ROLE)
    } == {name: permissions[name] for name in ("predict", need) if permissions.get(name)}


def test_provisioned_throughput_has_no_role(program: Program) -> None:
    program.run(lambda: baseline("provisioned-throughput"))
    assert [one.name for one in program.of_type(ROLE)] == ["project-predict"]


def test_a_need_of_two_deployments_has_one_role(program: Program) -> None:
    program.run(lambda: baseline("tuning", "tuning"))
    assert [one.name for one in program.of_type(ROLE)] == ["project-predict", "project-tuning"]


def test_a_need_is_read_as_in_a_stack_file(program: Program) -> None:
    program.run(lambda: baseline("Tuning"))
    assert [one.name for one in program.of_type(ROLE)] == ["project-predict", "project-tuning"]


def test_a_role_is_made_when_its_service_is_active(program: Program) -> None:
    program.run(baseline)
    assert program.named("project-iam").urn in program.named("project-predict").depends_on


@pytest.mark.parametrize("stack", ["dev", "team.dev-1", "x" * 60])
def test_a_stacks_roles_carry_its_name(stack: str) -> None:
    program = Program(stack)
    program.run(baseline)
    [role] = program.of_type(ROLE)
    assert role.inputs["roleId"] == role_id("predict", Owner("vertex-residency", stack))
    assert re.sub("[^a-z0-9]+", "_", stack)[:11] in role.inputs["roleId"]


def test_the_next_generation_of_roles_has_ids_of_its_own(program: Program) -> None:
    program.run(lambda: baseline("tuning", generation=2))
    ids = {one.inputs["roleId"] for one in program.of_type(ROLE)}
    assert ids == {role_id(need, DEV, 2) for need in ("predict", "tuning")}


def test_an_adopted_role_has_its_id_and_what_the_need_needs(program: Program) -> None:
    program.run(lambda: baseline("tuning", adopt={"tuning": "ourTuner"}, generation=2))
    tuning, predict = program.named("project-tuning"), program.named("project-predict")
    assert (tuning.inputs["roleId"], tuning.retained) == ("ourTuner", True)
    assert tuning.inputs["permissions"] == published_permissions()["tuning"]
    own_id = role_id("predict", DEV, 2)
    assert (predict.inputs["roleId"], predict.retained) == (own_id, False)
    adopted = f"projects/{PROJECT}/roles/ourTuner"
    assert (tuning.import_id, predict.import_id) == (adopted, "")


GET_ROLE = "gcp:projects/getIamCustomRole:getIamCustomRole"


def lost_by_adopting(program: Program) -> list[str]:
    return [text for _, text in program.warnings if text.startswith("Adopting ")]


@pytest.mark.parametrize("preview", [False, True])
def test_what_others_lose_by_an_adoption_is_said_before_it(preview: bool) -> None:
    program = Program(preview=preview)
    own = published_permissions()["tuning"]
    permissions = ["storage.objects.get", *own, "a.b.c"]
    program.set_answer(
        GET_ROLE, lambda asked: {"permissions": permissions} if asked == ASKED else None
    )
    program.run(lambda: baseline("tuning", adopt={"tuning": "ourTuner"}))
    [said] = lost_by_adopting(program)
    start = f"Adopting projects/{PROJECT}/roles/ourTuner takes a.b.c, storage.objects.get out of it"
    assert said.startswith(start)


ASKED = {"project": PROJECT, "roleId": "ourTuner"}


@pytest.mark.parametrize("permissions", [["aiplatform.endpoints.predict"], None])
def test_an_adoption_that_takes_nothing_away_is_not_warned_about(
    program: Program, permissions: list[str] | None
) -> None:
    if permissions:
        program.set_answer(GET_ROLE, {"permissions": permissions})
    program.run(lambda: baseline(adopt={"predict": "ourCaller"}))
    assert [name for name, _ in program.calls] == [GET_ROLE]
    assert lost_by_adopting(program) == []


def test_a_role_is_adopted_in_a_project_that_an_explicit_provider_names(program: Program) -> None:
    def body() -> None:
        other = gcp.Provider("other", project="acme-other")
        options = pulumi.ResourceOptions(provider=other)
        baseline("tuning", adopt={"tuning": "ourTuner"}, opts=options)

    program.run(body)
    assert program.named("project-tuning").import_id == "projects/acme-other/roles/ourTuner"


def test_a_role_is_not_adopted_in_a_project_that_a_preview_does_not_know() -> None:
    program = Program(preview=True)

    def body() -> None:
        seed = gcp.serviceaccount.Account("seed", account_id="seed-account")
        baseline("tuning", adopt={"tuning": "ourTuner"}, project=seed.email)

    with pytest.raises(pulumi.RunError, match=r"project\.adopt: the project is not known yet"):
        program.run(body)


def test_a_baseline_that_adopts_nothing_looks_up_nothing(program: Program) -> None:
    program.run(lambda: baseline("tuning"))
    assert program.calls == []
    assert {one.import_id for one in program.registered} == {""}


def test_a_baseline_binds_nobody(program: Program) -> None:
    program.run(lambda: baseline("tuning"))
    assert program.of_type(BINDING) == []


def test_everything_of_a_baseline_is_its_child(program: Program) -> None:
    program.run(lambda: baseline("tuning"))
    own = program.named("project")
    children = [one for one in program.registered if one != own]
    assert {one.parent for one in children} == {own.urn}


def test_a_baseline_has_its_type_token(program: Program) -> None:
    program.run(baseline)
    assert program.named("project").type == BASELINE


@pytest.mark.parametrize("preview", [False, True])
def test_the_outputs_of_a_baseline_are_known_in_a_preview_already(preview: bool) -> None:
    program = Program(preview=preview)
    program.run(lambda: baseline("tuning", "provisioned-throughput"))
    outputs = program.outputs("project")
    assert outputs | {"services": set(outputs["services"])} == {
        "project": PROJECT,
        "services": GOOGLE,
        "roles": {
            "predict": caller_role("predict"),
            "tuning": caller_role("tuning"),
        },
    }


def test_a_baseline_goes_to_the_project_of_an_explicit_provider(program: Program) -> None:
    def body() -> None:
        other = gcp.Provider("other", project="acme-other")
        baseline(opts=pulumi.ResourceOptions(provider=other))

    program.run(body)
    children = [*program.of_type(SERVICE), *program.of_type(ROLE)]
    assert {one.inputs["project"] for one in children} == {"acme-other"}
    assert all("::other::" in one.provider for one in children)


@pulumi.runtime.test  # pyright: ignore[reportUnknownMemberType]
def test_the_roles_of_a_baseline_are_there_for_endpoints() -> pulumi.Output[None]:
    made = ProjectBaseline("project", {"publishers": ["google"], "needs": ["tuning"]})

    def check(roles: dict[str, str]) -> None:
        assert list(roles) == ["predict", "tuning"]

    return made.roles.apply(check)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "project.publishers: expected a list of publishers"),
        ({"publishers": []}, "project.publishers: expected a list of publishers"),
        ({"publishers": "google"}, "project.publishers: expected a list of publishers"),
        ({"publishers": ["google"], "need": ["tuning"]}, "project.need: unknown key 'need'"),
        (
            {"publishers": ["google"], "generation": 0},
            "project.generation: expected a whole number",
        ),
        ({"publishers": ["google"], "adopt": {"tune": "a"}}, "project.adopt.tune: no role is for"),
    ],
)
def test_bad_arguments_of_a_baseline_register_nothing(
    program: Program, args: dict[str, Any], message: str
) -> None:
    with pytest.raises(pulumi.RunError, match=message):
        program.run(lambda: ProjectBaseline("project", cast("ProjectBaselineArgs", args)))
    assert program.registered == []
