"""The emulator's own rules, without an engine: checks, differences, and the cloud's memory."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import struct_pb2

from sandbox.emulator import catalog, checks, computed, diff, shapes, values
from sandbox.emulator.cloud import DAY, Cloud
from sandbox.emulator.errors import ApiError
from sandbox.emulator.store import Row, Store
from sandbox.emulator.values import UNKNOWN

PROJECT = "acme-dev"
TYPES = sorted(catalog.load().resources)


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cloud(tmp_path: Path, clock: Clock) -> Iterator[Cloud]:
    with closing(Cloud(tmp_path / "cloud.sqlite", clock)) as made:
        for api in shapes.API_TITLES:
            made.create(shapes.SERVICE, PROJECT, {"service": api})
        yield made


def role(role_id: str = "predict", **more: Any) -> dict[str, Any]:
    return {"roleId": role_id, "title": "T", "permissions": ["a.b.c"]} | more


def binding(**more: Any) -> dict[str, Any]:
    base = {"project": PROJECT, "role": "roles/viewer", "member": "user:a@b.example"}
    return base | more


def failures(token: str, inputs: Mapping[str, Any]) -> list[str]:
    kind = catalog.find(token)
    assert kind
    return checks.failures(token, "a", kind, inputs)


BAD: dict[tuple[str, str], dict[str, Any]] = {
    (shapes.ACCOUNT, "accountId"): {"accountId": "Bad_ID!"},
    (shapes.SERVICE, "service"): {"service": "aiplatform"},
    (shapes.ROLE, "roleId"): role("bad-id"),
    (shapes.ROLE, "permissions"): role(permissions=[]),
    (shapes.ROLE, "stage"): role(stage="READY"),
    (shapes.PROJECT_BINDING, "member"): binding(member="alice@example.com"),
    (shapes.POOL, "workloadIdentityPoolId"): {"workloadIdentityPoolId": "gcp-x"},
    (shapes.POOL_PROVIDER, "oidc"): {
        "workloadIdentityPoolId": "pool-one",
        "workloadIdentityPoolProviderId": "provider",
    },
}


class TestTheTable:
    def test_every_type_has_a_shape(self) -> None:
        assert sorted(shapes.SHAPES) == TYPES

    def test_every_api_has_a_title(self) -> None:
        apis = {shape.api for shape in shapes.SHAPES.values() if shape.api}
        assert apis == set(shapes.API_TITLES)

    @pytest.mark.parametrize("token", TYPES)
    def test_every_output_comes_from_a_required_input_or_a_rule(self, token: str) -> None:
        kind = catalog.load().resources[token]
        required = {name for name, prop in kind.inputs.items() if prop.required}
        named = shapes.SHAPES[token].autonamed
        parent = {"parent"} if token.startswith("gcp:cloudquota") else set[str]()
        for output in {*kind.computed, *kind.always_in_outputs} - required - {named} - parent:
            assert computed.rule(token, output), output

    @pytest.mark.parametrize("token", TYPES)
    def test_every_template_uses_properties_that_the_type_has(self, token: str) -> None:
        known = {*catalog.load().resources[token].inputs, "project", "sequence"}
        assert shapes.id_fields(token) <= known

    @pytest.mark.parametrize(
        ("project", "domain"),
        [("acme-dev", "acme-dev"), ("acme.example:acme-dev", "acme-dev.acme.example")],
    )
    def test_an_account_is_at_the_domain_of_its_project(self, project: str, domain: str) -> None:
        made = shapes.identity(shapes.ACCOUNT, {"accountId": "caller", "project": project})
        email = f"caller@{domain}.iam.gserviceaccount.com"
        assert made == f"projects/{project}/serviceAccounts/{email}"


@pytest.mark.parametrize("token", TYPES)
def test_a_preview_knows_what_is_given_and_nothing_that_google_computes(token: str) -> None:
    kind = catalog.load().resources[token]
    given = {name: "given" for name, prop in kind.inputs.items() if prop.required}
    outputs = computed.preview(kind, token, given)
    assert {name: outputs[name] for name in given} == given
    assert {outputs[name] for name in kind.computed} <= {UNKNOWN}
    if "deletionPolicy" in kind.always_in_outputs:
        assert outputs["deletionPolicy"] == "DELETE"


class TestChecks:
    @pytest.mark.parametrize("row", catalog.load().checks, ids=lambda row: row["message"][:40])
    def test_the_message_is_the_real_provider_s(self, row: Mapping[str, Any]) -> None:
        expected = str(row["message"])
        [found] = failures(row["type"], BAD[row["type"], row["property"]])
        head, _, tail = expected.partition("…")
        assert found.startswith(head)
        assert found.endswith(tail)

    @pytest.mark.parametrize(
        ("token", "inputs"),
        [
            (shapes.ACCOUNT, {"accountId": "a-caller"}),
            (shapes.SERVICE, {"service": "aiplatform.googleapis.com"}),
            (shapes.ROLE, role("my.Role_1", stage="GA")),
            (shapes.PROJECT_BINDING, binding()),
            (shapes.PROJECT_BINDING, binding(member="allUsers")),
            (shapes.PROJECT_BINDING, binding(member="principalSet://iam.googleapis.com/x")),
            (shapes.PROJECT_BINDING, binding(member=UNKNOWN, role=UNKNOWN)),
            (shapes.ROLE, role(permissions=UNKNOWN, stage=UNKNOWN)),
        ],
    )
    def test_good_and_unknown_values_pass(self, token: str, inputs: Mapping[str, Any]) -> None:
        assert failures(token, inputs) == []

    @pytest.mark.parametrize("account_id", ["abcde", "a" * 31])
    def test_an_account_id_has_6_to_30_characters(self, account_id: str) -> None:
        [found] = failures(shapes.ACCOUNT, {"accountId": account_id})
        assert "expected length of account_id to be in the range (6 - 30)" in found

    @pytest.mark.parametrize("token", TYPES)
    def test_all_missing_arguments_are_named(self, token: str) -> None:
        kind = catalog.load().resources[token]
        found = " ".join(failures(token, {}))
        for name, prop in kind.inputs.items():
            if prop.required:
                assert f"no definition was found.. Examine values at 'a.{name}'." in found

    @pytest.mark.parametrize(
        ("key", "value", "message"),
        [
            ("permissions", "a.b.c", "expected array type, got string type"),
            ("title", ["T"], "expected string type, got array type"),
            ("colour", "red", "Invalid or unknown key"),
        ],
    )
    def test_a_wrong_type_or_key_is_named(self, key: str, value: object, message: str) -> None:
        assert failures(shapes.ROLE, role() | {key: value}) == [
            f"{message}. Examine values at 'a.{key}'."
        ]


class TestDifferences:
    @staticmethod
    def compare(token: str, old: dict[str, Any], new: dict[str, Any]) -> diff.Difference:
        return diff.compare(token, catalog.load().resources[token], old, new)

    def test_equal_inputs_differ_in_nothing(self) -> None:
        assert self.compare(shapes.ROLE, role(), role()).changes == ()

    def test_an_update_in_place_names_the_item(self) -> None:
        found = self.compare(shapes.ROLE, role(), role(permissions=["a.b.c", "d.e.f"]))
        assert [(c.path, c.kind) for c in found.changes] == [("permissions[1]", "add")]
        assert found.replaces == []

    def test_a_nested_change_replaces_where_its_property_does(self) -> None:
        old = binding(condition={"title": "t", "expression": "x"})
        new = binding(condition={"title": "t", "expression": "y"})
        found = self.compare(shapes.PROJECT_BINDING, old, new)
        assert [c.path for c in found.changes] == ["condition.expression"]
        assert found.replaces == ["condition"]

    @pytest.mark.parametrize("token", TYPES)
    def test_replacement_is_as_the_table_says(self, token: str) -> None:
        for name, prop in catalog.load().resources[token].inputs.items():
            found = self.compare(token, {name: "old"}, {name: "new"})
            assert found.properties == [name]
            assert found.replaces == ([name] if prop.replaces else [])

    def test_what_is_not_known_yet_is_a_change(self) -> None:
        found = self.compare(shapes.PROJECT_BINDING, binding(), binding(member=UNKNOWN))
        assert found.replaces == ["member"]

    def test_the_old_one_goes_first_where_the_new_one_needs_its_id(self) -> None:
        secret = {"location": "europe-west4", "secretId": "s"}
        same = self.compare(shapes.SECRET, secret, secret | {"tags": {"a": "b"}})
        other = self.compare(shapes.SECRET, secret, secret | {"secretId": "t"})
        assert same.delete_before_replace
        assert not other.delete_before_replace

    def test_an_id_that_the_cloud_gives_needs_no_room(self) -> None:
        token = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"  # noqa: S105
        old = {"secret": "projects/p/locations/l/secrets/s", "secretData": "x"}
        found = self.compare(token, old, old | {"secretData": "y"})
        assert found.replaces == ["secretData"]
        assert not found.delete_before_replace


class TestValues:
    def test_wrappers_and_nulls_go_and_numbers_stay_whole(self) -> None:
        signature = "4dabf18193072939515e22adb298388d"
        secret = {signature: "1b47061264138c4ac30d75fd1eb44270", "value": ["x"]}
        later = {signature: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
        struct = struct_pb2.Struct()
        struct.update({"a": secret, "b": later, "c": None, "d": 3, "e": {"f": None, "g": 1.5}})
        assert str(values.read(struct)["d"]) == "3"
        assert values.read(struct) == {"a": ["x"], "b": UNKNOWN, "d": 3, "e": {"g": 1.5}}


class TestTheCloud:
    def test_what_is_created_is_there_and_what_is_deleted_is_gone(self, cloud: Cloud) -> None:
        row = cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller"})
        assert cloud.read(shapes.ACCOUNT, row.id, {}) == row
        cloud.delete(shapes.ACCOUNT, row.id, PROJECT, {})
        assert cloud.read(shapes.ACCOUNT, row.id, {}) is None

    def test_an_account_that_exists_is_a_conflict(self, cloud: Cloud) -> None:
        cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller"})
        with pytest.raises(ApiError, match="Error 409: Service account caller") as refused:
            cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller"})
        assert refused.value.status == 409

    def test_an_account_made_again_is_another_one(self, cloud: Cloud) -> None:
        first = cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller"})
        cloud.delete(shapes.ACCOUNT, first.id, PROJECT, {})
        second = cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller"})
        assert second.id == first.id
        assert second.body["uniqueId"] != first.body["uniqueId"]

    def test_a_deleted_account_leaves_its_bindings_to_nobody(self, cloud: Cloud) -> None:
        account = cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller"})
        bound = binding(member=account.body["member"])
        row = cloud.create(shapes.PROJECT_BINDING, PROJECT, bound)
        cloud.delete(shapes.ACCOUNT, account.id, PROJECT, {})
        assert cloud.read(shapes.PROJECT_BINDING, row.id, bound) is None
        [orphan] = cloud.rows(shapes.PROJECT_BINDING)
        assert orphan.body["member"].startswith("deleted:serviceAccount:caller@")

    def test_enabling_an_api_twice_is_harmless(self, cloud: Cloud) -> None:
        service = {"service": "iam.googleapis.com"}
        before = cloud.rows(shapes.SERVICE)
        cloud.create(shapes.SERVICE, PROJECT, service)
        assert [row.id for row in cloud.rows(shapes.SERVICE)] == [row.id for row in before]

    @pytest.mark.parametrize(("disable", "left"), [(False, True), (None, True), (True, False)])
    def test_a_service_is_disabled_only_when_asked(
        self, cloud: Cloud, disable: bool | None, left: bool
    ) -> None:
        resource_id = f"{PROJECT}/dns.googleapis.com"
        cloud.delete(shapes.SERVICE, resource_id, PROJECT, {"disableOnDestroy": disable})
        assert (cloud.read(shapes.SERVICE, resource_id, {}) is not None) == left

    @pytest.mark.parametrize(
        "token", [token for token in TYPES if shapes.SHAPES[token].api is not None]
    )
    def test_every_other_type_needs_its_api(self, tmp_path: Path, token: str) -> None:
        with closing(Cloud(tmp_path / "empty.sqlite")) as empty:
            with pytest.raises(ApiError, match="SERVICE_DISABLED") as refused:
                empty.create(token, PROJECT, {})
            assert refused.value.status == 403
            assert f"apis/api/{shapes.SHAPES[token].api}/" in str(refused.value)

    def test_an_api_enabled_elsewhere_does_not_help(self, cloud: Cloud) -> None:
        with pytest.raises(ApiError, match="not been used in project acme-other"):
            cloud.create(shapes.ACCOUNT, "acme-other", {"accountId": "caller"})

    def test_a_deleted_role_comes_back_within_seven_days(self, cloud: Cloud) -> None:
        row = cloud.create(shapes.ROLE, PROJECT, role())
        cloud.delete(shapes.ROLE, row.id, PROJECT, {})
        cloud.let_days_pass(6.9)
        again = cloud.create(shapes.ROLE, PROJECT, role(title="New"))
        assert (again.sequence, again.body["title"]) == (row.sequence, "New")

    @pytest.mark.parametrize(("days", "free"), [(7.0, False), (36.9, False), (37.0, True)])
    def test_after_that_its_id_is_taken_until_day_37(
        self, cloud: Cloud, clock: Clock, days: float, free: bool
    ) -> None:
        row = cloud.create(shapes.ROLE, PROJECT, role())
        cloud.delete(shapes.ROLE, row.id, PROJECT, {})
        clock.now += days * DAY
        if free:
            assert cloud.create(shapes.ROLE, PROJECT, role()).sequence != row.sequence
        else:
            with pytest.raises(ApiError, match="marked for deletion"):
                cloud.create(shapes.ROLE, PROJECT, role())

    @pytest.mark.parametrize(("days", "free"), [(0.0, False), (29.9, False), (30.0, True)])
    def test_a_deleted_pool_keeps_its_id_for_30_days(
        self, cloud: Cloud, clock: Clock, days: float, free: bool
    ) -> None:
        pool = {"workloadIdentityPoolId": "pool-one"}
        row = cloud.create(shapes.POOL, PROJECT, pool)
        cloud.delete(shapes.POOL, row.id, PROJECT, {})
        clock.now += days * DAY
        if free:
            assert cloud.create(shapes.POOL, PROJECT, pool).id == row.id
        else:
            with pytest.raises(ApiError, match="Error 409"):
                cloud.create(shapes.POOL, PROJECT, pool)

    def test_one_binding_is_one_whoever_declares_it(self, cloud: Cloud) -> None:
        first = cloud.create(shapes.PROJECT_BINDING, PROJECT, binding())
        second = cloud.create(shapes.PROJECT_BINDING, PROJECT, binding())
        cloud.delete(shapes.PROJECT_BINDING, first.id, PROJECT, binding())
        assert cloud.read(shapes.PROJECT_BINDING, second.id, binding()) is None

    def test_two_conditions_of_one_title_are_two_bindings(self, cloud: Cloud) -> None:
        one = binding(condition={"title": "t", "expression": "x"})
        two = binding(condition={"title": "t", "expression": "y"})
        first = cloud.create(shapes.PROJECT_BINDING, PROJECT, one)
        second = cloud.create(shapes.PROJECT_BINDING, PROJECT, two)
        assert second.id == first.id
        cloud.delete(shapes.PROJECT_BINDING, second.id, PROJECT, two)
        assert cloud.read(shapes.PROJECT_BINDING, first.id, one) == first

    @pytest.mark.parametrize(
        ("token", "inputs", "message"),
        [
            (shapes.PROJECT_BINDING, binding(role="viewer"), "Invalid role name"),
            (
                shapes.PROJECT_BINDING,
                binding(role=f"projects/{PROJECT}/roles/gone"),
                "does not exist in the resource's hierarchy",
            ),
            (
                shapes.PROJECT_BINDING,
                binding(role="projects/acme-other/roles/theirs"),
                "does not exist in the resource's hierarchy",
            ),
            (
                shapes.PROJECT_BINDING,
                binding(member=f"serviceAccount:gone@{PROJECT}.iam.gserviceaccount.com"),
                "Service account gone@",
            ),
            (shapes.SERVICE, {"service": "foo.example"}, "Not found or permission denied"),
            (
                shapes.ACCOUNT,
                {"accountId": "caller", "displayName": "x" * 101},
                "at most 100 characters",
            ),
            (shapes.SECRET, {"location": "europe-west4", "secretId": "a.b"}, "secret id"),
            (shapes.ZONE, {"name": "z", "dnsName": "a.example"}, "dnsName"),
            (
                shapes.POOL_PROVIDER,
                {"workloadIdentityPoolId": "gone", "workloadIdentityPoolProviderId": "oidc"},
                "Error 404",
            ),
        ],
    )
    def test_what_only_the_api_refuses(
        self, cloud: Cloud, token: str, inputs: dict[str, Any], message: str
    ) -> None:
        before = cloud.rows()
        with pytest.raises(ApiError, match=message):
            cloud.create(token, PROJECT, inputs)
        assert cloud.rows() == before

    def test_a_role_of_another_project_can_not_be_bound(self, cloud: Cloud) -> None:
        cloud.create(shapes.SERVICE, "acme-other", {"service": "iam.googleapis.com"})
        theirs = cloud.create(shapes.ROLE, "acme-other", role())
        with pytest.raises(ApiError, match="does not exist in the resource's hierarchy"):
            cloud.create(shapes.PROJECT_BINDING, PROJECT, binding(role=theirs.id))

    def test_what_fails_halfway_leaves_nothing(self, tmp_path: Path) -> None:
        with closing(Store(tmp_path / "cloud.sqlite")) as store:

            def fail_halfway() -> None:
                with store.transaction():
                    store.put(Row("type", "key", "id", store.next(), {}, None))
                    raise ValueError("halfway")

            with pytest.raises(ValueError, match="halfway"):
                fail_halfway()
            with store.transaction():
                assert store.all() == []
                assert store.next() == 1

    def test_versions_are_numbered_and_no_number_comes_twice(self, cloud: Cloud) -> None:
        secret = cloud.create(shapes.SECRET, PROJECT, {"location": "eu-x", "secretId": "s"})
        token = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"  # noqa: S105
        version = {"secret": secret.id, "secretData": "x"}
        first = cloud.create(token, PROJECT, version)
        cloud.delete(token, first.id, PROJECT, version)
        second = cloud.create(token, PROJECT, version)
        name = secret.body["name"]  # with the project's number, wherever the secret's id is given
        assert [first.id, second.id] == [f"{name}/versions/{n}" for n in (1, 2)]

    def test_an_update_keeps_what_was_computed_and_drops_what_is_unset(self, cloud: Cloud) -> None:
        made = cloud.create(shapes.ACCOUNT, PROJECT, {"accountId": "caller", "description": "d"})
        changed = cloud.update(
            shapes.ACCOUNT, made.id, PROJECT, {"accountId": "caller", "displayName": "n"}
        )
        assert changed.body["uniqueId"] == made.body["uniqueId"]
        assert changed.body["displayName"] == "n"
        assert "description" not in changed.body

    def test_updating_what_is_gone_is_an_error(self, cloud: Cloud) -> None:
        with pytest.raises(ApiError, match="Error 404"):
            cloud.update(shapes.ROLE, f"projects/{PROJECT}/roles/x", PROJECT, role("x"))

    def test_what_only_the_provider_knows_is_not_kept(self, cloud: Cloud) -> None:
        inputs = {"service": "dns.googleapis.com", "disableOnDestroy": True}
        row = cloud.create(shapes.SERVICE, PROJECT, inputs)
        assert "disableOnDestroy" not in json.dumps(row.body)

    def test_parallel_calls_from_several_processes_lose_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "shared.sqlite"
        with closing(Cloud(path)) as one, closing(Cloud(path)) as two:
            clouds = [one, two]

            def enable(number: int) -> None:
                service = {"service": f"s{number}.googleapis.com"}
                clouds[number % 2].create(shapes.SERVICE, PROJECT, service)

            with ThreadPoolExecutor(8) as pool:
                list(pool.map(enable, range(60)))
            rows = one.rows()
        assert len({row.sequence for row in rows}) == len(rows) == 60


class TestMembers:
    def test_two_spellings_of_a_member_are_one_binding(self, cloud: Cloud) -> None:
        rows = [
            cloud.create(
                shapes.PROJECT_BINDING, PROJECT, {"role": "roles/viewer", "member": member}
            )
            for member in ("user:Alice@Acme.example", "user:alice@acme.example")
        ]
        assert {row.id for row in rows} == {f"{PROJECT}/roles/viewer/user:alice@acme.example"}
        assert len(cloud.rows(shapes.PROJECT_BINDING)) == 1
        cloud.delete(shapes.PROJECT_BINDING, rows[0].id, PROJECT, {})
        assert cloud.rows(shapes.PROJECT_BINDING) == []

    @pytest.mark.parametrize(
        ("old", "new", "same"),
        [
            ("user:Alice@acme.example", "user:alice@Acme.example", True),
            ("user:alice@acme.example", "group:alice@acme.example", False),
            ("principal://iam.googleapis.com/a/A", "principal://iam.googleapis.com/a/a", False),
            ("allUsers", "allusers", False),
        ],
    )
    def test_another_case_is_a_change_only_where_it_counts(
        self, old: str, new: str, same: bool
    ) -> None:
        kind = catalog.load().resources[shapes.PROJECT_BINDING]
        found = diff.compare(shapes.PROJECT_BINDING, kind, {"member": old}, {"member": new})
        assert (found.changes == ()) is same
