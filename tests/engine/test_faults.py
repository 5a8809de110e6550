"""What real clouds do, on the real engine: APIs that are not active yet, crashes, drift, held ids.

The whole crash matrix is `make soak`; a sample of it runs with the other tests.
"""

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from availability.cloud.resource_types import LOOKUPS, UNREAD
from components.registration.identifiers import Owner, role_id, service_account_id
from sandbox.emulator import faults, shapes
from sandbox.emulator.values import Properties
from sandbox.engine import Engine
from sandbox.workspace import Result, Sandbox
from tests.engine import projects
from tests.engine.contents import FULL, STORES, Contents, contents, opened
from tests.paths import ROOT

PROJECT = "acme-prod"
ROLES = f"projects/{PROJECT}/roles"
ACCOUNTS = f"projects/{PROJECT}/serviceAccounts"
PROD = Owner("vertex-residency", "prod")
PREDICT = f"{ROLES}/{role_id('predict', PROD)}"


def account(deployment: str) -> str:
    """The id of a deployment's service account."""
    return f"{ACCOUNTS}/{service_account_id(deployment, PROD)}@{PROJECT}.iam.gserviceaccount.com"


CALLERS = "group:chat@acme.example"
POLICY = "gcp:orgpolicy/policy:Policy"

pytestmark = pytest.mark.engine
SOAK = pytest.mark.soak

MakeSandbox = Callable[..., Sandbox]


@pytest.fixture
def sandbox(tmp_path: Path, engine: Engine) -> Iterator[MakeSandbox]:
    """A sandbox of a copy of the project, whose stack `prod` can be given more keys."""
    taken = iter(range(1000))

    def make(*keys: str, **environment: str) -> Sandbox:
        folder = tmp_path / str(next(taken))
        shutil.copytree(ROOT / "stacks", folder / "project" / "stacks")
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, folder / "project" / name)
        made = Sandbox(folder / "project", folder / "sandbox", engine, environment=environment)
        configure(made, *keys)
        return made

    yield make
    for folder in tmp_path.iterdir():
        shutil.rmtree(folder, ignore_errors=True)


