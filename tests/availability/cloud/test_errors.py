"""What the provider's error texts mean, and what a person is told to do about them."""

import pytest

from availability.cloud.errors import CloudError, Meaning, advice, project_in, read_error, waiting
from availability.cloud.resource_types import ResourceType

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
GCLOUD = (
    "Error creating Policy: googleapi: Error 403: Your application is authenticating by using "
    "local Application Default Credentials. The orgpolicy.googleapis.com API requires a quota "
    "project, which is not set by default. To learn how to set your quota project, see "
    "https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds .\nDetails:\n[\n"
    '  {\n    "@type": "type.googleapis.com/google.rpc.ErrorInfo",\n    "domain": '
    '"googleapis.com",\n    "metadata": {\n      "consumer": "projects/764086051850",\n      '
    '"service": "orgpolicy.googleapis.com"\n    },\n    "reason": "SERVICE_DISABLED"\n  }\n]\n, '
    "forbidden"
)
NOT_YET_KNOWN = (
    'Error applying IAM policy for project "acme-prod": Error setting IAM policy for project '
    '"acme-prod": googleapi: Error 400: Service account lab-prod@acme-prod.iam.gserviceaccount.com '
    "does not exist., badRequest"
)
URN = "urn:pulumi:prod::p::t:index:ProjectBaseline$gcp:projects/iAMCustomRole:IAMCustomRole::a"
UNREAD = (
    f"1 error occurred:\n\t* creating {URN}: 1 error occurred:\n\t* Error when reading or editing "
    "Custom Project Role: googleapi: Error 403: Permission 'iam.roles.get' denied on resource (or "
    "it may not exist)., forbidden\n\n\n"
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
        (GCLOUD, Meaning.QUOTA_PROJECT),
        (
            (
                "Error 403: Organization Policy API has not been used in project 764086051850 "
                "before or it is disabled. Details: SERVICE_DISABLED"
            ),
            Meaning.QUOTA_PROJECT,
        ),
        (
            (
                "Error 403: Your application has authenticated using end user credentials from the "
                "Google Cloud SDK or Google Cloud Shell which are not supported by the "
                "cloudquotas.googleapis.com."
            ),
            Meaning.QUOTA_PROJECT,
        ),
        (NOT_YET_KNOWN, Meaning.ACCOUNT_UNKNOWN),
        (UNREAD, Meaning.DENIED),
        # Names of types and APIs say nothing about quotas that are used up, or about billing.
        (f"Error creating QuotaPreference: {DENIED}", Meaning.DENIED),
        (f"Error creating Budget of billingbudgets.googleapis.com: {DENIED}", Meaning.DENIED),
        ("googleapi: Error 403: quotaExceeded, forbidden", Meaning.OTHER),
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
        ({"name": "projects/q/policies/a.b"}, "q"),
        ({"secret": "projects/123/locations/l/secrets/s"}, "123"),
        ({"name": "plain"}, None),
        ({}, None),
    ],
)
def test_a_resource_goes_to_the_project_that_it_or_its_owner_names(
    inputs: dict[str, object], project: str | None
) -> None:
    assert project_in(inputs) == project


