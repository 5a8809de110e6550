"""The whole program, as the language host runs it: from configuration to exports."""

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

from availability.stack.file import read_stack_file
from components.registration.readiness import HOOK
from tests.components.recording import (
    ACCOUNT,
    BASELINE,
    BINDING,
    CACHE_CONFIG,
    CLAUDE,
    ENDPOINT,
    FLASH,
    FORWARDING_RULE,
    GLOBAL_ADDRESS,
    LAST_OUTPUTS,
    POOL,
    PROJECT_POLICY,
    ROLE,
    SECRET,
    SECRET_VERSION,
    SERVICE,
    SERVICE_IDENTITY,
    ZONE,
    Program,
    caller_email,
    caller_role,
    configure,
)
from tests.components.whole_program import DEPLOYMENTS, run, stack_values
from tests.exported import EXPORTED
from tests.paths import ROOT

STACKS = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))


def test_a_stack_exports_its_snapshot_and_its_deployments(program: Program) -> None:
    run(program, stack_values())
    assert set(program.exports) == {"snapshot", "deployments", "declared"}
    assert program.exports["snapshot"] == "2025-05-12"
    assert set(program.exports["deployments"]) == {"chat", "lab", "review"}


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_an_exported_deployment_has_exactly_the_designed_keys(name: str, preview: bool) -> None:
    program = Program(preview=preview)
    run(program, stack_values())
    assert set(program.exports["deployments"][name]) == EXPORTED


def test_an_exported_service_account_is_null_where_callers_were_given(program: Program) -> None:
    run(program, stack_values())
    accounts = {name: one["serviceAccount"] for name, one in program.exports["deployments"].items()}
    assert accounts == {
        "chat": None,
        "lab": None,
        "review": caller_email("review"),
    }


def test_a_preview_exports_what_the_update_will() -> None:
    seen: list[dict[str, Any]] = []
    for preview in (True, False):
        program = Program(preview=preview)
        run(program, stack_values())
        seen.append(program.exports["deployments"])
    assert seen[0] == seen[1]


def test_a_preview_has_every_binding_of_the_update() -> None:
    seen: list[dict[str, dict[str, Any]]] = []
    for preview in (True, False):
        program = Program(preview=preview)
        run(program, stack_values())
        seen.append({one.urn: one.inputs for one in program.of_type(BINDING)})
    assert seen[0] == seen[1]
    assert len(seen[0]) == 3


WITH_EVERYTHING: dict[str, str] = {
    "guardrails": "on",
    "federation": json.dumps({"github": {"repository": "acme/chat", "ownerId": 7}}),
    "auditLogs": "true",
    "serviceAgents": "true",
    "privateAccess": json.dumps({"network": "apps"}),
    "publish": "secrets",
    "caching": "off",
    "protect": "true",
}
FEDERATED: dict[str, Any] = {
    "chat": {"model": FLASH, "needs": ["batch-prediction"], "callers": ["federation"]},
    "lab": {"model": FLASH, "workloadIdentityUsers": ["federation"]},
}


@pytest.mark.parametrize("preview", [False, True])
def test_no_resource_has_a_transform_and_nothing_of_the_cloud_is_looked_up(preview: bool) -> None:
    program = Program(preview=preview)
    run(program, stack_values(FEDERATED, **WITH_EVERYTHING))
    assert len({one.type for one in program.registered}) > 20
    assert [one.urn for one in program.registered if one.transforms] == []
    assert [one.urn for one in program.registered if one.import_id] == []
    # Of the cloud only audit logs ask: they replace what is set, and say what would go.
    assert [function for function, _ in program.calls] == [LAST_OUTPUTS, PROJECT_POLICY]


NAMED = (
    "name",
    "accountId",
    "roleId",
    "workloadIdentityPoolId",
    "secretId",
    "description",
    "labels",
)
"""The inputs that carry an id or the mark of a stack's resource, where it has one."""


def test_stacks_of_one_name_in_two_pulumi_projects_share_no_id_and_no_mark() -> None:
    seen: list[dict[tuple[str, str], str]] = []
    for project in ("team-a", "team-b"):
        program = Program(project=project)
        run(program, stack_values(FEDERATED, **WITH_EVERYTHING))
        of_stack = (ACCOUNT, ROLE, POOL, SECRET, GLOBAL_ADDRESS, FORWARDING_RULE, ZONE)
        seen.append(
            {
                (one.type, one.name): str([one.inputs.get(key) for key in NAMED])
                for one in program.registered
                if one.type in of_stack
            }
        )
    assert seen[0].keys() == seen[1].keys()
    assert {kind for kind, _ in seen[0]} >= {ACCOUNT, ROLE, POOL, SECRET}
    assert [key for key in seen[0] if seen[0][key] == seen[1][key]] == []


