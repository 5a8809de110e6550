"""The error hook: what it waits for, how long, and what it says when it gives up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pulumi
import pytest

from availability.cloud.already_there import Searched, There
from availability.cloud.resource_types import ResourceType
from availability.cloud.set_by import SetBy
from components import ProjectBaseline
from components.guardrails import Guardrails, GuardrailsArgs
from components.private_access import PrivateAccess
from components.registration import readiness
from components.registration.identifiers import service_account_id
from components.registration.readiness import HOOK, Patience, Readiness, Registered, retried
from components.service_agents import ServiceAgents
from tests.components.recording import (
    ACCOUNT,
    BINDING,
    DEV,
    POLICY,
    POOL,
    POOL_PROVIDER,
    REGIONAL_ENDPOINT,
    ROLE,
    SECRET_VERSION,
    SERVICE,
    SERVICE_IDENTITY,
    Program,
    endpoint,
)

DISABLED = "Vertex AI API has not been used in project p before or it is disabled: SERVICE_DISABLED"
DENIED = "googleapi: Error 403: Permission 'a.b.create' denied on resource 'projects/p', forbidden"

ELSEWHERE = (
    "Compute Engine API has not been used in project {project} before or it is disabled. Enable it "
    "by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview"
)
REFUSED = (
    "googleapi: Error 403: Request is disallowed by organization's "
    "constraints/gcp.resourceLocations constraint for projects/p, forbidden"
)


def activating(*services: str, project: str = "p") -> Readiness:
    """The hook of a program that activates these services."""
    return Readiness(Registered(activated={(project, service) for service in services}))


def of_keys() -> Registered:
    """Of a program whose stack has keys."""
    return Registered(set_by=SetBy.KEYS)


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list[float])

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)  # others go on meanwhile


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    patience = Patience(sleep=made.sleep, now=lambda: made.now)
    monkeypatch.setattr(readiness, "PATIENCE", patience)
    return made


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", messages.append)
    return messages


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is only for information."""
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", messages.append)
    return messages


def failed(
    *errors: str,
    urn: str = "urn:a",
    operation: str = "create",
    project: str = "p",
    kind: str = ROLE,
    **inputs: str,
) -> pulumi.ErrorHookArgs:
    return pulumi.ErrorHookArgs(
        urn,
        "",
        "project-predict",
        kind,
        new_inputs=inputs or {"project": project},
        failed_operation=operation,
        errors=list(errors),
    )


def tried(hook: Readiness, error: str, most: int = 200, **more: str) -> int:
    """How often the hook has the call tried again before it gives up."""
    for times in range(most):
        call = failed(*[error] * (times + 1), **more)
        if not asyncio.get_event_loop().run_until_complete(retry(hook, call)):
            return times
    raise AssertionError("it never gives up")


async def retry(hook: Readiness, call: pulumi.ErrorHookArgs) -> bool:
    return await hook(call)


def test_the_waits_double_up_to_the_longest_and_end_at_the_limit(
    time: Time, said: list[str]
) -> None:
    hook = activating("aiplatform.googleapis.com")
    assert tried(hook, DISABLED) < 100  # where the engine itself ends it
    assert time.slept[:7] == [1, 2, 4, 8, 16, 30, 30]
    assert max(time.slept) == 30
    assert sum(time.slept) == pytest.approx(600)


def test_a_missing_permission_is_given_up_sooner(time: Time, said: list[str]) -> None:
    tried(Readiness(of_keys()), DENIED)
    assert sum(time.slept) == pytest.approx(180)


@pytest.mark.parametrize(
    "error",
    [
        "googleapi: Error 400: The value is invalid, badRequest",
        "googleapi: Error 403: Quota exceeded, forbidden",
        "Error 400: You can't create a role_id (a) which has been marked for deletion., failed",
        "rpc error: code = Unavailable desc = error reading from server: EOF",
    ],
)
def test_what_says_something_else_fails_at_once(time: Time, said: list[str], error: str) -> None:
    assert tried(Readiness(of_keys()), error) == 0
    assert time.slept == []


