"""A placed endpoint: its outputs, its callers' identity, and the project that it all goes to."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

from components import ModelEndpoint
from components.registration.identifiers import service_account_id
from tests.components.recording import (
    ACCOUNT,
    ALICE,
    BASELINE,
    BINDING,
    CLAUDE,
    DEV,
    ENDPOINT,
    FLASH,
    ROLE,
    SERVICE,
    UNKNOWN,
    Program,
    caller_email,
    configure,
    endpoint,
)

Options = Callable[[gcp.Provider], pulumi.ResourceOptions]


def url(project: str, location: str = "europe-west4") -> str:
    return (
        f"https://{location}-aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"
        f"/publishers/google/models/{FLASH}:generateContent"
    )


def test_a_lone_endpoint_has_an_account_and_a_binding_and_no_more(program: Program) -> None:
    program.run(endpoint)
    assert sorted(one.type for one in program.registered) == sorted([ENDPOINT, ACCOUNT, BINDING])


def test_an_endpoint_makes_no_service_and_no_role(program: Program) -> None:
    program.run(lambda: endpoint(model=CLAUDE, needs=["batch-prediction"]))
    assert not {SERVICE, ROLE, BASELINE} & {one.type for one in program.registered}


def test_an_endpoint_has_its_type_token(program: Program) -> None:
    program.run(endpoint)
    assert program.named("chat").type == "vertex-residency:index:ModelEndpoint"


def test_the_service_account_is_the_endpoints_child(program: Program) -> None:
    program.run(endpoint)
    assert program.named("chat-caller").parent == program.named("chat").urn


def test_the_outputs_of_an_endpoint_are_as_designed(program: Program) -> None:
    program.run(lambda: endpoint(prefer=["europe-west9"], location=None))
    outputs = program.outputs("chat")
    warnings = outputs.pop("warnings")
    alternates = outputs.pop("alternates")
    assert alternates[0] == "europe-west4"
    assert [one["id"] for one in warnings] == ["endpoint-guarantee", "newer-facts"]
    assert all(set(one) == {"id", "text"} for one in warnings)
    assert outputs == {
        "model": FLASH,
        "location": "europe-west9",
        "endpointUrl": url("acme-dev", "europe-west9"),
        "modelResource": (
            f"projects/acme-dev/locations/europe-west9/publishers/google/models/{FLASH}"
        ),
        "environment": {
            "GOOGLE_GENAI_USE_ENTERPRISE": "true",
            "GOOGLE_GENAI_USE_VERTEXAI": "true",
            "GOOGLE_CLOUD_PROJECT": "acme-dev",
            "GOOGLE_CLOUD_LOCATION": "europe-west9",
            "GOOGLE_CLOUD_REGION": "europe-west9",
            "GOOGLE_VERTEX_PROJECT": "acme-dev",
            "GOOGLE_VERTEX_LOCATION": "europe-west9",
            "VERTEXAI_PROJECT": "acme-dev",
            "VERTEXAI_LOCATION": "europe-west9",
        },
        "serviceAccount": caller_email("chat"),
        "roles": ["roles/aiplatform.user"],
    }


@pulumi.runtime.test  # pyright: ignore[reportUnknownMemberType]
def test_the_attributes_of_an_endpoint_are_its_outputs() -> pulumi.Output[None]:
    made = endpoint(model=CLAUDE, callers=[ALICE])
    attributes = pulumi.Output.all(
        model=made.model,
        location=made.location,
        resource=made.model_resource,
        alternates=made.alternates,
        boundary=made.boundary,
        environment=made.environment,
        account=made.service_account,
        roles=made.roles,
    )

    def check(values: dict[str, object]) -> None:
        assert values == {
            "model": CLAUDE,
            "location": "europe-west1",
            "resource": (
                f"projects/acme-dev/locations/europe-west1/publishers/anthropic/models/{CLAUDE}"
            ),
            "alternates": [],
            "boundary": "eu",
            "environment": {
                "ANTHROPIC_VERTEX_PROJECT_ID": "acme-dev",
                "CLOUD_ML_REGION": "europe-west1",
                "CLAUDE_CODE_USE_VERTEX": "1",
                "GOOGLE_CLOUD_PROJECT": "acme-dev",
                "GOOGLE_CLOUD_LOCATION": "europe-west1",
                "GOOGLE_CLOUD_REGION": "europe-west1",
                "GOOGLE_VERTEX_PROJECT": "acme-dev",
                "GOOGLE_VERTEX_LOCATION": "europe-west1",
                "VERTEXAI_PROJECT": "acme-dev",
                "VERTEXAI_LOCATION": "europe-west1",
            },
            "account": None,
            "roles": ["roles/aiplatform.user"],
        }

    return attributes.apply(check)


@pytest.mark.parametrize(
    "attribute", ["endpoint_url", "boundary", "service_account"], ids=lambda name: f"no {name}"
)
def test_what_there_is_not_is_null(attribute: str) -> None:
    @pulumi.runtime.test  # pyright: ignore[reportUnknownMemberType]
    def check() -> pulumi.Output[None]:
        made = endpoint(
            model="gemini-2.0-flash-live-preview-04-09",
            residency={"within": ["any"]},
            callers=[ALICE],
        )
        value: pulumi.Output[object] = getattr(made, attribute)

        def is_null(known: object) -> None:
            assert known is None

        return value.apply(is_null)

    check()


def test_callers_take_the_place_of_a_service_account(program: Program) -> None:
    program.run(lambda: endpoint(callers=[ALICE]))
    assert program.of_type(ACCOUNT) == []


def test_a_service_account_is_bound_by_its_member(program: Program) -> None:
    program.run(endpoint)
    member = f"serviceAccount:{caller_email('chat')}"
    assert program.bindings == {("roles/aiplatform.user", member)}


def role_itself() -> str:
    return "roles/custom.caller"


def role_that_comes_later() -> pulumi.Output[str]:
    return pulumi.Output.from_input("roles/custom.caller")


@pytest.mark.parametrize("role", [role_itself, role_that_comes_later])
def test_a_given_role_takes_the_place_of_the_predefined_one(
    program: Program, role: Callable[[], pulumi.Input[str]]
) -> None:
    program.run(lambda: endpoint(role=role(), needs=["tuning"], callers=[ALICE]))
    assert program.bindings == {("roles/custom.caller", ALICE)}
    assert program.outputs("chat")["roles"] == ["roles/custom.caller"]


def test_the_outputs_say_which_roles_of_a_map_are_used(program: Program) -> None:
    roles = {"predict": "roles/a", "tuning": "roles/b", "rag-corpus": "roles/c"}
    program.run(lambda: endpoint(roles=roles, needs=["tuning"], callers=[ALICE]))
    assert program.outputs("chat")["roles"] == ["roles/a", "roles/b"]


def test_a_need_without_caller_permissions_needs_no_role(program: Program) -> None:
    roles = {"predict": "roles/a"}
    program.run(lambda: endpoint(roles=roles, needs=["provisioned-throughput"], callers=[ALICE]))
    assert program.bindings == {("roles/a", ALICE)}


def parent(options: pulumi.ResourceOptions) -> pulumi.ComponentResource:
    return pulumi.ComponentResource("test:index:Parent", "parent", {}, options)


EXPLICIT: dict[str, Options] = {
    "provider=": lambda to: pulumi.ResourceOptions(provider=to),
    "providers=[]": lambda to: pulumi.ResourceOptions(providers=[to]),
    "providers={}": lambda to: pulumi.ResourceOptions(providers={"gcp": to}),
    "a parent's providers": lambda to: pulumi.ResourceOptions(
        parent=parent(pulumi.ResourceOptions(providers=[to]))
    ),
    "a parent's provider": lambda to: pulumi.ResourceOptions(
        parent=parent(pulumi.ResourceOptions(provider=to))
    ),
}


@pytest.mark.parametrize("options", EXPLICIT.values(), ids=EXPLICIT)
@pytest.mark.parametrize("configured", [{}, {"gcp:project": "acme-dev"}], ids=["alone", "config"])
def test_an_explicit_provider_decides_the_project(
    program: Program, options: Options, configured: dict[str, str]
) -> None:
    configure(configured)
    program.run(lambda: endpoint("chat", options(gcp.Provider("other", project="acme-other"))))
    assert program.outputs("chat")["endpointUrl"] == url("acme-other")
    made = [*program.of_type(ACCOUNT), *program.of_type(BINDING)]
    assert [one.inputs["project"] for one in made] == ["acme-other"] * 2
    assert ["::other::" in one.provider for one in made] == [True, True]


def test_an_explicit_provider_without_a_project_leaves_the_configured_one(
    program: Program,
) -> None:
    program.run(lambda: endpoint("chat", pulumi.ResourceOptions(provider=gcp.Provider("other"))))
    assert program.outputs("chat")["endpointUrl"] == url("acme-dev")


def test_another_packages_provider_does_not_name_a_project(program: Program) -> None:
    def body() -> None:
        other = pulumi.ProviderResource("random", "other", {})
        endpoint("chat", pulumi.ResourceOptions(providers=[other]))

    configure({})
    with pytest.raises(pulumi.RunError, match="gcp:project: missing"):
        program.run(body)
    assert program.registered == []


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("later", [False, True], ids=["text", "Output"])
def test_a_given_project_is_before_the_providers(preview: bool, later: bool) -> None:
    program = Program(preview=preview)

    def body() -> None:
        given = pulumi.Output.from_input("acme-given") if later else "acme-given"
        other = gcp.Provider("other", project="acme-other")
        endpoint("chat", pulumi.ResourceOptions(provider=other), project=given)

    program.run(body)
    assert program.outputs("chat")["endpointUrl"] == url("acme-given")
    assert program.named("chat-caller").inputs["project"] == "acme-given"


def given_project(unknown: pulumi.Output[str]) -> None:
    endpoint("chat", project=unknown)


def providers_project(unknown: pulumi.Output[str]) -> None:
    other = gcp.Provider("other", project=unknown)
    endpoint("chat", pulumi.ResourceOptions(provider=other))


@pytest.mark.parametrize("body", [given_project, providers_project])
def test_an_unknown_project_leaves_a_previews_url_unknown(
    body: Callable[[pulumi.Output[str]], None],
) -> None:
    program = Program(preview=True)

    def whole() -> None:
        created_later = gcp.serviceaccount.Account("seed", account_id="seed-account")
        body(created_later.email)

    program.run(whole)
    outputs = program.outputs("chat")
    assert [outputs[key] for key in ("endpointUrl", "modelResource", "environment")] == [
        UNKNOWN
    ] * 3
    assert (outputs["model"], outputs["location"]) == (FLASH, "europe-west4")


@pytest.mark.parametrize("preview", [False, True])
def test_a_preview_knows_the_service_account_and_its_binding_already(preview: bool) -> None:
    program = Program(preview=preview)
    program.run(endpoint)
    outputs, email = program.outputs("chat"), caller_email("chat")
    assert (outputs["endpointUrl"], outputs["serviceAccount"]) == (url("acme-dev"), email)
    assert program.bindings == {("roles/aiplatform.user", f"serviceAccount:{email}")}


@pytest.mark.parametrize("later", [False, True], ids=["text", "Output"])
def test_the_account_of_a_project_with_a_domain_has_the_address_that_google_gives_it(
    program: Program, later: bool
) -> None:
    project = "example.com:apps-prod"
    given = pulumi.Output.from_input(project) if later else project
    program.run(lambda: endpoint(project=given))
    email = f"{service_account_id('chat', DEV)}@apps-prod.example.com.iam.gserviceaccount.com"
    assert program.outputs("chat")["serviceAccount"] == email
    assert program.bindings == {("roles/aiplatform.user", f"serviceAccount:{email}")}


@pytest.mark.parametrize("region", ["europe-west9", "Europe-West9", " europe-west9 "])
def test_the_configured_region_breaks_ties(program: Program, region: str) -> None:
    configure({"gcp:project": "acme-dev", "gcp:region": region})
    program.run(endpoint)
    assert program.outputs("chat")["location"] == "europe-west9"


def test_a_given_region_is_before_the_configured_one(program: Program) -> None:
    configure({"gcp:project": "acme-dev", "gcp:region": "europe-west4"})
    program.run(lambda: endpoint(region="europe-west9"))
    assert program.outputs("chat")["location"] == "europe-west9"


def test_what_an_endpoint_depends_on_its_resources_wait_for(program: Program) -> None:
    def body() -> None:
        seed = gcp.serviceaccount.Account("seed", account_id="seed-account")
        endpoint("chat", pulumi.ResourceOptions(depends_on=[seed]))

    program.run(body)
    seed = program.named("seed").urn
    made = [program.named("chat-caller"), *program.of_type(BINDING)]
    assert [seed in one.depends_on for one in made] == [True, True]


@pytest.mark.parametrize("preview", [False, True])
def test_each_warning_is_logged_once_and_on_its_endpoint(preview: bool) -> None:
    program = Program(preview=preview)
    program.run(lambda: [endpoint("chat"), endpoint("review", model=CLAUDE)])
    assert [(name, text.partition(":")[0]) for name, text in sorted(program.warnings)] == [
        ("chat", "endpoint-guarantee"),
        ("chat", "newer-facts"),
        ("review", "endpoint-guarantee"),
        ("review", "newer-facts"),
        ("review", "partner-terms"),
    ]


def test_the_logged_warnings_are_those_of_the_outputs(program: Program) -> None:
    program.run(lambda: endpoint(model=CLAUDE, needs=["batch-prediction"]))
    outputs = program.outputs("chat")["warnings"]
    assert sorted(text for _, text in program.warnings) == sorted(
        f"{one['id']}: {one['text']}" for one in outputs
    )


def test_who_accepts_a_partners_terms_is_said(program: Program) -> None:
    program.run(lambda: endpoint(model=CLAUDE))
    assert any("entitlementManager" in text for _, text in program.warnings)


def test_an_endpoint_can_be_made_from_literal_arguments(program: Program) -> None:
    program.run(lambda: ModelEndpoint("chat", {"model": FLASH, "residency": {"within": ["fr"]}}))
    assert program.outputs("chat")["location"] == "europe-west9"


def test_an_endpoint_without_a_snapshot_is_told_that_it_follows_the_newest(
    program: Program,
) -> None:
    program.run(lambda: endpoint(snapshot=None))
    assert [text.partition(":")[0] for _, text in program.warnings] == [
        "endpoint-guarantee",
        "aged-locations",
        "floating-snapshot",
    ]


NEWEST = "2026-10-10"


def test_two_endpoints_call_a_stale_snapshot_stale_once(program: Program) -> None:
    late: dict[str, Any] = {"as_of": "2026-11-23"}
    program.run(lambda: [endpoint("chat", **late), endpoint("review", model=CLAUDE, **late)])
    stale = [text for _, text in program.warnings if text.startswith("stale-snapshot: ")]
    assert len(stale) == 1
    assert "560 days" in " ".join(stale[0].split())


def test_the_day_of_an_endpoint_decides_and_not_its_snapshot(program: Program) -> None:
    retired: dict[str, Any] = {"model": "gemini-2.5-pro", "snapshot": NEWEST}
    program.run(lambda: endpoint(**retired, as_of="2026-10-19", retirement_warning=1))
    assert any(text.startswith("retiring: ") for _, text in program.warnings)
    with pytest.raises(pulumi.RunError, match="shut down after 2026-10-20"):
        Program().run(lambda: endpoint(**retired, as_of="2026-10-21"))


def test_an_endpoint_places_what_is_accepted_and_says_so(program: Program) -> None:
    waiver = {"rule": "retired", "until": "2026-12-01", "reason": "the move is in review"}
    keys: dict[str, Any] = {"model": "gemini-2.5-pro", "snapshot": NEWEST, "accept": [waiver]}
    program.run(lambda: endpoint(**keys, as_of="2026-12-01"))
    [text] = [text for _, text in program.warnings if text.startswith("waived: ")]
    assert "the move is in review" in " ".join(text.split())


def test_an_endpoint_that_is_tuned_says_where(program: Program) -> None:
    program.run(lambda: endpoint(model="gemini-3.5-flash", needs=["tuning"], snapshot=NEWEST))
    outputs = program.outputs("chat")
    assert (outputs["location"], outputs["tuningLocation"]) == ("eu", "europe-west4")


def test_a_context_size_decides_which_commitments_count(program: Program) -> None:
    keys: dict[str, Any] = {
        "model": "gemini-2.5-flash",
        "residency": {"within": ["fr"], "guarantee": "ml-processing"},
        "snapshot": NEWEST,
    }
    program.run(lambda: endpoint(**keys, context_size="128k"))
    assert program.outputs("chat")["boundary"] == "europe-west9"
    with pytest.raises(pulumi.RunError, match="contextSize"):
        Program().run(lambda: endpoint(**keys))


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        (
            {"accept": [{"rule": "residency", "until": "2026-12-01", "reason": "x"}]},
            "accept[0].rule",
        ),
        ({"accept": [{"rule": "retired"}]}, "accept[0].until"),
        ({"as_of": "soon"}, "as_of"),
        ({"retirement_warning": -1}, "retirement_warning"),
        ({"context_size": "2m"}, "context_size"),
    ],
)
def test_a_mistake_in_the_newer_arguments_is_named(
    program: Program, keys: dict[str, Any], path: str
) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        program.run(lambda: endpoint(**keys))
    assert f"chat.{path}: " in str(caught.value)
    assert program.of_type(ENDPOINT) == []
