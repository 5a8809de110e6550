"""The emulated Google Cloud, as the real engine meets it."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.emulator import shapes
from sandbox.environment import SALT
from sandbox.workspace import Result, Sandbox

pytestmark = pytest.mark.engine

ProgramSandbox = Callable[..., Sandbox]

HEADER = """
import pulumi
import pulumi_gcp as gcp

Opts = pulumi.ResourceOptions

def enable(*names, **opts):
    return [
        gcp.projects.Service(name, service=f"{name}.googleapis.com", opts=Opts(**opts))
        for name in names
    ]
"""

CALLER = """
services = enable("iam", "cloudresourcemanager")
role = gcp.projects.IAMCustomRole(
    "role", role_id="predict", title="Predict", permissions=["aiplatform.endpoints.predict"],
    opts=Opts(depends_on=services),
)
account = gcp.serviceaccount.Account(
    "account", account_id="caller", opts=Opts(depends_on=services)
)
binding = gcp.projects.IAMMember(
    "binding", project="acme-dev", role=role.name, member=account.member
)
pulumi.export("email", account.email)
pulumi.export("member", account.member)
pulumi.export("name", account.name)
pulumi.export("uniqueId", account.unique_id)
pulumi.export("role", role.name)
pulumi.export("roleRef", role.id)
pulumi.export("bindingRef", binding.id)
pulumi.export("serviceRef", services[0].id)
pulumi.export("etag", binding.etag)
"""


def change(sandbox: Sandbox, source: str) -> None:
    (sandbox.project / "__main__.py").write_text(HEADER + source)


def ops(result: Result, *names: str) -> dict[str, list[str]]:
    return {name: [step.op for step in result.steps if step.name == name] for name in names}


def up(sandbox: Sandbox) -> Result:
    result = sandbox.up("dev")
    assert result.ok, result.text
    return result


def held(sandbox: Sandbox) -> list[str]:
    """The ids of everything in the cloud."""
    with closing(sandbox.cloud()) as cloud:
        return sorted(row.id for row in cloud.rows())


class TestWhatTheProviderRefuses:
    def test_a_bad_format_is_refused_in_its_own_words(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + 'gcp.serviceaccount.Account("a", account_id="Bad_ID!")')

        result = sandbox.preview("dev")

        assert not result.ok
        assert (
            "gcp:serviceaccount/account:Account resource 'a' has a problem: "
            '"account_id" ("Bad_ID!") must match regex "^[a-z]([-a-z0-9]*[a-z0-9])?$". '
            "Examine values at 'a.accountId'."
        ) in result.text

    def test_a_missing_argument_and_an_unknown_key_are_refused_together(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(
            HEADER
            + """
pulumi.CustomResource(
    "gcp:projects/iAMCustomRole:IAMCustomRole", "r",
    {"roleId": "abc", "permissions": ["a.b.c"], "colour": "red"},
)
"""
        )

        result = sandbox.preview("dev")

        assert not result.ok
        assert (
            'Missing required argument. The argument "title" is required, but no definition was '
            "found.. Examine values at 'r.title'."
        ) in result.text
        assert "Invalid or unknown key. Examine values at 'r.colour'." in result.text

    def test_a_type_that_it_does_not_know_is_an_error(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + 'gcp.storage.Bucket("b", location="EU")')

        result = sandbox.preview("dev")

        assert not result.ok
        assert "Unrecognized resource type (Check): gcp:storage/bucket:Bucket" in result.text

    def test_without_any_project_nothing_can_be_made(
        self, program_sandbox: ProgramSandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT"):
            monkeypatch.delenv(name, raising=False)
        sandbox = program_sandbox(HEADER + 'enable("iam")', config={})

        result = sandbox.preview("dev")

        assert not result.ok
        assert "project: required field is not set" in result.text


class TestWhatGoogleComputes:
    def test_a_preview_does_not_know_what_only_creation_tells(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + CALLER)

        result = sandbox.preview("dev")

        assert result.ok, result.text
        for output in ("email", "member", "uniqueId", "role", "bindingRef", "etag"):
            assert re.search(rf"{output} *: \[unknown\]", result.text), result.text
        assert held(sandbox) == []

    def test_creation_tells_it_and_a_second_up_changes_nothing(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + CALLER)

        up(sandbox)
        outputs = sandbox.outputs("dev")
        again = up(sandbox)

        email = "caller@acme-dev.iam.gserviceaccount.com"
        assert outputs["email"] == email
        assert outputs["member"] == f"serviceAccount:{email}"
        assert outputs["name"] == f"projects/acme-dev/serviceAccounts/{email}"
        assert len(outputs["uniqueId"]) == 21
        assert outputs["uniqueId"].isdigit()
        assert outputs["role"] == outputs["roleRef"] == "projects/acme-dev/roles/predict"
        assert outputs["bindingRef"] == f"acme-dev/{outputs['role']}/{outputs['member']}"
        assert outputs["serviceRef"] == "acme-dev/iam.googleapis.com"
        assert outputs["etag"]
        assert set(again.changes) == {"same"}
        assert sandbox.outputs("dev") == outputs

    def test_an_update_in_a_preview_keeps_what_is_known(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + CALLER)
        up(sandbox)
        change(sandbox, CALLER.replace('title="Predict"', 'title="Predict only"'))

        preview = sandbox.preview("dev")
        applied = up(sandbox)

        assert ops(preview, "role", "binding") == {"role": ["update"], "binding": ["same"]}
        assert ops(applied, "role", "binding") == {"role": ["update"], "binding": ["same"]}
        with closing(sandbox.cloud()) as cloud:
            assert [row.body["title"] for row in cloud.rows(shapes.ROLE)] == ["Predict only"]

    def test_an_id_that_the_provider_makes_up_stays(self, program_sandbox: ProgramSandbox) -> None:
        source = """
