"""The whole way on the real engine: stack file, placement, components, emulated cloud."""

import concurrent.futures
from pathlib import Path

import pytest

from sandbox.workspace import Result
from tests.engine.projects import ProjectSandbox, begin, change, copy_of_the_project, everything
from tests.exported import EXPORTED
from tests.paths import ROOT

pytestmark = pytest.mark.engine

STACKS = ("dev", "prod", "snapshot-2025", "staging")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_of_the_project(tmp_path)


def registered(result: Result) -> set[str]:
    """The types of what a command of the engine did something to."""
    return {step.type for step in result.steps}


@pytest.mark.parametrize("stack", STACKS)
def test_every_committed_stack_previews_without_an_error(
    project_sandbox: ProjectSandbox, stack: str
) -> None:
    result = project_sandbox().preview(stack)
    assert result.ok, result.text
    assert "vertex-residency:index:ModelEndpoint" in registered(result)


def test_a_preview_leaves_the_committed_files_alone(project_sandbox: ProjectSandbox) -> None:
    before = {path: path.read_bytes() for path in (ROOT / "stacks").iterdir()}
    project_sandbox().up("dev")
    assert {path: path.read_bytes() for path in (ROOT / "stacks").iterdir()} == before


LAST_OUTPUTS_PROVIDER = "pulumi:providers:pulumi"
"""What the engine makes for its own function that answers with a stack's outputs."""


