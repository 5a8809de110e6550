"""What the provider's error texts mean, and what a person is told to do about them."""

import pytest

from availability.cloud_errors import (
    POOLS,
    ROLE,
    CloudError,
    Meaning,
    Taken,
    advice,
    project_in,
    read_error,
)

ACCOUNT = "gcp:serviceaccount/account:Account"
DISABLED = (
    "1 error occurred:\n\t* Error creating custom project role: googleapi: Error 403: Identity and "
    "Access Management (IAM) API has not been used in project acme-prod before or it is disabled. "
    "Enable it by visiting https://console.developers.google.com/apis/api/iam.googleapis.com/"
    "overview?project=acme-prod then retry. If you enabled this action recently, wait a few minutes"
    " for the action to propagate to our systems and retry.\nDetails: SERVICE_DISABLED\n, "
    "accessNotConfigured\n\n"
)
NEWER = (
    "Error 403: Vertex AI API has not been used in project 123 before or it is disabled. "
    'Details: [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "googleapis.com", '
    '"metadata": {"consumer": "projects/123", "service": "aiplatform.googleapis.com"}, '
    '"reason": "SERVICE_DISABLED"}]'
)
DENIED = (
    "Error creating service account: googleapi: Error 403: Permission 'iam.serviceAccounts.create' "
    "denied on resource '//cloudresourcemanager.googleapis.com/projects/acme-prod' (or it may not "
    "exist)., forbidden"
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (DISABLED, Meaning.NOT_ACTIVE),
        (NEWER, Meaning.NOT_ACTIVE),
        (DENIED, Meaning.DENIED),
        ("googleapi: Error 403: The caller does not have permission, forbidden", Meaning.DENIED),
        ("rpc error: code = PermissionDenied desc = PERMISSION_DENIED", Meaning.DENIED),
        (
            "googleapi: Error 403: Required 'compute.globalAddresses.create' permission for 'x'",
            Meaning.DENIED,
        ),
        (
            "Error 400: You can't create a role_id (a) which has been marked for deletion., failed",
            Meaning.ID_HELD,
        ),
        ("Custom project role projects/p/roles/a already exists and must be imported", "exists"),
        ("googleapi: Error 409: Requested entity already exists, alreadyExists", Meaning.EXISTS),
        (
            "Error 403: Permission denied by organization policy: constraints/iam.x, forbidden",
            Meaning.OTHER,
        ),
        (DENIED.replace("iam.serviceAccounts", "orgpolicy.policies"), Meaning.DENIED),
        (DENIED.replace("iam.serviceAccounts", "cloudquotas.quotas"), Meaning.DENIED),
        ("Error 400: 'main' is already bound to a private zone named 'a.'", Meaning.ZONE_TAKEN),
        (DENIED.replace("iam.serviceAccounts", "billing.budgets"), Meaning.DENIED),
        (
            "Error 403: forbidden by constraints/iam.managed.disableServiceAccountKeyUpload",
            Meaning.OTHER,
        ),
        (
            "Error 403: Request is disallowed by organization's constraints/gcp.x constraint",
            Meaning.OTHER,
        ),
        ("googleapi: Error 403: Quota exceeded for quota metric, forbidden", Meaning.OTHER),
        ("googleapi: Error 403: Billing must be enabled for project p, forbidden", Meaning.OTHER),
        ("googleapi: Error 412: One or more users named in the policy do not exist", Meaning.OTHER),
        ("rpc error: code = Unavailable desc = error reading from server: EOF", Meaning.OTHER),
        ("", Meaning.OTHER),
    ],
)
def test_an_error_is_a_matter_of_time_only_where_it_says_so(text: str, meaning: str) -> None:
    assert read_error(text).meaning == meaning


@pytest.mark.parametrize(
    ("text", "api", "project"),
    [
        (DISABLED, "iam.googleapis.com", "acme-prod"),
        (NEWER, "aiplatform.googleapis.com", "123"),
        (DENIED, "cloudresourcemanager.googleapis.com", "acme-prod"),
        ("EOF", None, None),
    ],
)
def test_an_error_names_its_api_and_project(
    text: str, api: str | None, project: str | None
) -> None:
    error = read_error(text)
    assert (error.api, error.project) == (api, project)