services = enable("iam")
role = gcp.projects.IAMCustomRole(
    "my-role", title="T", permissions=["a.b.c"], opts=Opts(depends_on=services)
)
account = gcp.serviceaccount.Account("My-Account", opts=Opts(depends_on=services))
pulumi.export("account", account.account_id)
pulumi.export("role", role.role_id)
"""
        sandbox = program_sandbox(HEADER + source)

        up(sandbox)
        outputs = sandbox.outputs("dev")
        again = up(sandbox)

        assert outputs["account"].startswith("my-account-")
        assert outputs["role"].startswith("myrole")
        assert set(again.changes) == {"same"}


class TestChanges:
    def test_a_property_of_the_identity_replaces(self, program_sandbox: ProgramSandbox) -> None:
        sandbox = program_sandbox(HEADER + CALLER)
        up(sandbox)
        change(sandbox, CALLER.replace('"caller"', '"caller-two"'))

        preview = sandbox.preview("dev")
        applied = up(sandbox)

        assert preview.changes["replace"] == applied.changes["replace"] == 2
        assert "replace" in ops(applied, "account")["account"]
        assert "replace" in ops(applied, "binding")["binding"]
        email = "caller-two@acme-dev.iam.gserviceaccount.com"
        assert held(sandbox) == [
            "acme-dev/cloudresourcemanager.googleapis.com",
            "acme-dev/iam.googleapis.com",
            f"acme-dev/projects/acme-dev/roles/predict/serviceAccount:{email}",
            "projects/acme-dev/roles/predict",
            f"projects/acme-dev/serviceAccounts/{email}",
        ]

    def test_refresh_sees_what_was_changed_and_deleted_by_hand(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + CALLER)
        up(sandbox)
        quiet = sandbox.refresh("dev")
        with closing(sandbox.cloud()) as cloud:
            cloud.change_by_hand(
                shapes.ROLE, "projects/acme-dev/roles/predict", permissions=["storage.buckets.list"]
            )
            [binding] = cloud.rows(shapes.PROJECT_BINDING)
            cloud.remove_by_hand(shapes.PROJECT_BINDING, binding.id)

        drifted = sandbox.refresh("dev")
        repaired = up(sandbox)

        assert set(quiet.changes) == {"same"}
        assert drifted.changes["update"] == 1
        assert drifted.changes["delete"] == 1
        assert ops(repaired, "role", "binding") == {"role": ["update"], "binding": ["create"]}
        with closing(sandbox.cloud()) as cloud:
            assert cloud.rows(shapes.ROLE)[0].body["permissions"] == [
                "aiplatform.endpoints.predict"
            ]
            assert len(cloud.rows(shapes.PROJECT_BINDING)) == 1

    def test_destroy_leaves_only_the_services_and_the_roles_can_be_had_back(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + CALLER)
        up(sandbox)

        destroyed = sandbox.destroy("dev")
        left = held(sandbox)
        up(sandbox)

        assert destroyed.ok, destroyed.text
        assert left == [
            "acme-dev/cloudresourcemanager.googleapis.com",
            "acme-dev/iam.googleapis.com",
        ]
        assert "projects/acme-dev/roles/predict" in held(sandbox)

    def test_a_service_that_is_to_be_disabled_is(self, program_sandbox: ProgramSandbox) -> None:
        sandbox = program_sandbox(
            HEADER
            + 'gcp.projects.Service("s", service="iam.googleapis.com", disable_on_destroy=True)'
        )
        up(sandbox)
        assert held(sandbox) == ["acme-dev/iam.googleapis.com"]

        assert sandbox.destroy("dev").ok

        assert held(sandbox) == []

    def test_what_exists_can_be_imported(self, program_sandbox: ProgramSandbox) -> None:
        sandbox = program_sandbox(HEADER + CALLER)
        up(sandbox)
        assert sandbox.run("stack", "rm", "--force", "--yes", "--stack", "dev").ok
        imported = CALLER.replace(
            "    opts=Opts(depends_on=services),\n)\naccount",
            "    opts=Opts(depends_on=services, import_='projects/acme-dev/roles/predict'),\n)\n"
            "account",
        ).replace(
            '"caller", opts=Opts(depends_on=services)',
            '"caller", create_ignore_already_exists=True, opts=Opts(depends_on=services)',
        )
        assert imported.count("import_=") == 1
        change(sandbox, imported)

        result = up(sandbox)

        assert ops(result, "role") == {"role": ["import"]}


class TestWhatTheApisRefuse:
    def test_an_api_that_is_not_enabled_answers_service_disabled(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + 'gcp.serviceaccount.Account("a", account_id="caller")')

        preview, result = sandbox.preview("dev"), sandbox.up("dev")

        assert preview.ok
        assert not result.ok
        assert (
            "Error creating service account: googleapi: Error 403: Identity and Access Management "
            "(IAM) API has not been used in project acme-dev before or it is disabled. Enable it "
            "by visiting https://console.developers.google.com/apis/api/iam.googleapis.com/"
        ) in result.text
        assert "SERVICE_DISABLED" in result.text
        assert held(sandbox) == []

    def test_a_role_that_exists_must_be_imported(self, program_sandbox: ProgramSandbox) -> None:
        source = """