def test_every_resource_of_google_cloud_has_the_hook_of_the_program(program: Program) -> None:
    run(program, stack_values(FEDERATED, **WITH_EVERYTHING))
    of_google = [one for one in program.registered if one.type.startswith("gcp:")]
    assert [one.urn for one in of_google if one.on_error != (HOOK,)] == []


NOT_PROTECTED = {SERVICE, SERVICE_IDENTITY, CACHE_CONFIG, SECRET_VERSION}
"""Of these the first three outlive the stack in any case, and the last is left in the cloud."""


@pytest.mark.parametrize("protect", ["true", ""])
def test_what_callers_rely_on_is_protected_where_the_stack_asks_for_it(
    program: Program, protect: str
) -> None:
    run(program, stack_values(FEDERATED, **{**WITH_EVERYTHING, "protect": protect}))
    protected = {one.type for one in program.registered if one.protected}
    of_google = {one.type for one in program.registered if one.type.startswith("gcp:")}
    assert protected == (of_google - NOT_PROTECTED if protect else set())
    left = {one.type for one in program.registered if one.retained}
    assert (SECRET_VERSION in left) is bool(protect)


def test_a_stacks_services_are_declared_once_however_many_deployments(program: Program) -> None:
    many = {f"chat-{number}": {"model": FLASH} for number in range(7)}
    run(program, stack_values({**many, **DEPLOYMENTS}))
    services = [one.inputs["service"] for one in program.of_type(SERVICE)]
    assert len(program.of_type(ENDPOINT)) == 10
    assert sorted(services) == sorted(set(services))
    assert len(services) == 5


def test_a_stack_has_one_baseline(program: Program) -> None:
    run(program, stack_values())
    assert len(program.of_type(BASELINE)) == 1


@pytest.mark.parametrize(
    ("model", "services"), [(FLASH, 4), (CLAUDE, 5)], ids=["google", "partner"]
)
def test_the_procurement_service_comes_with_a_partners_model(
    program: Program, model: str, services: int
) -> None:
    run(program, stack_values({"chat": {"model": model}}))
    assert len(program.of_type(SERVICE)) == services


def test_a_stack_has_a_role_for_each_need_of_its_deployments(program: Program) -> None:
    run(program, stack_values())
    assert [one.name for one in program.of_type(ROLE)] == [
        "project-context-caching",
        "project-predict",
    ]


def test_a_stacks_callers_are_bound_to_its_own_roles(program: Program) -> None:
    run(program, stack_values())
    assert program.bindings == {
        (caller_role("predict"), "group:chat@acme.example"),
        (caller_role("context-caching"), "group:chat@acme.example"),
        (caller_role("predict"), f"serviceAccount:{caller_email('review')}"),
    }
    assert len(program.of_type(BINDING)) == 3


def test_accounts_and_bindings_wait_for_the_services_and_roles(program: Program) -> None:
    run(program, stack_values())
    baseline = {one.urn for one in (*program.of_type(SERVICE), *program.of_type(ROLE))}
    waiting = [*program.of_type(ACCOUNT), *program.of_type(BINDING)]
    assert [baseline - set(one.depends_on) for one in waiting] == [set()] * 4


def test_the_order_of_a_stacks_deployments_changes_nothing() -> None:
    seen: list[object] = []
    for deployments in (DEPLOYMENTS, dict(reversed(DEPLOYMENTS.items()))):
        program = Program()
        run(program, stack_values(deployments))
        names = sorted((one.urn, str(sorted(one.inputs.items()))) for one in program.registered)
        seen.append((names, program.exports))
    assert seen[0] == seen[1]


def test_the_configuration_is_read_from_the_language_hosts_environment(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(program, stack_values())
    from_memory = program.exports
    configure({})
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(stack_values()))
    hosted = Program()
    run(hosted)
    assert hosted.exports == from_memory


def test_a_project_from_the_providers_environment_is_enough(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "acme-environment")
    run(program, stack_values(gcp__project=""))
    assert "/acme-environment/" in program.exports["deployments"]["chat"]["endpointUrl"]


def test_a_misspelt_region_of_another_case_places_alike(program: Program) -> None:
    run(program, stack_values({"chat": {"model": FLASH}}, gcp__region="EUROPE-WEST9"))
    assert program.exports["deployments"]["chat"]["location"] == "europe-west9"


@pytest.mark.parametrize("stack_file", STACKS, ids=lambda path: path.stem)
def test_every_stack_of_the_project_is_placed(stack_file: Path) -> None:
    file = read_stack_file(stack_file)
    program = Program(file.stack, preview=True)
    run(program, file.values)
    assert {one.name for one in program.of_type(ENDPOINT)} == set(program.exports["deployments"])


REFUSED = {"one": {"model": FLASH}, "two": {"model": CLAUDE}, "three": {"model": FLASH}}