def test_what_turns_out_to_be_something_else_fails_then(time: Time, said: list[str]) -> None:
    hook = Readiness(of_keys())
    assert asyncio.get_event_loop().run_until_complete(retry(hook, failed(DISABLED)))
    assert not asyncio.get_event_loop().run_until_complete(
        retry(hook, failed("Error 400: invalid", DISABLED))
    )


def test_each_resource_and_operation_has_its_own_limit(time: Time, said: list[str]) -> None:
    hook = Readiness(of_keys())
    tried(hook, DENIED)
    assert tried(hook, DENIED, urn="urn:b") > 0
    assert tried(hook, DENIED, operation="delete") > 0
    assert tried(hook, DENIED) == 0


def test_an_api_that_becomes_active_late_ends_with_the_denied_limit_passed(
    time: Time, said: list[str]
) -> None:
    hook = Readiness(of_keys())
    assert asyncio.get_event_loop().run_until_complete(retry(hook, failed(DISABLED)))
    time.now += 300
    assert not asyncio.get_event_loop().run_until_complete(retry(hook, failed(DENIED, DISABLED)))


def test_many_resources_that_wait_for_one_api_are_one_message(time: Time, said: list[str]) -> None:
    hook = activating("aiplatform.googleapis.com")
    tried(hook, DISABLED)
    tried(hook, DISABLED, urn="urn:b")
    [message] = said
    assert "10 minutes" in message
    assert "gcloud services enable" in message


@pytest.mark.parametrize(
    ("named", "own", "seconds"),
    [
        ("p", "p", 600),
        ("net", "p", 180),
        ("net", "net", 180),
        # Google may name a project by its number: then the resource's own project tells.
        ("123456789012", "p", 600),
        ("123456789012", "net", 180),
        # What is part of a secret is named by the number of its project, too.
        ("123456789012", "123456789012", 600),
    ],
)
def test_only_what_the_program_activates_is_waited_for_long(
    time: Time, said: list[str], named: str, own: str, seconds: float
) -> None:
    tried(activating("compute.googleapis.com"), ELSEWHERE.format(project=named), project=own)
    assert sum(time.slept) == pytest.approx(seconds)
    [message] = said
    assert f"in project {named}," in message
    assert ("This stack does not activate it there" in message) == (seconds == 180)


def test_an_api_that_nobody_activates_here_is_not_waited_for_long(
    time: Time, said: list[str]
) -> None:
    tried(activating("iam.googleapis.com"), ELSEWHERE.format(project="p"))
    assert sum(time.slept) == pytest.approx(180)


def test_a_policy_of_the_program_s_own_may_be_without_its_effect_yet(
    time: Time, said: list[str]
) -> None:
    tried(Readiness(Registered(constraints={"gcp.resourceLocations"})), REFUSED)
    assert sum(time.slept) == pytest.approx(180)


def test_a_policy_of_somebody_else_is_not_waited_for(time: Time, said: list[str]) -> None:
    assert tried(Readiness(Registered(constraints={"gcp.restrictServiceUsage"})), REFUSED) == 0


def test_a_program_remembers_what_it_activates_and_where(program: Program) -> None:
    def body() -> None:
        ProjectBaseline("project", {"publishers": ["google"], "project": "acme-text"})
        later = pulumi.Output.from_input("acme-later")
        ProjectBaseline("other", {"publishers": ["anthropic"], "project": later})
        seen.append(readiness.program().registered)

    seen: list[Registered] = []
    program.run(body)
    [registered] = seen
    assert ("acme-text", "aiplatform.googleapis.com") in registered.activated
    procurement = "cloudcommerceconsumerprocurement.googleapis.com"
    assert {place for place, service in registered.activated if service == procurement} == {None}
    assert {service for _, service in registered.activated} == {
        one.inputs["service"] for one in program.of_type(SERVICE)
    }