[service] = enable("iam")
for name in ("a", "b"):
    service = gcp.projects.IAMCustomRole(
        name, role_id="predict", title="T", permissions=["a.b.c"], opts=Opts(depends_on=[service])
    )
"""
        sandbox = program_sandbox(HEADER + source)

        result = sandbox.up("dev")

        assert not result.ok
        assert (
            "Custom project role projects/acme-dev/roles/predict already exists "
            "and must be imported"
        ) in result.text

    def test_a_binding_needs_its_role_and_its_account(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        source = """
services = enable("cloudresourcemanager", "iam")
gcp.projects.IAMMember(
    "no-role", project="acme-dev", role="projects/acme-dev/roles/gone", member="user:a@b.example",
    opts=Opts(depends_on=services),
)
"""
        sandbox = program_sandbox(HEADER + source)
        no_role = sandbox.up("dev")
        change(
            sandbox,
            source.replace("projects/acme-dev/roles/gone", "roles/viewer").replace(
                "user:a@b.example", "serviceAccount:gone@acme-dev.iam.gserviceaccount.com"
            ),
        )
        no_account = sandbox.up("dev")

        assert not no_role.ok
        assert "Role (projects/acme-dev/roles/gone) does not exist" in no_role.text
        assert not no_account.ok
        assert (
            "Service account gone@acme-dev.iam.gserviceaccount.com does not exist."
            in no_account.text
        )

    def test_two_resources_for_one_binding_revoke_each_other(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        source = """
services = enable("cloudresourcemanager")
for name in NAMES:
    gcp.projects.IAMMember(
        name, project="acme-dev", role="roles/viewer", member="user:a@b.example",
        opts=Opts(depends_on=services),
    )
"""
        sandbox = program_sandbox(HEADER + 'NAMES = ["one", "two"]' + source)
        up(sandbox)
        change(sandbox, 'NAMES = ["one"]' + source)
        up(sandbox)

        refreshed = sandbox.refresh("dev")

        assert refreshed.changes["delete"] == 1


class TestProviders:
    def test_an_explicit_provider_brings_its_own_project(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        source = """
