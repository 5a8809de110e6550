"""The emulator's faults without an engine: what is refused, counted and overwritten."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.emulator import catalog, faults, shapes
from sandbox.emulator.cloud import DAY, Cloud
from sandbox.emulator.computed import project_number
from sandbox.emulator.errors import ApiError
from sandbox.emulator.faults import BadFault, Faults, Verb, permission_for
from sandbox.emulator.store import Row
from sandbox.emulator.values import Properties
from tests.paths import ROOT

PROJECT = "acme-dev"
ROLE: Properties = {"project": PROJECT, "roleId": "predict", "title": "T", "permissions": ["a.b.c"]}
MEMBER = "user:a@b.example"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with closing(Cloud(tmp_path / "cloud.sqlite")) as made:
        for api in shapes.API_TITLES:
            made.create(shapes.SERVICE, PROJECT, {"project": PROJECT, "service": api})
        yield made


def create(cloud: Cloud, plan: Faults) -> Row:
    call = lambda: cloud.create(shapes.ROLE, PROJECT, ROLE)  # noqa: E731
    return plan.around(cloud, Verb.CREATE, shapes.ROLE, PROJECT, call)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (faults.NOT_YET, "5"),
        (faults.NOT_YET, "never:5"),
        (faults.NOT_YET, "service-disabled:0"),
        (faults.CRASH, "during:1"),
        (faults.CRASH, "after:x"),
        (faults.OVERWRITE, "0"),
        (faults.DAYS, "tomorrow"),
        (faults.UNREAD, "denied:1"),
        (faults.UNKNOWN_ACCOUNT, "some"),
    ],
)
def test_a_value_that_names_no_fault_is_refused(variable: str, value: str) -> None:
    with pytest.raises(BadFault, match=variable):
        Faults.read({variable: value})


def test_a_process_ends_for_a_fault_that_there_is_not(tmp_path: Path) -> None:
    environment = {"VERTEX_RESIDENCY_CLOUD": str(tmp_path / "cloud"), faults.CRASH: "now"}
    command = [sys.executable, "-m", "sandbox.emulator"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert faults.CRASH in done.stderr
    assert "Traceback" not in done.stderr


def test_without_variables_nothing_goes_wrong(cloud: Cloud) -> None:
    plan = Faults.read({})
    assert plan == faults.NO_FAULTS
    assert create(cloud, plan).id == f"projects/{PROJECT}/roles/predict"


@pytest.mark.parametrize(
    ("how", "said"), [("service-disabled", "SERVICE_DISABLED"), ("permission-denied", "denied")]
)
def test_the_first_calls_of_an_api_fail_and_then_it_is_active(
    cloud: Cloud, how: str, said: str
) -> None:
    plan = Faults.read({faults.NOT_YET: f"{how}:2"})
    read = lambda: cloud.read(shapes.ROLE, "x", {})  # noqa: E731
    for _ in range(2):
        with pytest.raises(ApiError, match=said):
            plan.around(cloud, Verb.GET, shapes.ROLE, PROJECT, read)
        with pytest.raises(ApiError, match=said):
            create(cloud, plan)
    assert plan.around(cloud, Verb.GET, shapes.ROLE, PROJECT, read) is None
    assert create(cloud, plan)


@pytest.mark.parametrize("what", ["iam.roles.create", shapes.ROLE])
def test_a_permission_or_a_type_is_denied(cloud: Cloud, what: str) -> None:
    plan = Faults.read({faults.DENY: f" {what}, other.thing.get"})
    with pytest.raises(ApiError, match=r"403: Permission 'iam\.roles\.create' denied"):
        create(cloud, plan)
    assert cloud.rows(shapes.ROLE) == []


def test_another_team_s_policy_knows_nothing_of_our_bindings(cloud: Cloud) -> None:
    binding: Properties = {"project": PROJECT, "role": "roles/viewer", "member": MEMBER}
    for project in (PROJECT, "acme-prod"):
        api: Properties = {"project": project, "service": "cloudresourcemanager.googleapis.com"}
        cloud.create(shapes.SERVICE, project, api)
        cloud.create(shapes.PROJECT_BINDING, project, binding | {"project": project})
    create(cloud, Faults.read({faults.OVERWRITE: "1"}))
    assert [row.body["project"] for row in cloud.rows(shapes.PROJECT_BINDING)] == ["acme-prod"]


def test_another_team_s_policy_comes_after_all_of_so_many_calls(cloud: Cloud) -> None:
    plan = Faults.read({faults.OVERWRITE: "2"})
    binding: Properties = {"project": PROJECT, "role": "roles/viewer", "member": MEMBER}

    def bind_last() -> Row:
        create(cloud, plan)  # the second call, which is answered first
        return cloud.create(shapes.PROJECT_BINDING, PROJECT, binding)

    plan.around(cloud, Verb.CREATE, shapes.PROJECT_BINDING, PROJECT, bind_last)
    assert cloud.rows(shapes.PROJECT_BINDING) == []
    assert cloud.counted(faults.CALLS) == cloud.counted(faults.ANSWERS) == 2


def test_days_move_the_clock() -> None:
    assert Faults.read({faults.DAYS: "8"}).later(lambda: 100.0)() == 100.0 + 8 * DAY


@pytest.mark.parametrize("token", sorted(catalog.load().resources))
def test_every_call_needs_a_permission(token: str) -> None:
    for verb in Verb:
        assert permission_for(token, verb).count(".") == 2


def test_a_deleted_role_is_found_as_deleted_and_then_not_at_all(tmp_path: Path) -> None:
    now = [1_800_000_000.0]
    with closing(Cloud(tmp_path / "cloud.sqlite", lambda: now[0])) as cloud:
        api: Properties = {"project": PROJECT, "service": "iam.googleapis.com"}
        cloud.create(shapes.SERVICE, PROJECT, api)
        row = cloud.create(shapes.ROLE, PROJECT, ROLE)
        assert cloud.look(shapes.ROLE, PROJECT, ROLE) == row
        cloud.delete(shapes.ROLE, row.id, PROJECT, ROLE)
        assert cloud.look(shapes.ROLE, PROJECT, ROLE).body["deleted"] is True
        now[0] += 8 * DAY
        with pytest.raises(ApiError, match="404"):
            cloud.look(shapes.ROLE, PROJECT, ROLE)


@pytest.mark.parametrize(
    ("how", "said"),
    [("service-disabled", "SERVICE_DISABLED"), ("permission-denied", r"roles\.get")],
)
def test_the_first_creations_of_a_type_have_their_effect_and_are_not_read(
    cloud: Cloud, how: str, said: str
) -> None:
    plan = Faults.read({faults.UNREAD: f"{how}:2"})
    assert create(cloud, plan)
    for _ in range(2):
        with pytest.raises(ApiError, match=said):
            plan.refuse_reading_back(cloud, shapes.ROLE, PROJECT)
    plan.refuse_reading_back(cloud, shapes.ROLE, PROJECT)
    with pytest.raises(ApiError):  # each type has its own count
        plan.refuse_reading_back(cloud, shapes.SERVICE, PROJECT)
    Faults.read({}).refuse_reading_back(cloud, shapes.ROLE, PROJECT)


def test_the_first_bindings_of_an_account_are_refused(cloud: Cloud) -> None:
    plan = Faults.read({faults.UNKNOWN_ACCOUNT: "2"})
    account = "lab@acme-dev.iam.gserviceaccount.com"

    def bind(member: str) -> str:
        call = lambda: "bound"  # noqa: E731
        return plan.around(cloud, Verb.CREATE, shapes.PROJECT_BINDING, PROJECT, call, member=member)

    for _ in range(2):
        with pytest.raises(ApiError, match=f"400: Service account {account} does not exist"):
            bind(f"serviceAccount:{account}")
    assert bind(f"serviceAccount:{account}") == "bound"
    assert bind("group:a@b.example") == "bound"


def test_only_calls_that_name_the_project_they_count_against_are_answered(cloud: Cloud) -> None:
    plan = Faults.read({faults.QUOTA_PROJECT: "iam.googleapis.com"})
    call = lambda: "answered"  # noqa: E731
    for verb in (Verb.CREATE, Verb.GET):
        with pytest.raises(ApiError, match="764086051850"):
            plan.around(cloud, verb, shapes.ROLE, PROJECT, call)
        assert plan.around(cloud, verb, shapes.ROLE, PROJECT, call, billed=True) == "answered"
        assert plan.around(cloud, verb, shapes.ZONE, PROJECT, call) == "answered"


def test_a_secret_is_named_by_the_number_of_its_project_and_found_by_both(cloud: Cloud) -> None:
    secret = cloud.create(shapes.SECRET, PROJECT, {"location": "eu-x", "secretId": "s"})
    number = project_number(PROJECT)
    named = f"projects/{number}/locations/eu-x/secrets/s"
    assert secret.id == f"projects/{PROJECT}/locations/eu-x/secrets/s"
    assert secret.body["name"] == named
    # The provider calls with the project of the secret's name.
    version = cloud.create(shapes.SECRET_VERSION, number, {"secret": named, "secretData": "x"})
    assert version.id == f"{named}/versions/1"
    for start in (secret.id, named):
        assert cloud.read(shapes.SECRET_VERSION, f"{start}/versions/1", {}) == version
        assert cloud.look(shapes.SECRET_VERSION, PROJECT, {"secret": start}) == version
    api: Properties = {"project": PROJECT, "service": "secretmanager.googleapis.com"}
    cloud.delete(
        shapes.SERVICE,
        f"{PROJECT}/secretmanager.googleapis.com",
        PROJECT,
        api | {"disableOnDestroy": True},
    )
    with pytest.raises(ApiError, match=f"has not been used in project {number} before"):
        cloud.create(shapes.SECRET_VERSION, number, {"secret": named, "secretData": "y"})