def told(
    error: CloudError,
    kind: ResourceType = ResourceType.ROLE,
    name: str = "project-tuning",
    generation: str = "1",
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


@pytest.mark.parametrize(
    ("meaning", "kind"),
    [
        (Meaning.EXISTS, ResourceType.ROLE),
        (Meaning.EXISTS, ResourceType.POOL),
        (Meaning.ID_HELD, ResourceType.POOL),
        (Meaning.ID_HELD, ResourceType.ACCOUNT),
        (Meaning.OTHER, ResourceType.ACCOUNT),
    ],
)
def test_nothing_is_added_to_what_speaks_for_itself_or_is_told_together(
    meaning: Meaning, kind: ResourceType
) -> None:
    error = CloudError(meaning, "")
    assert advice(error, kind=kind, name="a", stack="dev", waited=0.0, generation="1") is None


def test_only_what_had_its_effect_says_so() -> None:
    error = read_error(UNREAD)
    assert error.effective
    assert error.permission == "iam.roles.get"
    assert error.text.startswith("Error when reading or editing Custom Project Role")
    assert read_error(UNREAD.replace("creating urn", "updating urn")).effective
    assert not read_error(DENIED).effective


def test_an_error_is_told_without_google_s_json() -> None:
    assert read_error(GCLOUD).text.endswith("user-creds ., forbidden")
    assert "{" not in read_error(NEWER).text
    cut = "Error 403: Permission 'a.b.c' denied Details: [ {not json"
    assert read_error(cut).text == cut
    assert read_error(f"{GCLOUD} and then {GCLOUD}").text.count("@type") == 0


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            read_error(DISABLED),
            (
                "Waiting for iam.googleapis.com to become active in project acme-prod, for up to "
                "10 minutes."
            ),
        ),
        (
            read_error(DENIED),
            (
                "Waiting for the permission iam.serviceAccounts.create to have its effect in "
                "project acme-prod, for up to 10 minutes."
            ),
        ),
        (
            read_error(NOT_YET_KNOWN),
            (
                "Waiting for the new service account lab-prod@acme-prod.iam.gserviceaccount.com to "
                "be known everywhere, for up to 10 minutes."
            ),
        ),
        (
            CloudError(Meaning.OTHER, "", constraint="gcp.resourceLocations"),
            (
                "Waiting for this stack's organization policy gcp.resourceLocations to have its "
                "effect, for up to 10 minutes."
            ),
        ),
        (
            read_error("The caller does not have permission"),
            (
                "Waiting for the permission for project-predict to have its effect, for up to 10 "
                "minutes."
            ),
        ),
    ],
)
def test_what_is_waited_for_is_said_in_one_line(error: CloudError, line: str) -> None:
    assert waiting(error, "project-predict", 600.0) == line


def lines_of(
    error: CloudError,
    *,
    kind: ResourceType = ResourceType.ROLE,
    stack: str = "prod",
    own_account: bool = False,
    billed: str | None = None,
) -> list[str]:
    said = advice(
        error,
        kind=kind,
        name="project-tuning",
        stack=stack,
        waited=180.0,
        generation="1",
        own_account=own_account,
        billed=billed,
    )
    assert said is not None
    return said.splitlines()


def test_a_log_in_without_a_quota_project_is_given_one_by_two_commands() -> None:
    lines = lines_of(read_error(GCLOUD), billed="acme-prod")
    assert [line for line in lines if line.startswith("  pulumi ")] == [
        "  pulumi config set gcp:userProjectOverride true --stack prod",
        "  pulumi config set gcp:billingProject acme-prod --stack prod",
        "  pulumi up --stack prod",
    ]
    assert not any("gcloud services enable" in line for line in lines)
    assert not any("764086051850" in line for line in lines)


def test_commands_for_a_quota_project_are_quoted_for_a_shell() -> None:
    lines = lines_of(read_error(GCLOUD), billed="a b", stack="$(x)")
    assert "  pulumi config set gcp:billingProject 'a b' --stack '$(x)'" in lines


def test_what_was_made_and_not_read_is_run_again_and_nothing_else() -> None:
    lines = lines_of(read_error(UNREAD))
    assert lines[-1] == "  pulumi up --stack prod"
    said = " ".join(lines)
    assert "It is in the state" in said
    for wrong in ("adopt", "generation", "takeOver", "pulumi import"):
        assert wrong not in said


def test_an_account_of_somebody_else_s_is_not_waited_for_and_named() -> None:
    said = " ".join(" ".join(lines_of(read_error(NOT_YET_KNOWN))).split())
    account = "lab-prod@acme-prod.iam.gserviceaccount.com"
    assert said.startswith(f"{account} does not exist, and this stack does not make it.")


def test_an_own_account_that_stays_unknown_is_looked_for_by_a_refresh() -> None:
    lines = lines_of(read_error(NOT_YET_KNOWN), own_account=True)
    assert " ".join(lines).startswith("Google still does not know lab-prod@acme-prod")
    assert lines[-1] == "  pulumi up --stack prod --refresh"