other = gcp.Provider("other", project="acme-other")
[service] = enable("iam", provider=other)
account = gcp.serviceaccount.Account(
    "a", account_id="caller", opts=Opts(provider=other, depends_on=[service])
)
pulumi.export("email", account.email)
"""
        sandbox = program_sandbox(HEADER + source)
        up(sandbox)
        email = sandbox.outputs("dev")["email"]
        change(sandbox, source.replace("acme-other", "acme-third"))
        moved = up(sandbox)

        assert email == "caller@acme-other.iam.gserviceaccount.com"
        assert "replace" in ops(moved, "a")["a"]
        assert sandbox.outputs("dev")["email"] == "caller@acme-third.iam.gserviceaccount.com"

    def test_a_project_that_is_known_only_later_previews(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        source = """
services = enable("iam")
account = gcp.serviceaccount.Account("a", account_id="caller", opts=Opts(depends_on=services))
late = gcp.Provider("late", project=account.project.apply(lambda p: p + "-late"))
gcp.projects.Service("s", service="iam.googleapis.com", project=account.unique_id)
gcp.projects.Service("t", service="iam.googleapis.com", opts=Opts(provider=late))
"""
        sandbox = program_sandbox(HEADER + source)

        assert sandbox.preview("dev").ok
        up(sandbox)

        assert "acme-dev-late/iam.googleapis.com" in held(sandbox)


class TestTheProgram:
    def test_its_refusal_is_printed_once_and_without_a_traceback(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(
            "import pulumi\nraise pulumi.RunError('chat: no place\\nserved in: us-central1')"
        )

        result = sandbox.preview("dev")

        assert result.status != 0
        assert result.text.count("served in: us-central1") == 1
        assert "Traceback" not in result.text
        assert [step.type for step in result.steps] == ["pulumi:pulumi:Stack"]

    def test_any_other_exception_fails_with_its_traceback(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox("1 / 0")

        result = sandbox.preview("dev")

        assert not result.ok
        assert result.text.count("ZeroDivisionError") == 1
        assert "__main__.py" in result.text

    def test_a_refusal_on_a_stack_that_is_up_deletes_nothing(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + CALLER)
        up(sandbox)
        before, outputs = held(sandbox), sandbox.outputs("dev")
        change(sandbox, 'raise pulumi.RunError("no")')

        result = sandbox.up("dev")

        assert not result.ok
        assert held(sandbox) == before
        assert sandbox.outputs("dev") == outputs


class TestIsolation:
    def test_stack_files_stay_as_they_are_and_secrets_survive(
        self, program_sandbox: ProgramSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = tmp_path / "home"
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("PULUMI_HOME", str(home / "pulumi"))
        monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "not-to-be-used")
        monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the user's own")
        source = """
services = enable("iam")
pulumi.export("secret", pulumi.Output.secret("hush"))
"""
        sandbox = program_sandbox(HEADER + source)
        files = sorted(path for path in sandbox.project.rglob("*.yaml"))
        before = [path.read_bytes() for path in files]

        assert sandbox.preview("dev").ok
        up(sandbox)
        again = up(sandbox)
        secret = sandbox.outputs("dev")["secret"]
        assert sandbox.destroy("dev").ok

        assert set(again.changes) == {"same"}
        assert secret == "hush"  # noqa: S105
        assert [path.read_bytes() for path in files] == before
        assert list(home.iterdir()) == []

    def test_a_fresh_copy_of_a_stack_file_reads_the_state_of_an_earlier_run(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox("import pulumi\npulumi.export('s', pulumi.Output.secret('hush'))")
        salts: list[str] = []
        for _ in range(2):
            up(sandbox)
            state = json.loads(sandbox.run("stack", "export", "--stack", "dev").stdout)
            salts.append(state["deployment"]["secrets_providers"]["state"]["salt"])

        assert salts == [SALT, SALT]

    def test_a_real_stack_s_secrets_provider_is_left_out(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + 'enable("iam")')
        file = sandbox.project / "stacks" / "Pulumi.dev.yaml"
        file.write_text(
            "secretsprovider: gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k\n"
            "encryptedkey: CiQAabc=\n" + file.read_text()
        )

        up(sandbox)
        again = up(sandbox)

        assert set(again.changes) == {"same"}

    def test_a_stack_file_that_can_not_be_read_is_a_failure(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(HEADER + 'enable("iam")')
        (sandbox.project / "stacks" / "Pulumi.dev.yaml").write_bytes(b"config: [\xff\xfe")

        result = sandbox.preview("dev")

        assert not result.ok
        assert result.text