def test_a_program_remembers_the_policies_that_it_enforces_and_where_all_are(
    program: Program,
) -> None:
    def body() -> None:
        policies = [
            {"constraint": "gcp.resourceLocations", "allowed": ["in:eu-locations"]},
            {"constraint": "gcp.restrictEndpointUsage", "denied": ["a"], "dry_run": True},
        ]
        Guardrails("guardrails", cast("GuardrailsArgs", {"policies": policies}))
        seen.append(readiness.program().registered)

    seen: list[Registered] = []
    program.run(body)
    [registered] = seen
    assert registered.constraints == {"gcp.resourceLocations"}
    urn = program.named("guardrails").urn
    assert registered.parents == {(one.type, one.name): urn for one in program.of_type(POLICY)}


def test_a_program_remembers_where_its_regional_endpoints_are(program: Program) -> None:
    host = "aiplatform.europe-west4.rep.googleapis.com"
    subnetwork = "projects/acme-dev/regions/europe-west4/subnetworks/apps"
    regional = {"host": host, "region": "europe-west4", "subnetwork": subnetwork}

    def body() -> None:
        PrivateAccess("private-access", {"network": "apps", "regional": [regional]})  # pyright: ignore[reportArgumentType]
        seen.append(readiness.program().registered)

    seen: list[Registered] = []
    program.run(body)
    [endpoint_] = program.of_type(REGIONAL_ENDPOINT)
    urn = program.named("private-access").urn
    assert seen[0].parents[REGIONAL_ENDPOINT, endpoint_.name] == urn


@pytest.mark.parametrize("later", [False, True], ids=["text", "Output"])
def test_a_program_remembers_the_accounts_that_it_makes(program: Program, *, later: bool) -> None:
    def body() -> None:
        endpoint(project=pulumi.Output.from_input("acme-x") if later else "acme-x")
        seen.append(readiness.program().registered)

    seen: list[Registered] = []
    program.run(body)
    account = (None if later else "acme-x", service_account_id("chat", DEV))
    assert seen[0].accounts == {account}
    assert not seen[0].agents


@pytest.mark.parametrize(("need", "agents"), [("batch-prediction", True), ("tuning", None)])
def test_a_program_remembers_that_it_asks_for_service_agents(
    program: Program, need: str, agents: bool | None
) -> None:
    def body() -> None:
        ServiceAgents("agents", {"needs": [need]})
        seen.append(readiness.program().registered)

    seen: list[Registered] = []
    program.run(body)
    asked = bool(program.of_type(SERVICE_IDENTITY))
    assert seen[0].agents is asked
    assert agents in (None, asked)


def test_waiting_leaves_the_others_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", Patience(first=0.05))

    async def both() -> list[bool]:
        hook = Readiness(of_keys())
        return await asyncio.gather(*(hook(failed(DISABLED, urn=f"urn:{i}")) for i in range(40)))

    loop = asyncio.new_event_loop()
    start = loop.time()
    assert all(loop.run_until_complete(both()))
    assert loop.time() - start < 1
    loop.close()


def test_options_keep_what_they_have(program: Program) -> None:
    opts = retried(ResourceType.ROLE, pulumi.ResourceOptions(protect=True, ignore_changes=["a"]))
    assert (opts.protect, opts.ignore_changes) == (True, ["a"])
    assert opts.hooks is not None
    assert [hook.name for hook in opts.hooks.on_error or []] == [HOOK]
    assert not opts.transforms


def test_a_program_has_one_hook_and_another_program_another(program: Program) -> None:
    def hook() -> object:
        opts = retried(ResourceType.ROLE, pulumi.ResourceOptions())
        assert opts.hooks is not None
        [made] = opts.hooks.on_error or []
        return made

    first = hook()
    assert hook() is first
    Program()
    assert hook() is not first


def test_two_programs_of_one_process_share_nothing_of_what_they_remember(program: Program) -> None:
    first = readiness.program()
    first.registered.failed = first.protects = True
    Program()
    other = readiness.program()
    assert (other.registered.failed, other.protects, other.search_result) == (False, False, None)