def test_a_refused_deployment_registers_nothing_but_the_stack(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    change(copy, "dev", chat={"model": "gemini-3.8-flash", "residency": "de"})
    sandbox = project_sandbox(copy)
    result = sandbox.preview("dev")
    assert not result.ok
    assert registered(result) <= {"pulumi:pulumi:Stack", LAST_OUTPUTS_PROVIDER}
    result = sandbox.up("dev")
    assert not result.ok
    assert registered(result) <= {"pulumi:pulumi:Stack"}


def test_a_refusal_is_printed_once_with_the_way_to_every_location_and_without_a_traceback(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    change(copy, "dev", chat={"model": "gemini-3.8-flash", "residency": "de"})
    result = project_sandbox(copy).preview("dev")
    diagnostics = result.text.partition("Diagnostics:")[2]
    assert diagnostics.count("is served nowhere in Germany") == 1
    assert "Traceback" not in result.text
    assert "chat: gemini-3.8-flash" in diagnostics
    command = "python -m availability plan stacks/Pulumi.dev.yaml --explain"
    assert diagnostics.count(command) == 1
    assert diagnostics.index("pulumi config set") < diagnostics.index(command)
    assert "pulumi config set --path vertex-residency:deployments.chat.residency" in diagnostics
    assert "stacks/Pulumi.dev.yaml:" in diagnostics


def test_two_bad_deployments_are_reported_together(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    change(
        copy,
        "dev",
        chat={"model": "gemini-3.8-flash", "residency": "de"},
        search={"model": "gemini-embeding-2"},
    )
    text = project_sandbox(copy).preview("dev").text
    assert "2 of 3 deployments of stack dev refused" in text
    assert "chat: gemini-3.8-flash" in text
    assert "search: 'gemini-embeding-2'" in text


def test_all_mistakes_of_a_configuration_are_reported_together_with_their_lines(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    change(copy, "dev", chat={"residncy": "de"}, search={"needs": ["cache"]}, Bad={"model": "x"})
    result = project_sandbox(copy).preview("dev")
    assert not result.ok
    assert registered(result) <= {"pulumi:pulumi:Stack"}
    assert "3 mistakes in the configuration of stack dev" in result.text
    for path in ("chat.residncy", "search.needs[0]", "Bad"):
        assert f"vertex-residency:deployments.{path}: " in result.text
    assert "Traceback" not in result.text


def test_a_refusal_on_a_stack_that_is_up_deletes_nothing_and_keeps_its_outputs(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    sandbox = project_sandbox(copy)
    begin(sandbox, "dev")
    outputs, cloud = sandbox.outputs("dev"), everything(sandbox)
    change(copy, "dev", chat={"residency": "de"})
    for command in (sandbox.preview, sandbox.up):
        result = command("dev")
        assert not result.ok
        assert "delete" not in result.changes
    assert everything(sandbox) == cloud
    assert sandbox.outputs("dev") == outputs


def test_prod_goes_up_stays_as_it_is_and_goes_down_but_for_the_services(
    project_sandbox: ProjectSandbox,
) -> None:
    sandbox = project_sandbox()
    assert sandbox.up("prod").ok
    deployments = sandbox.outputs("prod")["deployments"]
    assert set(deployments) == {"chat", "review", "search", "support"}
    hosts = {"eu": "aiplatform.eu.rep.googleapis.com"}
    for outputs in deployments.values():
        assert set(outputs) == EXPORTED
        location = outputs["location"]
        host = hosts.get(location, f"{location}-aiplatform.googleapis.com")
        assert outputs["endpointUrl"].startswith(f"https://{host}/v1/")
    boundaries = {name: outputs["boundary"] for name, outputs in deployments.items()}
    assert boundaries == {
        "chat": "eu",
        "review": "eu",
        "search": "eu",
        "support": "europe-west3",
    }
    assert deployments["chat"]["serviceAccount"] is None
    assert deployments["support"]["serviceAccount"].endswith("@acme-prod.iam.gserviceaccount.com")
    assert set(sandbox.up("prod").changes) == {"same"}
    assert set(sandbox.refresh("prod").changes) == {"same"}
    assert sandbox.destroy("prod").ok
    left = everything(sandbox)
    assert left
    assert {token for token, _ in left} == {"gcp:projects/service:Service"}


def test_two_stacks_share_a_project_and_destroying_one_leaves_the_other_whole(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    path = copy / "stacks" / "Pulumi.dev.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("acme-dev", "acme-prod"))
    sandbox = project_sandbox(copy)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = list(pool.map(sandbox.up, ("dev", "prod")))
    assert [result.ok for result in results] == [True, True], results[0].text + results[1].text
    assert sandbox.destroy("dev").ok
    for command in (sandbox.refresh, sandbox.up):
        result = command("prod")
        assert set(result.changes) == {"same"}, result.text


def test_an_old_snapshot_is_called_stale_once_and_says_what_is_known_since(
    project_sandbox: ProjectSandbox,
) -> None:
    text = project_sandbox().preview("snapshot-2025").text.partition("Diagnostics:")[2]
    assert text.count("stale-snapshot: ") == 1
    assert text.count("newer-facts: ") == 3
    assert "floating-snapshot" not in text


def test_tuning_exports_where_its_jobs_run(project_sandbox: ProjectSandbox, copy: Path) -> None:
    tuned: dict[str, object] = {"model": "gemini-3.5-flash", "needs": ["tuning"], "residency": "eu"}
    change(copy, "staging", chat=tuned)
    sandbox = project_sandbox(copy)
    result = sandbox.up("staging")
    assert result.ok, result.text
    outputs = sandbox.outputs("staging")["deployments"]
    assert outputs["chat"]["tuningLocation"] == "europe-west4"
    assert "tuningLocation" not in outputs["search"]


def test_a_waiver_keeps_a_shut_down_model_from_blocking_the_others_until_its_day(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    waiver = {"rule": "retired", "until": "2026-12-01", "reason": "the move is in review"}
    change(copy, "staging", old={"model": "gemini-2.5-pro", "accept": [waiver]})
    path = copy / "stacks" / "Pulumi.staging.yaml"
    committed = path.read_text(encoding="utf-8")
    for day, is_placed in (("2026-12-01", True), ("2026-12-02", False)):
        key = f"config:\n  vertex-residency:asOf: {day}\n"
        path.write_text(committed.replace("config:\n", key, 1), encoding="utf-8")
        result = project_sandbox(copy).preview("staging")
        assert result.ok == is_placed, result.text
        assert "the move is in review" in " ".join(result.text.split())


def test_moving_a_deployment_keeps_its_identity(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    sandbox = project_sandbox(copy)
    begin(sandbox, "prod")
    account = sandbox.outputs("prod")["deployments"]["support"]["serviceAccount"]
    change(copy, "prod", support={"residency": {"within": "gb", "guarantee": "ml-processing"}})
    result = sandbox.up("prod")
    assert result.ok, result.text
    after = sandbox.outputs("prod")["deployments"]["support"]
    assert (after["location"], after["serviceAccount"]) == ("europe-west2", account)
    assert not {"delete", "replace", "create"} & set(result.changes)