def full(sandbox: Sandbox, store: str = "secrets", **changes: str) -> Sandbox:
    """Give the stack `prod` every feature; `changes` replaces a key's value by another one."""
    text = FULL.replace("STORE", store)
    for key, value in changes.items():
        text, changed = re.subn(rf"(?m)(:{key}:) .*$", rf"\1 {value}", text)
        assert changed == 1
    (sandbox.project / "stacks" / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")
    return sandbox


def configure(sandbox: Sandbox, *keys: str) -> None:
    """Give the stack `prod` these keys, and of the optional ones no others."""
    committed = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    more = "".join(f"  vertex-residency:{key}\n" for key in keys)
    text = committed.replace("config:\n", f"config:\n{more}", 1)
    (sandbox.project / "stacks" / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")


def up(sandbox: Sandbox, *options: str) -> Result:
    result = sandbox.up("prod", *options)
    assert result.ok, result.text
    return result


def begin(sandbox: Sandbox) -> None:
    """The first `up` of a sandbox that nothing disturbs."""
    projects.begin(sandbox, "prod")


def diagnostics(result: Result) -> str:
    """What is said after all is done; much of it was said before, while it happened."""
    return result.text.partition("Diagnostics:")[2]


def state(sandbox: Sandbox) -> list[str]:
    """The ids of what the state holds; none of them twice, and no operation is pending."""
    exported = json.loads(sandbox.run("stack", "export", "--stack", "prod").stdout)["deployment"]
    assert not exported.get("pending_operations")
    kept = [(one["type"], one["id"]) for one in exported["resources"] if one.get("id")]
    assert len(kept) == len(set(kept))
    return [resource_id for _, resource_id in kept]


def hurried(made: Sandbox, **patience: float) -> Sandbox:
    """Give the program so much patience; by default it gives up after seconds, not minutes."""
    limits = patience or {"first": 0.2, "not_active": 1.0, "denied": 1.0}
    main = made.project / "__main__.py"
    lines = [
        "from components.registration import readiness",
        f"readiness.PATIENCE = readiness.Patience(**{limits})",
    ]
    main.write_text("\n".join([*lines, main.read_text(encoding="utf-8")]), encoding="utf-8")
    return made


class TestNotActiveYet:
    @pytest.mark.parametrize(
        "how", ["service-disabled", pytest.param("permission-denied", marks=SOAK)]
    )
    def test_an_up_waits_for_the_first_calls_to_succeed(
        self, sandbox: MakeSandbox, how: str
    ) -> None:
        disturbed = hurried(sandbox(**{faults.NOT_YET: f"{how}:5"}), first=0.25)
        result = up(disturbed)
        assert "retrying create" in result.text
        waits = [line for line in diagnostics(result).splitlines() if "Waiting for" in line]
        assert waits
        assert len(waits) == len(set(waits))
        assert "@type" not in result.text  # Google's JSON
        assert "errored" not in result.text
        undisturbed = sandbox()
        begin(undisturbed)
        assert contents(disturbed) == contents(undisturbed)
        assert set(up(disturbed).changes) == {"same"}

    @SOAK
    @pytest.mark.parametrize("how", ["service-disabled", "permission-denied"])
    def test_an_up_of_every_feature_waits_for_the_first_calls_to_succeed(
        self,
        sandbox: MakeSandbox,
        undisturbed: Callable[[str], "Undisturbed"],
        how: str,
    ) -> None:
        disturbed = full(hurried(sandbox(**{faults.NOT_YET: f"{how}:5"}), first=0.1))
        up(disturbed)
        assert contents(disturbed) == undisturbed("secrets").contents
        assert set(up(disturbed).changes) == {"same"}

    @SOAK
    def test_an_api_that_another_project_lacks_is_not_waited_for_as_long(
        self, sandbox: MakeSandbox
    ) -> None:
        theirs = "projects/acme-net"
        made = full(
            hurried(sandbox(), first=0.2, denied=1.0),
            privateAccess=f"{{network: {theirs}/global/networks/apps, "
            f"subnetwork: {theirs}/regions/europe-west4/subnetworks/apps}}",
        )
        result = made.up("prod")
        assert not result.ok
        said = " ".join(diagnostics(result).split())
        assert "compute.googleapis.com is still not active in project acme-net" in said
        assert "This stack does not activate it there" in said
        assert "gcloud services enable compute.googleapis.com --project acme-net" in said

    def test_an_api_that_stays_inactive_is_explained_once(self, sandbox: MakeSandbox) -> None:
        result = hurried(sandbox(**{faults.NOT_YET: "service-disabled:1000"})).up("prod")
        assert not result.ok
        said = diagnostics(result)
        assert said.count("iam.googleapis.com is still not active in project") == 1
        assert f"gcloud services enable iam.googleapis.com --project {PROJECT}" in said

    def test_a_permission_that_is_missing_is_explained_and_granting_it_is_enough(
        self, sandbox: MakeSandbox
    ) -> None:
        denied = hurried(sandbox(**{faults.DENY: "iam.roles.create"}))
        result = denied.up("prod")
        assert not result.ok
        assert diagnostics(result).count("Still no permission") == 1
        assert "'iam.roles.create'" in diagnostics(result)
        denied.environment.clear()
        up(denied)
        assert set(up(denied).changes) == {"same"}

    def test_the_real_provider_prints_each_failed_try_unless_it_is_told_not_to(
        self, sandbox: MakeSandbox
    ) -> None:
        loud = hurried(sandbox(**{faults.NOT_YET: "service-disabled:1", "TF_LOG": ""}), first=0.25)
        said = diagnostics(up(loud))
        assert "error: sdk.helper_schema: Error creating" in said
        assert re.search(r"\d errored", said)

    @SOAK
    def test_a_log_in_without_a_quota_project_fails_at_once_and_two_commands_mend_it(
        self, sandbox: MakeSandbox
    ) -> None:
        made = full(hurried(sandbox(**{faults.QUOTA_PROJECT: "orgpolicy.googleapis.com"})))
        result = made.up("prod")
        assert not result.ok
        assert "retrying" not in result.text
        lines = [line.strip() for line in diagnostics(result).splitlines()]
        told = [line for line in lines if line.startswith("pulumi config set gcp:")]
        assert len(told) == 2
        path = made.project / "stacks" / "Pulumi.prod.yaml"
        keys = [shlex.split(line)[3:5] for line in told]
        more = "".join(f"  {key}: {value}\n" for key, value in keys)
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        up(made)

    @SOAK
    def test_an_account_that_was_made_moments_ago_is_waited_for(
        self, sandbox: MakeSandbox, undisturbed: Callable[[str], "Undisturbed"]
    ) -> None:
        made = full(hurried(sandbox(**{faults.UNKNOWN_ACCOUNT: "2"}), first=0.1))
        said = diagnostics(up(made))
        address = account("lab").rpartition("/")[2]
        assert said.count(f"Waiting for the new service account {address}") == 1
        assert said.count("@gcp-sa-vertex-bp.iam.gserviceaccount.com to be known everywhere") == 1
        assert contents(made) == undisturbed("secrets").contents

    def test_what_could_not_be_read_once_it_was_made_is_gone_on_with(
        self, sandbox: MakeSandbox
    ) -> None:
        made = hurried(sandbox(**{faults.UNREAD: "permission-denied:1"}), first=0.1)
        refused = 0
        while not (result := made.up("prod")).ok:
            refused += 1
            said = diagnostics(result)
            assert "Google did what was asked for" in said
            assert not re.search("already exists|adopt|generation|takeOver|pulumi import", said)
        assert refused == 2  # of the roles and of the accounts; services and bindings went on
        assert result.changes["update"] > 0  # the engine's mark of the partial failures
        assert set(up(made).changes) == {"same"}
        quiet = sandbox()
        begin(quiet)
        assert contents(made) == contents(quiet)

    def test_who_may_not_read_can_still_preview(self, sandbox: MakeSandbox) -> None:
        denied = sandbox(**{faults.DENY: "iam.roles.get,iam.serviceAccounts.get"})
        assert denied.preview("prod").ok
        assert "Permission" not in up(denied).text

    def test_a_destroy_has_no_program_and_fails_at_once(self, sandbox: MakeSandbox) -> None:
        made = sandbox()
        begin(made)
        made.environment[faults.DENY] = "iam.roles.delete"
        result = made.destroy("prod")
        assert not result.ok
        assert "retrying" not in result.text
        made.environment.clear()
        assert made.destroy("prod").ok


@dataclass(frozen=True)
class Undisturbed:
    """What a full `up` makes when nothing goes wrong, and by how many calls."""

    contents: Contents
    calls: int


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> Callable[[str], Undisturbed]:
    """That of the committed stack, `""`, or of every feature with a store."""

    @cache
    def found(store: str) -> Undisturbed:
        folder = tmp_path_factory.mktemp("undisturbed")
        shutil.copytree(ROOT / "stacks", folder / "project" / "stacks")
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, folder / "project" / name)
        made = Sandbox(folder / "project", folder / "sandbox", engine)
        begin(full(made, store) if store else made)
        with opened(made) as cloud:
            return Undisturbed(contents(made), cloud.counted(faults.CALLS))

    return found


def crash(made: Sandbox, when: str, call: int) -> None:
    """An `up` that crashes there, and the next ones, with what they say to paste."""
    made.environment[faults.CRASH] = f"{when}:{call}"
    assert not made.up("prod").ok
    made.environment.clear()
    follow(made)


TAKE_OVER = "pulumi config set vertex-residency:takeOver true --stack prod"
TAKE_OVER_LINE = "  vertex-residency:takeOver: true\n"


def take_over(made: Sandbox, wanted: bool) -> None:
    """Set the key in the stack's file, or remove it, as the printed commands do."""
    path = made.project / "stacks" / "Pulumi.prod.yaml"
    text = path.read_text(encoding="utf-8").replace(TAKE_OVER_LINE, "")
    if wanted:
        text = text.replace("config:\n", f"config:\n{TAKE_OVER_LINE}", 1)
    path.write_text(text, encoding="utf-8")


def follow(made: Sandbox, last: Result | None = None) -> int:
    """An `up` that succeeds, after what one is told to do; how many imports were pasted.

    That is at most once the key `takeOver`, which is removed again, and imports of what has no
    look-up. `last` is an `up` that has told it already.
    """
    told: list[str] = []
    taking_over = False
    result = last or made.up("prod")
    # Calls that run at the same time may have had their effect, too.
    while not result.ok:
        lines = [line.strip() for line in diagnostics(result).splitlines()]
        commands = [line for line in lines if line.startswith("pulumi import ")]
        asked = TAKE_OVER in lines
        assert commands or asked, result.text
        assert not (asked and taking_over)
        assert not set(commands) & set(told)
        for command in commands:
            assert "'" not in command  # nothing that a shell on another system reads otherwise
            pasted = made.run(*shlex.split(command)[1:], "--yes")
            # What is not there can't be imported, and nothing changes by trying.
            assert pasted.ok or "does not exist" in pasted.text, pasted.text
        told += commands
        if asked:
            take_over(made, True)
            taking_over = True
        result = made.up("prod")
    take_over(made, False)
    return len(told)


class TestCrashes:
    @pytest.mark.parametrize(
        ("store", "when", "part"),
        [("", "before", 0.0), pytest.param("secrets", "after", 0.5, marks=SOAK)],
    )
    def test_the_next_up_makes_the_same_cloud(
        self,
        sandbox: MakeSandbox,
        undisturbed: Callable[[str], Undisturbed],
        store: str,
        when: str,
        part: float,
    ) -> None:
        self.crash_at(sandbox, undisturbed(store), store, when, [part])

    # In parts, so that they can run side by side.
    @SOAK
    @pytest.mark.parametrize("first", range(6))
    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("store", ["", *STORES])
    def test_the_next_up_makes_the_same_cloud_wherever_it_crashed(
        self,
        sandbox: MakeSandbox,
        undisturbed: Callable[[str], Undisturbed],
        store: str,
        when: str,
        first: int,
    ) -> None:
        expected = undisturbed(store)
        parts = [call / expected.calls for call in range(first, expected.calls, 6)]
        self.crash_at(sandbox, expected, store, when, parts)

    def crash_at(
        self,
        sandbox: MakeSandbox,
        expected: Undisturbed,
        store: str,
        when: str,
        parts: list[float],
    ) -> None:
        for part in parts:
            call = 1 + int(part * expected.calls + 1e-9)
            made = sandbox()
            crash(full(made, store) if store else made, when, call)
            assert contents(made) == expected.contents, f"{when}:{call}"
            state(made)
            assert set(up(made).changes) == {"same"}, f"{when}:{call}"

    @SOAK
    @pytest.mark.parametrize("store", STORES)
    def test_all_that_a_function_reads_is_taken_over_where_that_is_asked_for(
        self, sandbox: MakeSandbox, undisturbed: Callable[[str], Undisturbed], store: str
    ) -> None:
        made = full(sandbox(), store)
        begin(made)
        lost = forget(made, *LOOKUPS)
        take_over(made, True)
        result = up(made)
        assert result.changes["import"] == lost
        assert "create" not in result.changes
        assert f"Taking over {lost} resources" in result.text
        assert "pulumi config rm vertex-residency:takeOver --stack prod" in result.text
        assert contents(made) == undisturbed(store).contents
        take_over(made, False)
        assert set(up(made).changes) == {"same"}

    @pytest.mark.parametrize(
        "changes", [{"guardrails": "off"}, pytest.param({}, marks=SOAK)], ids=str
    )
    def test_a_lost_state_is_told_by_one_command_and_taken_over_by_it(
        self, sandbox: MakeSandbox, changes: dict[str, str]
    ) -> None:
        made = full(sandbox(), **changes)
        begin(made)
        before = contents(made)
        shutil.rmtree(made.directory / "state")
        result = made.up("prod")
        assert not result.ok
        assert diagnostics(result).count(TAKE_OVER) == 1
        assert diagnostics(result).count("exist already in Google Cloud") == 1
        take_over(made, True)
        result = made.up("prod")  # policies and regional endpoints can't be looked up
        lines = [line.strip() for line in diagnostics(result).splitlines()]
        named = [line for line in lines if line.startswith("pulumi import ")]
        expected = [one for one in before if one[0] in UNREAD]
        assert len(named) == len(expected) == len(set(named))
        assert follow(made, result) == len(named)
        assert contents(made) == before
        assert set(up(made).changes) == {"same"}

    @SOAK
    def test_a_second_backend_s_stack_of_the_same_names_takes_nothing_by_itself(
        self, sandbox: MakeSandbox
    ) -> None:
        made = sandbox()
        begin(made)
        before = contents(made)
        (made.directory / "state").rename(made.directory / "theirs")
        preview = made.preview("prod")
        assert preview.ok
        assert "import" not in preview.changes
        assert not made.up("prod").ok
        assert made.destroy("prod").ok
        left = [one for one in contents(made) if one[0] in (shapes.ROLE, shapes.ACCOUNT)]
        assert left == [one for one in before if one[0] in (shapes.ROLE, shapes.ACCOUNT)]

    def test_another_pulumi_project_s_stack_of_that_name_takes_nothing_of_ours(
        self, sandbox: MakeSandbox
    ) -> None:
        made = full(
            sandbox(),
            guardrails="off",
            privateAccess="{network: apps, subnetwork: apps, dns: false}",
        )
        begin(made)
        before = contents(made)
        other = full(
            sandbox(),
            guardrails="off",
            privateAccess="{network: apps, subnetwork: apps, dns: false}",
        )
        path = other.project / "Pulumi.yaml"
        path.write_text(path.read_text().replace("name: vertex-residency", "name: team-b", 1))
        other.directory.mkdir()
        shutil.copy(made.cloud_file, other.cloud_file)
        take_over(other, True)
        result = up(other)
        assert "import" not in result.changes
        roles = [one for one in contents(other) if one[0] in (shapes.ROLE, shapes.ACCOUNT)]
        assert [one for one in before if one in roles] == [
            one for one in before if one[0] in (shapes.ROLE, shapes.ACCOUNT)
        ]
        assert other.destroy("prod").ok
        left = contents(other)
        held = (shapes.ROLE, shapes.ACCOUNT, shapes.POOL, shapes.SECRET)
        assert [one for one in before if one[0] in held] == [one for one in left if one[0] in held]

    @SOAK
    def test_what_no_function_reads_is_imported_by_the_command_that_is_told(
        self, sandbox: MakeSandbox, undisturbed: Callable[[str], Undisturbed]
    ) -> None:
        made = full(sandbox())
        up(made)
        forget(made, "Endpoint::private-access-eu", "guardrails-gcp.restrictEndpointUsage")
        assert follow(made) == 2
        assert contents(made) == undisturbed("secrets").contents
        assert set(up(made).changes) == {"same"}
        assert made.destroy("prod").ok  # what was imported is not protected

    @SOAK
    def test_what_a_crash_left_behind_is_imported_in_view(self, sandbox: MakeSandbox) -> None:
        made = sandbox()
        begin(made)
        with opened(made) as cloud:
            before = {row.id: row.body for row in cloud.rows()}
        assert forget(made, "project-predict", "support-caller") == 2
        take_over(made, True)
        preview = made.preview("prod")
        assert preview.changes["import"] == 2
        assert "create" not in preview.changes
        result = up(made)
        with opened(made) as cloud:
            assert {row.id: row.body for row in cloud.rows()} == before
        take_over(made, False)
        assert set(up(made).changes) == {"same"}
        assert "Taking over 2 resources" in result.text

    def test_a_role_of_that_id_without_the_mark_is_left_alone_and_named(
        self, sandbox: MakeSandbox
    ) -> None:
        made = sandbox()
        begin(made)
        forget(made, "project-predict")
        with opened(made) as cloud:
            cloud.change_by_hand(shapes.ROLE, PREDICT, description="Theirs")
        take_over(made, True)
        preview = made.preview("prod")
        assert preview.ok
        assert "does not bear the mark of this stack" in " ".join(preview.text.split())
        result = made.up("prod")
        assert not result.ok
        said = diagnostics(result)
        assert "does not bear the mark of this stack" in " ".join(said.split())
        assert f"vertex-residency:adopt.predict {PREDICT.rpartition('/')[2]} --stack prod" in said
        assert "pulumi config set vertex-residency:generation 2 --stack prod" in said
        assert TAKE_OVER not in said


def forget(sandbox: Sandbox, *which: str) -> int:
    """Leave the state as an engine does that was killed while creating these resources.

    They are told by their types, or by the ends of their URNs. Returns how many they are.
    """
    [path] = (sandbox.directory / "state" / ".pulumi" / "stacks").rglob("prod.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    latest = document["checkpoint"]["latest"]
    lost = {
        one["urn"]
        for one in latest["resources"]
        if one["type"] in which or one["urn"].endswith(which)
    }
    assert len(lost) >= len(set(which) - set(LOOKUPS))
    pending = [one for one in latest["resources"] if one["urn"] in lost]
    latest["resources"] = [one for one in latest["resources"] if one["urn"] not in lost]
    for one in latest["resources"]:
        one["dependencies"] = [urn for urn in one.get("dependencies", ()) if urn not in lost]
        one["propertyDependencies"] = {
            key: [urn for urn in urns if urn not in lost]
            for key, urns in one.get("propertyDependencies", {}).items()
        }
    for one in pending:
        del one["id"], one["outputs"]
    latest["pending_operations"] = [{"resource": one, "type": "creating"} for one in pending]
    path.write_text(json.dumps(document), encoding="utf-8")
    return len(lost)


class TestDrift:
    def test_what_was_changed_by_hand_is_repaired(self, sandbox: MakeSandbox) -> None:
        made = sandbox()
        begin(made)
        expected = contents(made)
        with opened(made) as cloud:
            cloud.change_by_hand(shapes.ROLE, PREDICT, permissions=["storage.buckets.delete"])
            cloud.remove_by_hand(shapes.PROJECT_BINDING, f"{PROJECT}/{PREDICT}/{CALLERS}")
            cloud.remove_by_hand(shapes.ACCOUNT, account("support"))
        assert contents(made) != expected
        assert made.refresh("prod").ok
        up(made)
        assert contents(made) == expected
        assert set(up(made).changes) == {"same"}

    @SOAK
    def test_a_role_that_was_deleted_in_the_console_stays_deleted_until_it_is_had_back(
        self, sandbox: MakeSandbox
    ) -> None:
        # The provider keeps what can still be had back, and `deleted` is no input: no difference.
        made = sandbox()
        begin(made)
        expected = contents(made)
        with opened(made) as cloud:
            cloud.delete(shapes.ROLE, PREDICT, PROJECT, {})
        assert made.refresh("prod").ok
        assert set(up(made).changes) == {"same"}
        assert PREDICT not in [one[1] for one in contents(made)]
        with opened(made) as cloud:  # gcloud iam roles undelete
            role = cloud.read(shapes.ROLE, PREDICT, {})
            assert role is not None
            assert role.body["deleted"] is True
            inputs = {k: v for k, v in role.body.items() if k not in ("deleted", "name")}
            cloud.update(shapes.ROLE, PREDICT, PROJECT, inputs)
        assert made.refresh("prod").ok
        assert set(up(made).changes) == {"same"}
        assert contents(made) == expected

    def test_bindings_come_back_after_another_team_s_authoritative_policy(
        self, sandbox: MakeSandbox
    ) -> None:
        quiet = sandbox()
        begin(quiet)
        with opened(quiet) as cloud:
            calls = cloud.counted(faults.ANSWERS)
        made = sandbox(**{faults.OVERWRITE: str(calls)})
        up(made)
        assert not [one for one in contents(made) if one[0] == shapes.PROJECT_BINDING]
        assert made.refresh("prod").ok
        up(made)
        assert contents(made) == contents(quiet)

    @SOAK
    def test_one_deployment_can_be_the_target_of_an_up(self, sandbox: MakeSandbox) -> None:
        made = sandbox()
        begin(made)
        before = contents(made)
        path = made.project / "stacks" / "Pulumi.prod.yaml"
        text = path.read_text(encoding="utf-8")
        text, changed = re.subn(r"\n      callers: .*", "", text)  # chat and search get accounts
        assert changed == 2
        path.write_text(text, encoding="utf-8")
        assert made.preview("prod").changes["create"] > 2
        up(made, "--target", "**ModelEndpoint::chat", "--target", "**::chat-caller")
        added = [one[1] for one in contents(made) if one not in before]
        assert [one for one in before if one not in contents(made)] == []
        assert added == [account("chat")]


class TestRecreating:
    @pytest.mark.parametrize("days", [1, pytest.param(40, marks=SOAK)])
    def test_a_stack_goes_up_again_after_its_destroy(self, sandbox: MakeSandbox, days: int) -> None:
        made = sandbox()
        begin(made)
        expected = contents(made)
        assert made.destroy("prod").ok
        assert {one[0] for one in contents(made)} == {shapes.SERVICE}
        made.environment[faults.DAYS] = str(days)
        assert "import" not in up(made).changes
        assert contents(made) == expected
        assert set(up(made).changes) == {"same"}

    def test_where_google_holds_the_ids_the_next_generation_goes_up(
        self, sandbox: MakeSandbox
    ) -> None:
        made = sandbox()
        begin(made)
        assert made.destroy("prod").ok
        made.environment[faults.DAYS] = "8"
        result = made.up("prod")
        assert not result.ok
        command = "pulumi config set vertex-residency:generation 2 --stack prod"
        assert diagnostics(result).count(command) == 1
        configure(made, "generation: 2")
        up(made)
        roles = [one[1] for one in contents(made) if one[0] == shapes.ROLE]
        assert f"{PREDICT}.2" in roles
        assert all(role.endswith(".2") for role in roles)
        assert set(up(made).changes) == {"same"}

    def test_a_new_generation_leaves_no_caller_without_access(self, sandbox: MakeSandbox) -> None:
        made = sandbox()
        begin(made)
        configure(made, "generation: 2")
        result = up(made)
        order = [step.op for step in result.steps if step.type == shapes.PROJECT_BINDING]
        assert "delete" in order
        last_created = max(i for i, one in enumerate(order) if one == "create")
        assert last_created < order.index("delete")


class TestProtecting:
    def test_a_protected_stack_keeps_its_access_until_it_is_set_free(
        self, sandbox: MakeSandbox
    ) -> None:
        made = sandbox("protect: true")
        begin(made)
        held = [one for one in contents(made) if one[0] != shapes.SERVICE]
        assert not made.destroy("prod").ok
        assert [one for one in contents(made) if one[0] != shapes.SERVICE] == held
        configure(made)
        up(made)
        assert made.destroy("prod").ok


class TestAdopting:
    def test_a_role_that_exists_is_taken_over_and_outlives_the_stack(
        self, sandbox: MakeSandbox
    ) -> None:
        made = sandbox("adopt: {predict: vertexCaller}")
        theirs: Properties = {"roleId": "vertexCaller", "title": "Ours", "permissions": ["a.b.c"]}
        with opened(made) as cloud:
            api: Properties = {"service": "iam.googleapis.com"}
            cloud.create(shapes.SERVICE, PROJECT, api | {"project": PROJECT})
            cloud.create(shapes.ROLE, PROJECT, theirs | {"project": PROJECT})
        assert made.preview("prod").changes["import"] == 1
        up(made)
        roles = {one[1]: one[2] for one in contents(made) if one[0] == shapes.ROLE}
        adopted = roles[f"{ROLES}/vertexCaller"]
        assert adopted["permissions"] == ["aiplatform.endpoints.predict"]
        assert PREDICT not in roles
        assert set(up(made).changes) == {"same"}
        assert made.destroy("prod").ok
        left = [one[1] for one in contents(made) if one[0] == shapes.ROLE]
        assert left == [f"{ROLES}/vertexCaller"]
        assert up(made).changes["import"] == 1

    def test_another_s_role_of_that_name_is_left_alone_and_named(
        self, sandbox: MakeSandbox
    ) -> None:
        made = sandbox()
        theirs: Properties = {
            "project": PROJECT,
            "roleId": PREDICT.rpartition("/")[2],
            "title": "Theirs",
            "permissions": ["a.b.c"],
        }
        with opened(made) as cloud:
            api: Properties = {"service": "iam.googleapis.com"}
            cloud.create(shapes.SERVICE, PROJECT, api | {"project": PROJECT})
            cloud.create(shapes.ROLE, PROJECT, theirs)
        result = made.up("prod")
        assert not result.ok
        assert TAKE_OVER in result.text
        with opened(made) as cloud:
            [role] = [row for row in cloud.rows(shapes.ROLE) if row.id == PREDICT]
        assert role.body["title"] == "Theirs"