def test_an_older_cli_goes_without_and_is_told_so_once(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def supports(feature: int) -> bool:
        return False

    monkeypatch.setattr(pulumi.runtime.settings, "monitor_supports_feature", supports)
    told: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", told.append)
    for _ in range(2):
        hooks = retried(ResourceType.ROLE, pulumi.ResourceOptions()).hooks
        assert hooks is None or not hooks.on_error
    [warning] = told
    assert "Update the CLI" in " ".join(warning.split())


@pytest.mark.parametrize(
    "kind", [ResourceType.ROLE, ResourceType.SECRET_VERSION, ResourceType.SERVICE]
)
@pytest.mark.parametrize("protects", [False, True])
def test_a_stack_s_protection_is_that_of_the_type(
    program: Program, kind: ResourceType, *, protects: bool
) -> None:
    readiness.program().protects = protects
    opts = retried(kind, pulumi.ResourceOptions())
    assert bool(opts.protect) is (protects and kind == ROLE)
    assert bool(opts.retain_on_delete) is (protects and kind == SECRET_VERSION)


def test_an_own_choice_comes_before_a_stack_s_protection(program: Program) -> None:
    readiness.program().protects = True
    assert retried(ResourceType.ROLE, pulumi.ResourceOptions(protect=False)).protect is False


def everything() -> None:
    baseline = ProjectBaseline("project", {"publishers": ["google"], "needs": ["tuning"]})
    endpoint("chat", roles=baseline.role_by_need)


@pytest.mark.parametrize("kind", [ACCOUNT, BINDING, ROLE, SERVICE])
def test_every_resource_of_google_cloud_has_the_hook(program: Program, kind: str) -> None:
    body: Callable[[], None] = everything
    program.run(body)
    assert program.of_type(kind)
    assert {one.on_error for one in program.of_type(kind)} == {(HOOK,)}


UNREAD = (
    "1 error occurred:\n\t* creating urn:pulumi:prod::p::a:b:C::d: 1 error occurred:\n\t* "
    f"Error when reading or editing Custom Project Role: {DENIED}\n\n\n"
)
UNKNOWN_ACCOUNT = (
    "googleapi: Error 400: Service account {}.iam.gserviceaccount.com does not exist., badRequest"
)
QUOTA_PROJECT = (
    "googleapi: Error 403: The orgpolicy.googleapis.com API requires a quota project. Details: "
    '[{"metadata": {"consumer": "projects/764086051850", "service": "orgpolicy.googleapis.com"}, '
    '"reason": "SERVICE_DISABLED"}], forbidden'
)


def test_the_versions_of_a_secret_are_waited_for_though_their_project_is_a_number(
    time: Time, said: list[str]
) -> None:
    hook = activating("secretmanager.googleapis.com")
    error = ELSEWHERE.format(project="123456789012").replace("compute", "secretmanager")
    version = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"
    secret = "projects/123456789012/locations/l/secrets/s"  # noqa: S105
    for errors in range(1, 100):
        call = failed(*[error] * errors, kind=version, secret=secret)
        if not asyncio.get_event_loop().run_until_complete(retry(hook, call)):
            break
    assert sum(time.slept) == pytest.approx(600)
    [message] = said
    assert "This stack does not activate it there" not in message


def test_what_is_waited_for_is_said_once_in_a_line(
    time: Time, said: list[str], told: list[str]
) -> None:
    hook = activating("aiplatform.googleapis.com")
    tried(hook, DISABLED)
    tried(hook, DISABLED, urn="urn:b")
    [line] = told
    assert line.startswith("Waiting for ")
    assert "\n" not in line


def test_a_log_in_without_a_quota_project_is_not_waited_for(time: Time, said: list[str]) -> None:
    hook = activating("orgpolicy.googleapis.com")
    assert tried(hook, QUOTA_PROJECT) == 0
    [message] = said
    assert "pulumi config set gcp:billingProject p --stack dev" in message


@pytest.mark.parametrize(
    ("account", "seconds"),
    [
        ("lab-prod@p", 180),
        ("lab-prod@other", 0),
        ("lab@p", 0),
        ("apps-prod@my-project.example.com", 180),
        ("any-prod@whatever", 180),  # of an account whose project only the provider knows
        ("service-1@gcp-sa-vertex-bp", 0),
    ],
)
def test_only_an_account_that_this_program_makes_is_waited_for(
    time: Time, said: list[str], account: str, seconds: float
) -> None:
    own: set[tuple[str | None, str]] = {
        ("p", "lab-prod"),
        ("example.com:my-project", "apps-prod"),
        (None, "any-prod"),
    }
    tried(Readiness(Registered(accounts=own)), UNKNOWN_ACCOUNT.format(account))
    assert sum(time.slept) == pytest.approx(seconds)
    [message] = said
    assert ("this stack does not make it" in " ".join(message.split())) == (seconds == 0)


def test_the_agents_that_this_program_asks_for_are_waited_for(time: Time, said: list[str]) -> None:
    hook = Readiness(Registered(agents=True))
    tried(hook, UNKNOWN_ACCOUNT.format("service-123@gcp-sa-vertex-bp"))
    assert sum(time.slept) == pytest.approx(180)


def test_an_account_is_waited_for_from_when_it_is_first_missing(
    time: Time, said: list[str]
) -> None:
    hook = Readiness(
        Registered(accounts={("p", "lab")}, activated={("p", "aiplatform.googleapis.com")})
    )
    tried(hook, DISABLED)
    tried(hook, UNKNOWN_ACCOUNT.format("lab@p"))
    assert sum(time.slept) == pytest.approx(600 + 180)


def test_what_was_made_and_could_not_be_read_is_not_made_again(time: Time, said: list[str]) -> None:
    assert tried(Readiness(of_keys()), UNREAD) == 0
    [message] = said
    assert "It is in the state" in " ".join(message.split())


def test_what_may_be_made_twice_is_made_again_and_the_next_update_is_announced(
    time: Time, said: list[str], told: list[str]
) -> None:
    assert tried(Readiness(of_keys()), UNREAD, kind=SERVICE) > 0
    assert any("the next up updates it once more" in " ".join(one.split()) for one in told)


def test_an_update_that_could_not_be_read_is_tried_again(time: Time, said: list[str]) -> None:
    assert (
        tried(Readiness(of_keys()), UNREAD.replace("creating", "updating", 1), operation="update")
        > 0
    )


EXISTS = "Custom project role projects/p/roles/a already exists and must be imported"
HELD_POOL = "googleapi: Error 400: The workload identity pool is in a deleted state, failed"


def met(hook: Readiness, *calls: pulumi.ErrorHookArgs) -> None:
    """The hook gives up all of the calls, which fail at the same time."""

    async def together() -> list[bool]:
        return await asyncio.gather(*(hook(call) for call in calls))

    assert not any(asyncio.get_event_loop().run_until_complete(together()))


def exists(
    of: str, *earlier: str, kind: str = ROLE, error: str = EXISTS, **inputs: str
) -> pulumi.ErrorHookArgs:
    """The call of the resource with this name in the program."""
    call = failed(error, *earlier, urn=f"urn:{of}", kind=kind)
    call.name, call.new_inputs = of, inputs
    return call


def test_all_that_exists_is_one_message_after_a_moment(time: Time, said: list[str]) -> None:
    account = "projects/p/serviceAccounts/x"
    met(
        Readiness(of_keys()),
        exists("project-predict", project="p", roleId="a"),
        exists("project-tuning", project="p", roleId="b"),
        exists("federation-pool", kind=POOL, error=HELD_POOL, project="p"),
        exists("chat-caller", kind=ACCOUNT, email="x", project="p"),
    )
    [message] = said
    assert message.startswith("4 of this stack's resources exist already in Google Cloud:")
    assert "  project-predict (projects/p/roles/a)\n" in message
    assert "  project-tuning (projects/p/roles/b)\n" in message
    assert f"  chat-caller ({account})\n" in message
    commands = [line for line in message.splitlines() if "takeOver" in line]
    assert commands == ["  pulumi config set vertex-residency:takeOver true --stack dev"]
    assert time.slept == [1.0]


def test_what_exists_later_is_a_message_of_its_own(time: Time, said: list[str]) -> None:
    hook = Readiness(of_keys())
    met(hook, exists("project-predict", project="p", roleId="a"))
    met(hook, exists("project-tuning", project="p", roleId="b"))
    first, second = said
    assert "project-tuning" not in first
    assert "project-predict" not in second


def test_the_same_that_exists_is_not_told_twice(time: Time, said: list[str]) -> None:
    hook = Readiness(of_keys())
    for _ in range(2):
        met(hook, exists("project-predict", project="p", roleId="a"))
    assert len(said) == 1


def test_what_a_search_has_found_out_is_told_with_what_exists(time: Time, said: list[str]) -> None:
    policy = There(
        ResourceType.POLICY,
        "guardrails-a.b",
        "projects/p/policies/a.b",
        "urn:x::g",
        readable=False,
    )
    searched = Searched(unmarked={(ROLE, "project-predict")}, unread=[policy])
    hook = Readiness(Registered(searched=searched, set_by=SetBy.KEYS))
    met(hook, exists("project-predict", project="p", roleId="a"))
    [message] = said
    assert "takeOver" not in message
    assert "vertex-residency:adopt.predict a --stack dev" in message
    assert f"  pulumi import {POLICY} guardrails-a.b projects/p/policies/a.b" in message


def test_what_no_function_reads_is_imported_under_the_parent_that_it_was_registered_with(
    time: Time, said: list[str]
) -> None:
    parent = "urn:pulumi:dev::p::t:i:Guardrails::guardrails"
    hook = Readiness(Registered(parents={(POLICY, "guardrails-a.b"): parent}, set_by=SetBy.KEYS))
    met(hook, exists("guardrails-a.b", kind=POLICY, name="projects/p/policies/a.b"))
    [message] = said
    command = (
        f"  pulumi import {POLICY} guardrails-a.b projects/p/policies/a.b --parent "
        f"guardrails={parent} --protect=false --generate-code=false --stack dev"
    )
    assert command in message.splitlines()


@pytest.mark.parametrize(("kind", "together"), [(POOL, True), (POOL_PROVIDER, True), (ROLE, False)])
def test_a_deleted_pool_is_told_with_what_exists_and_a_deleted_role_is_not(
    time: Time, said: list[str], kind: str, together: bool
) -> None:
    held = "Error 400: a (b) is in a deleted state or marked for deletion., failed"
    met(Readiness(of_keys()), exists("federation-pool", kind=kind, error=held))
    [message] = said
    assert ("already in Google Cloud" in message) is together
    assert ("vertex-residency:generation" in message) is not together


def test_what_exists_after_another_error_of_the_same_resource_is_this_run_s_own(
    time: Time, said: list[str]
) -> None:
    met(Readiness(of_keys()), exists("project-predict", DENIED, project="p", roleId="a"))
    met(Readiness(of_keys()), exists("project-predict", project="p", roleId="a"))
    own, other = (" ".join(one.split()) for one in said)
    assert "This same run failed to make it before" in own
    assert "This same run failed" not in other
    for message in (own, other):
        assert "vertex-residency:takeOver true" in message
        assert "adopt" not in message


@pytest.mark.parametrize(
    ("error", "for_good"),
    [(EXISTS, True), ("Error 400: The value is invalid, badRequest", True), (DENIED, False)],
)
def test_a_failure_for_good_is_remembered_and_a_wait_is_none(
    time: Time, said: list[str], error: str, *, for_good: bool
) -> None:
    hook = Readiness(of_keys())
    asyncio.get_event_loop().run_until_complete(retry(hook, failed(error)))
    assert hook.registered.failed is for_good