def test_an_error_names_the_constraint_that_denies_it() -> None:
    text = "Request is disallowed by organization's constraints/gcp.restrictServiceUsage constraint"
    assert read_error(text).constraint == "gcp.restrictServiceUsage"
    assert read_error(DENIED).constraint is None


@pytest.mark.parametrize(
    ("inputs", "project"),
    [
        ({"project": "p", "parent": "projects/q"}, "p"),
        ({"parent": "projects/q"}, "q"),
        ({"secret": "projects/q/locations/l/secrets/s"}, "q"),
        ({"serviceAccountId": "projects/q/serviceAccounts/a"}, "q"),
        ({"parent": "folders/1"}, None),
        ({}, None),
    ],
)
def test_a_resource_goes_to_the_project_that_it_or_its_owner_names(
    inputs: dict[str, object], project: str | None
) -> None:
    assert project_in(inputs) == project


def test_what_exists_is_imported_under_its_own_parent_by_one_command() -> None:
    urn = "urn:pulumi:prod::p::t:index:Guardrails::guardrails"
    error = CloudError(Meaning.EXISTS, "")
    taken = Taken("projects/p/policies/a.b", urn)
    said = advice(
        error,
        kind="gcp:orgpolicy/policy:Policy",
        name="guardrails-a.b",
        stack="prod",
        waited=0.0,
        generation="1",
        taken=taken,
    )
    assert said is not None
    command = (
        "  pulumi import gcp:orgpolicy/policy:Policy guardrails-a.b projects/p/policies/a.b "
        f"--parent guardrails={urn} --protect=false --generate-code=false --stack prod"
    )
    assert command in said.splitlines()
    assert "  pulumi up --stack prod" in said.splitlines()


def told(
    error: CloudError, kind: str = ROLE, name: str = "project-tuning", generation: str = "1"
) -> str:
    said = advice(error, kind=kind, name=name, stack="prod", waited=600.0, generation=generation)
    assert said is not None
    return said


def test_an_api_that_stays_inactive_is_named_with_the_time_and_the_command() -> None:
    said = told(read_error(DISABLED))
    start = "iam.googleapis.com is still not active in project acme-prod, 10 minutes after"
    assert " ".join(said.split()).startswith(start)
    lines = said.splitlines()
    assert "  gcloud services enable iam.googleapis.com --project acme-prod" in lines
    assert "  pulumi up --stack prod" in lines


def test_a_missing_permission_is_named_in_google_s_words() -> None:
    said = " ".join(told(read_error(DENIED)).split())
    assert "10 minutes after" in said
    assert "Permission 'iam.serviceAccounts.create' denied" in said
    assert "gcloud projects get-iam-policy acme-prod" in said


@pytest.mark.parametrize(("generation", "following"), [("1", 2), ("2", 3), ("41", 42), ("", 2)])
def test_a_held_role_id_asks_for_the_next_generation(generation: str, following: int) -> None:
    error = CloudError(Meaning.ID_HELD, "marked for deletion")
    command = f"  pulumi config set vertex-residency:generation {following} --stack prod"
    assert command in told(error, generation=generation).splitlines()
    assert command in told(error, POOLS[0], "callers", generation=generation).splitlines()


def test_a_role_that_is_there_can_be_adopted_or_left() -> None:
    text = "Custom project role projects/p/roles/vertexTuner already exists and must be imported"
    lines = told(read_error(text)).splitlines()
    key = "vertex-residency:adopt.tuning"
    assert f"  pulumi config set --path {key} vertexTuner --stack prod" in lines
    assert "  pulumi config set vertex-residency:generation 2 --stack prod" in lines


def test_a_pool_that_is_there_may_have_been_deleted() -> None:
    said = " ".join(told(CloudError(Meaning.EXISTS, ""), POOLS[1], "callers").split())
    assert "deleted in the last 30 days" in said


@pytest.mark.parametrize("meaning", [Meaning.EXISTS, Meaning.ID_HELD, Meaning.OTHER])
def test_nothing_is_added_to_an_error_that_speaks_for_itself(meaning: Meaning) -> None:
    error = CloudError(meaning, "")
    more = {"name": "a", "stack": "dev", "waited": 0.0, "generation": "1"}
    assert advice(error, kind=ACCOUNT, **more) is None  # pyright: ignore[reportArgumentType]
