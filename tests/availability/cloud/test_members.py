"""IAM members as people type them: Google's forms, near misses, and nobody who is everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.cloud.members import account_address, check_caller, check_member, check_workload
from availability.input.errors import Problem

POOL = "iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/ci"
WORKFORCE = "iam.googleapis.com/locations/global/workforcePools/acme"
GKE = "iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/acme-1.svc.id.goog"

AGENTS = "agents.global.org-123456789012.system.id.goog"
AGENT = "resources/aiplatform/projects/9876543210/locations/us-central1/reasoningEngines/my-agent"

# The forms of Google's page "Principal identifiers", allow policies.
MEMBERS = [
    "user:alex@acme.example",
    "group:team-a@acme.example",
    "serviceAccount:runner@acme-1.iam.gserviceaccount.com",
    "serviceAccount:acme-1.svc.id.goog[chat/web-1]",
    "domain:acme.example",
    f"principal://{WORKFORCE}/subject/alex@acme.example",
    f"principalSet://{WORKFORCE}/group/admins@acme.example",
    f"principalSet://{WORKFORCE}/attribute.department/sales",
    f"principal://{POOL}/subject/repo:acme/chat:ref:refs/heads/main",
    f"principalSet://{POOL}/group/build",
    f"principalSet://{POOL}/attribute.repository/acme/chat",
    f"principal://{GKE}/subject/ns/chat/sa/web",
    f"principalSet://{GKE}/namespace/chat",
    "principalSet://cloudresourcemanager.googleapis.com/projects/123/type/ServiceAccount",
    f"principal://{AGENTS}/{AGENT}",
    f"principal://agents.global.project-9876543210.system.id.goog/{AGENT}",
    f"principal://agents.global.proj-9876543210.system.id.goog/{AGENT}",
    f"principal://{AGENTS}/resources/run/projects/98/locations/europe-west4/services/planner",
    f"principal://{AGENTS}/resources/discoveryengine/projects/98/locations/global/engines/e",
    f"principalSet://{AGENTS}/attribute.platformContainer/aiplatform/projects/98",
    f"principalSet://{AGENTS}/attribute.platform/aiplatform",
    f"principalSet://{AGENTS}/attribute.container/projects/98",
    # Accounts by Google's "Service account types", of a domain-scoped project among them.
    "serviceAccount:runner@acme-1.acme.example.iam.gserviceaccount.com",
    "serviceAccount:123456789012-compute@developer.gserviceaccount.com",
    "serviceAccount:acme-1@appspot.gserviceaccount.com",
    "serviceAccount:acme-1.acme.example@appspot.gserviceaccount.com",
    "serviceAccount:123456789012@cloudservices.gserviceaccount.com",
    "serviceAccount:123456789012@cloudbuild.gserviceaccount.com",
    "serviceAccount:service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com",
    "serviceAccount:service-123456789012@gae-api-prod.google.com.iam.gserviceaccount.com",
    "serviceAccount:cloud-logs@system.gserviceaccount.com",
]


@pytest.mark.parametrize("member", MEMBERS)
def test_a_documented_member_is_taken_as_it_is(member: str):
    assert check_member(f" {member} ") == member


EVERYBODY = [
    "allUsers",
    "allusers",
    "user:allUsers",
    "allAuthenticatedUsers",
    "group:allAuthenticatedUsers",
    f"principalSet://{POOL}/*",
    f"principalSet://{WORKFORCE}/*",
    f"principalSet://{POOL}/attribute.repository/*",
    f"principalSet://{POOL}/attribute.repository/acme/*",
    f"principal://{POOL}/subject/*",
    f"principalSet://{GKE}/namespace/*",
    f"principalSet://{AGENTS}/*",
    f"principalSet://{AGENTS}/attribute.container/projects/*",
    f"principal://{AGENTS}/{AGENT}/*",
    "domain:gmail.com",
    "domain:outlook.com",
]


@pytest.mark.parametrize("member", EVERYBODY)
def test_everybody_is_nobody(member: str):
    wrong = check_member(member)
    assert isinstance(wrong, Problem)
    assert "everybody" in wrong.message
    assert wrong.suggestions == ()


WRONG = [
    ("alex@acme.example", "user:alex@acme.example"),
    ("x@y.iam.gserviceaccount.com", "serviceAccount:x@y.iam.gserviceaccount.com"),
    ("user:x@y.iam.gserviceaccount.com", "serviceAccount:x@y.iam.gserviceaccount.com"),
    ("User:alex@acme.example", "user:alex@acme.example"),
    ("users:alex@acme.example", "user:alex@acme.example"),
    ("groups:a@acme.example", "group:a@acme.example"),
    ("serviceAccount:jane@acme.example", "user:jane@acme.example"),
    (
        "serviceAccount:jane@gserviceaccount.com.acme.example",
        "user:jane@gserviceaccount.com.acme.example",
    ),
    ("serviceAccount:jane@mygserviceaccount.com", "user:jane@mygserviceaccount.com"),
    ("serviceaccount:x@acme.example", "user:x@acme.example"),
    ("service-account:x@y.iam.gserviceaccount.com", "serviceAccount:x@y.iam.gserviceaccount.com"),
    ("group:x@appspot.gserviceaccount.com", "serviceAccount:x@appspot.gserviceaccount.com"),
    (
        "serviceAccount:x@acme.example:acme-1.iam.gserviceaccount.com",
        "serviceAccount:x@acme-1.acme.example.iam.gserviceaccount.com",
    ),
    ("domain:acme-1.iam.gserviceaccount.com", None),
    (f"principalSet://{AGENTS}/{AGENT}", f"principal://{AGENTS}/{AGENT}"),
    (
        f"principal://{AGENTS}/attribute.platform/aiplatform",
        f"principalSet://{AGENTS}/attribute.platform/aiplatform",
    ),
    (f"principal://{AGENTS}/resources/aiplatform/projects/98", None),
    (f"principal://{AGENTS}/resources/aiplatform/projects/98/locations/us-central1", None),
    (f"principalSet://{AGENTS}/attribute.project/98", None),
    (f"principal://agents.global.org-acme.system.id.goog/{AGENT}", None),
    (f"principal://{AGENTS}.acme.example/{AGENT}", None),
    ("acme-1.svc.id.goog[chat/web]", "serviceAccount:acme-1.svc.id.goog[chat/web]"),
    ("acme.example", "domain:acme.example"),
    ("principal://goog/subject/alex@acme.example", "user:alex@acme.example"),
    ("principalSet://goog/group/a@acme.example", "group:a@acme.example"),
    ("principalSet://goog/public:all", None),
    (f"principalSet://{POOL}/subject/x", f"principal://{POOL}/subject/x"),
    (f"principal://{POOL}/group/x", f"principalSet://{POOL}/group/x"),
    (f"principalSet://{POOL}/attribute.repository/", None),
    (f"principalSet://{POOL}/", None),
    (f"principalSet://{POOL}", None),
    ("principalSet://cloudresourcemanager.googleapis.com/projects/acme/type/ServiceAccount", None),
    ("deleted:user:alex@acme.example?uid=1", None),
    ("projectEditor:acme-1", None),
    ("user:", None),
    ("user:alex", None),
    ("user:*@acme.example", None),
    ("", None),
]


@pytest.mark.parametrize(("word", "meant"), WRONG)
def test_a_word_that_is_no_member_is_answered_by_what_was_meant(word: str, meant: str | None):
    wrong = check_member(word)
    assert isinstance(wrong, Problem)
    assert (wrong.suggestions[0] if wrong.suggestions else None) == meant


@pytest.mark.parametrize(("word", "meant"), WRONG)
def test_what_is_suggested_could_stand_in_its_place(word: str, meant: str | None):
    if meant is not None:
        assert check_member(meant) == meant


def test_a_pool_is_named_by_its_projects_number_and_the_command_tells_it():
    wrong = check_member(f"principalSet://{POOL.replace('123', 'acme-1')}/group/build")
    assert isinstance(wrong, Problem)
    assert "gcloud projects describe acme-1 '--format=value(projectNumber)'" in wrong.message


def test_an_agents_project_is_named_by_its_number_too():
    wrong = check_member(f"principal://{AGENTS}/{AGENT.replace('9876543210', 'acme-1')}")
    assert isinstance(wrong, Problem)
    assert "gcloud projects describe acme-1 '--format=value(projectNumber)'" in wrong.message


@pytest.mark.parametrize(
    ("project", "address"),
    [
        ("acme-1", "runner@acme-1.iam.gserviceaccount.com"),
        ("acme.example:acme-1", "runner@acme-1.acme.example.iam.gserviceaccount.com"),
    ],
)
def test_an_account_that_is_made_in_a_project_has_an_address_that_is_a_member(
    project: str, address: str
):
    assert account_address("runner", project) == address
    assert check_member(f"serviceAccount:{address}") == f"serviceAccount:{address}"


def test_an_agent_is_no_workload():
    assert isinstance(check_workload(f"principal://{AGENTS}/{AGENT}"), Problem)


def test_a_deleted_identity_is_called_so():
    wrong = check_member("deleted:user:alex@acme.example?uid=1")
    assert isinstance(wrong, Problem)
    assert "deleted" in wrong.message


def test_the_federation_is_a_caller_and_a_workload_and_no_member():
    assert check_caller(" federation ") == check_workload("federation") == "federation"
    assert isinstance(check_member("federation"), Problem)


@pytest.mark.parametrize("member", [one for one in MEMBERS if "://iam" in one or "goog[" in one])
def test_a_workload_comes_from_gke_or_a_pool(member: str):
    assert check_workload(member) == member


@pytest.mark.parametrize("member", [one for one in MEMBERS if "@" in one and "//" not in one])
def test_people_and_accounts_are_no_workloads(member: str):
    wrong = check_workload(member)
    assert isinstance(wrong, Problem)
    assert "serviceAccountUsers" in wrong.message


PIECES = (
    "allUsers", "allAuthenticatedUsers", "user:", "principalSet://", "principal://", POOL,
    WORKFORCE, "/*", "*", "/subject/", "/group/", "/attribute.a/", "x", "@acme.example", ":", "'",
    " ", "deleted:", "goog/", "public:all", "\n", "[", "]",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_no_word_makes_a_member_of_everybody(word: str):
    taken = check_member(word)
    if isinstance(taken, str):
        assert "*" not in taken
        assert "alluser" not in taken.lower().replace("@", "")[:12]
        assert "allauthenticatedusers" not in taken.lower()
        assert not any(letter.isspace() for letter in taken)