def test_all_refused_deployments_are_in_one_message(program: Program) -> None:
    deployments = {**REFUSED, "three": {"model": FLASH, "residency": "eu"}}
    with pytest.raises(pulumi.RunError) as raised:
        run(program, stack_values(deployments, residency="de"))
    message = str(raised.value)
    assert "2 of 3 deployments of stack dev refused" in message
    assert [f"\n{name}: " in message for name in ("one", "two", "three")] == [True, True, False]


def test_a_refused_deployment_registers_nothing_of_the_others(program: Program) -> None:
    deployments = {"good": {"model": FLASH, "residency": "eu"}, "zero": {"model": FLASH}}
    with pytest.raises(pulumi.RunError):
        run(program, stack_values(deployments, residency="de"))
    assert (program.registered, program.exports) == ([], {})


def test_a_refusals_command_corrects_this_stack(program: Program) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        run(program, stack_values({"chat": {"model": FLASH}}, residency="de"))
    assert "pulumi config set --path" in str(raised.value)
    assert "--stack dev" in str(raised.value)


MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "an unknown key of the stack": (
        stack_values(residencies="eu"),
        "vertex-residency:residencies: unknown key 'residencies'",
    ),
    "an unknown key of a deployment": (
        stack_values({"chat": {"model": FLASH, "modle": FLASH}}),
        "vertex-residency:deployments.chat.modle: unknown key 'modle'",
    ),
    "no project": (stack_values(gcp__project=""), "gcp:project: missing"),
    "an invalid project id": (stack_values(gcp__project="Acme Prod"), "gcp:project: 'Acme Prod'"),
    "no deployments": (stack_values({}), "vertex-residency:deployments: missing"),
    "a list of deployments": (stack_values([FLASH]), "vertex-residency:deployments: expected"),
    "an invalid name": (
        stack_values({"Chat Bot": {"model": FLASH}}),
        "vertex-residency:deployments.Chat Bot: invalid deployment name",
    ),
    "no residency": (
        stack_values(residency=""),
        "vertex-residency:deployments.chat.residency: no residency",
    ),
    "an unknown term": (stack_values(residency="Germany"), "vertex-residency:residency: "),
    "an unknown snapshot": (
        stack_values(snapshot="1999-01-01"),
        "vertex-residency:snapshot: no snapshot '1999-01-01'",
    ),
}


@pytest.mark.parametrize(("values", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_configuration_registers_nothing(
    program: Program, values: dict[str, str], said: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        run(program, values)
    assert said in str(raised.value)
    assert (program.registered, program.exports) == ([], {})


def test_all_mistakes_of_a_stack_are_in_one_message(program: Program) -> None:
    deployments = {"chat": {"modle": FLASH}, "lab": {"model": FLASH, "needs": ["tunning"]}}
    with pytest.raises(pulumi.RunError) as raised:
        run(program, stack_values(deployments, gcp__project="", residencies="eu"))
    first, *mistakes = str(raised.value).splitlines()
    assert first == "5 mistakes in the configuration of stack dev:"
    assert {line.partition(": ")[0] for line in mistakes} == {
        "gcp:project",
        "vertex-residency:residencies",
        "vertex-residency:deployments.chat.model",
        "vertex-residency:deployments.chat.modle",
        "vertex-residency:deployments.lab.needs[0]",
    }


def test_a_mistake_is_shown_where_the_stack_file_has_it(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "stacks" / "Pulumi.dev.yaml"
    file.parent.mkdir()
    file.write_text("config:\n  gcp:project: acme-dev\n  vertex-residency:residencies: eu\n")
    copy = tmp_path / "__main__.py"
    copy.write_bytes((ROOT / "__main__.py").read_bytes())
    configure(read_stack_file(file).values)
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: runpy.run_path(str(copy), run_name="__main__"))
    assert "stacks/Pulumi.dev.yaml:3:3: vertex-residency:residencies: " in str(raised.value)


def test_a_stack_that_follows_the_newest_snapshot_is_told_once(program: Program) -> None:
    run(program, stack_values({"chat": {"model": FLASH}}, snapshot="", residency="any"))
    floating = [one for one in program.warnings if one[1].startswith("floating-snapshot: ")]
    assert [name for name, _ in floating] == [""]


def test_a_stack_that_pins_its_snapshot_is_not_warned(program: Program) -> None:
    run(program, stack_values())
    assert not [text for _, text in program.warnings if text.startswith("floating-snapshot")]


def test_every_warning_of_a_deployment_is_logged_once(program: Program) -> None:
    run(program, stack_values())
    exported = program.exports["deployments"].items()
    assert sorted(program.warnings) == sorted(
        (name, f"{one['id']}: {one['text']}") for name, each in exported for one in each["warnings"]
    )
