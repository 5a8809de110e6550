"""Federations, and who may act as the account of a deployment."""

from typing import cast

import pulumi
import pytest

from components.federation import Federation, FederationArgs
from components.registration.identifiers import pool_id
from tests.components.recording import (
    ACCOUNT,
    ACCOUNT_BINDING,
    BINDING,
    CLAUDE,
    DEV,
    POOL,
    POOL_PROVIDER,
    PROJECT_NUMBER,
    SERVICE,
    Program,
    caller_email,
    caller_role,
    endpoint,
)
from tests.components.whole_program import refusal, run, stack

CHAT, PERSON = "group:chat@acme.example", "user:dev@acme.example"
GKE = "serviceAccount:acme-gke.svc.id.goog[chat/web]"
POOL_NAME = f"projects/{PROJECT_NUMBER}/locations/global/workloadIdentityPools/{pool_id(DEV)}"
REPOSITORY = f"principalSet://iam.googleapis.com/{POOL_NAME}/attribute.repository/acme/chat"
PREDICT = caller_role("predict")

FROM_GITHUB = {"github": {"repository": "acme/chat", "ownerId": "7"}}


def services(program: Program) -> set[str]:
    return {one.inputs["service"].partition(".")[0] for one in program.of_type(SERVICE)}


def test_a_federation_is_one_pool_with_one_provider_that_has_a_condition(program: Program) -> None:
    run(program, stack({"chat": {"callers": ["federation"]}}, federation=FROM_GITHUB))
    [pool], [provider] = program.of_type(POOL), program.of_type(POOL_PROVIDER)
    assert pool.inputs["workloadIdentityPoolId"] == pool_id(DEV)
    assert provider.inputs["workloadIdentityPoolId"] == pool_id(DEV)
    assert provider.inputs["attributeCondition"] == (
        "assertion.repository == 'acme/chat' && assertion.repository_owner_id == '7'"
    )
    assert provider.inputs["oidc"] == {"issuerUri": "https://token.actions.githubusercontent.com"}


def test_the_federation_is_bound_to_the_roles_of_those_that_name_it(program: Program) -> None:
    deployments = {"chat": {"callers": ["federation", CHAT]}, "lab": {"callers": [PERSON]}}
    run(program, stack(deployments, federation=FROM_GITHUB))
    assert program.bindings == {(PREDICT, REPOSITORY), (PREDICT, CHAT), (PREDICT, PERSON)}


def test_two_deployments_share_the_federations_binding(program: Program) -> None:
    deployments = {"chat": {}, "review": {"model": CLAUDE}}
    run(program, stack(deployments, federation=FROM_GITHUB, callers="federation"))
    assert len(program.of_type(BINDING)) == 1
    assert program.of_type(ACCOUNT) == []


def test_a_binding_of_the_federation_waits_for_the_provider(program: Program) -> None:
    run(program, stack({"chat": {"callers": ["federation"]}}, federation=FROM_GITHUB))
    [binding], [provider] = program.of_type(BINDING), program.of_type(POOL_PROVIDER)
    assert provider.urn in binding.depends_on


def test_a_preview_says_that_the_bindings_of_a_new_federation_come_with_the_update() -> None:
    program = Program(preview=True)
    deployments: dict[str, dict[str, object]] = {
        "chat": {"callers": ["federation", CHAT]},
        "lab": {"workloadIdentityUsers": ["federation"]},
    }
    run(program, stack(deployments, federation=FROM_GITHUB))
    account = f"serviceAccount:{caller_email('lab')}"
    assert program.bindings == {(PREDICT, CHAT), (PREDICT, account)}
    assert program.of_type(ACCOUNT_BINDING) == []
    [said] = [text for _, text in program.infos if "not in this preview" in text]
    assert said.endswith(
        "not in this preview, because what they name is made by the update: The binding of a "
        "caller of chat The binding of roles/iam.workloadIdentityUser on the service account of lab"
    )


def test_a_federation_and_the_very_principal_it_stands_for_have_one_binding(
    program: Program,
) -> None:
    deployments: dict[str, dict[str, object]] = {
        "chat": {"callers": ["federation", REPOSITORY]},
        "lab": {"workloadIdentityUsers": [REPOSITORY, "federation"]},
    }
    run(program, stack(deployments, federation=FROM_GITHUB))
    of_federation = [one for one in program.of_type(BINDING) if one.inputs["member"] == REPOSITORY]
    assert len(of_federation) == 1
    assert [one.inputs["member"] for one in program.of_type(ACCOUNT_BINDING)] == [REPOSITORY]


def test_a_federation_is_exported_for_the_other_sides_configuration(program: Program) -> None:
    run(program, stack({"chat": {"callers": ["federation"]}}, federation=FROM_GITHUB))
    assert program.exports["federation"] == {
        "member": REPOSITORY,
        "providerName": f"{POOL_NAME}/providers/github",
    }


def test_a_federation_needs_the_exchange_of_tokens(program: Program) -> None:
    run(program, stack({"chat": {"callers": ["federation"]}}, federation=FROM_GITHUB))
    assert {"sts", "iamcredentials"} <= services(program)


def test_without_a_federation_no_tokens_are_exchanged(program: Program) -> None:
    run(program, stack({"chat": {}}))
    assert not {"sts", "iamcredentials"} & services(program)
    assert "federation" not in program.exports


def test_a_generation_is_part_of_the_pools_id(program: Program) -> None:
    values = stack({"chat": {"callers": ["federation"]}}, federation=FROM_GITHUB, generation="3")
    run(program, values)
    assert program.of_type(POOL)[0].inputs["workloadIdentityPoolId"] == pool_id(DEV, 3)


def test_any_issuer_of_openid_connect_can_be_federated(program: Program) -> None:
    keys = {
        "issuer": "https://tokens.acme.example",
        "condition": "assertion.team == 'search'",
        "principal": "attribute.team/search",
        "mapping": {"attribute.team": "assertion.team"},
        "audiences": ["vertex"],
    }
    run(program, stack({"chat": {"callers": ["federation"]}}, federation={"oidc": keys}))
    [provider] = program.of_type(POOL_PROVIDER)
    assert provider.inputs["oidc"] == {
        "issuerUri": "https://tokens.acme.example",
        "allowedAudiences": ["vertex"],
    }
    assert provider.inputs["attributeCondition"] == "assertion.team == 'search'"
    assert provider.inputs["attributeMapping"] == {
        "google.subject": "assertion.sub",
        "attribute.team": "assertion.team",
    }
    member = f"principalSet://iam.googleapis.com/{POOL_NAME}/attribute.team/search"
    assert program.bindings == {(PREDICT, member)}


def test_a_federation_that_nobody_names_is_a_mistake(program: Program) -> None:
    message = refusal(program, stack({"chat": {}}, federation=FROM_GITHUB))
    assert "vertex-residency:federation: nobody comes in by it" in message


def test_a_federation_that_is_named_and_not_there_is_a_mistake(program: Program) -> None:
    deployments = {"chat": {"callers": ["federation"]}, "lab": {}}
    message = refusal(program, stack(deployments))
    assert "vertex-residency:deployments.chat.callers: there is no federation" in message
    message = refusal(program, stack({"chat": {}, "lab": {}}, callers="federation"))
    assert message.count("vertex-residency:callers: there is no federation") == 1


def test_mistakes_in_a_federation_do_not_hide_those_elsewhere(program: Program) -> None:
    values = stack({"chat": {"needs": ["tunning"]}}, federation={"github": {"repository": "*"}})
    message = refusal(program, values)
    assert "vertex-residency:federation.github.repository" in message
    assert "vertex-residency:deployments.chat.needs[0]" in message
    assert "nobody comes in" not in message


def test_a_repository_known_by_name_alone_is_warned_about(program: Program) -> None:
    github = {"github": {"repository": "acme/chat"}}
    run(program, stack({"chat": {"callers": ["federation"]}}, federation=github))
    assert [text for _, text in program.warnings if text.startswith("federation-by-name")]


def test_members_may_act_as_a_deployments_account_and_as_no_other(program: Program) -> None:
    deployments: dict[str, dict[str, object]] = {
        "chat": {"serviceAccountUsers": [PERSON], "workloadIdentityUsers": [GKE, "federation"]},
        "lab": {},
    }
    run(program, stack(deployments, federation=FROM_GITHUB))
    email = caller_email("chat")
    bound = {
        (one.inputs["serviceAccountId"], one.inputs["role"], one.inputs["member"])
        for one in program.of_type(ACCOUNT_BINDING)
    }
    account = f"projects/acme-dev/serviceAccounts/{email}"
    assert bound == {
        (account, "roles/iam.serviceAccountUser", PERSON),
        (account, "roles/iam.workloadIdentityUser", GKE),
        (account, "roles/iam.workloadIdentityUser", REPOSITORY),
    }
    assert len(program.of_type(ACCOUNT_BINDING)) == 3
    assert "iamcredentials" in services(program)


def test_who_runs_as_an_account_needs_no_credentials_service(program: Program) -> None:
    run(program, stack({"chat": {"serviceAccountUsers": [PERSON]}}))
    assert "iamcredentials" not in services(program)


@pytest.mark.parametrize("key", ["serviceAccountUsers", "workloadIdentityUsers"])
@pytest.mark.parametrize("where", ["deployment", "stack"])
def test_nobody_acts_as_an_account_that_callers_stand_for(
    program: Program, key: str, where: str
) -> None:
    own: dict[str, object] = {key: [GKE]}
    if where == "deployment":
        message = refusal(program, stack({"chat": {**own, "callers": [CHAT]}}))
    else:
        message = refusal(program, stack({"chat": own}, callers=CHAT))
    assert f"vertex-residency:deployments.chat.{key}: there is no service account" in message
    assert CHAT in message


@pytest.mark.parametrize("key", ["serviceAccountUsers", "workloadIdentityUsers", "callers"])
def test_nobody_is_everybody_in_any_list_of_members(program: Program, key: str) -> None:
    assert f"chat.{key}[0]: allUsers is everybody" in refusal(
        program, stack({"chat": {key: ["allUsers"]}})
    )


def test_the_endpoint_alone_takes_a_federation(program: Program) -> None:
    args = cast("FederationArgs", {"github": {"repository": "acme/chat", "owner_id": "7"}})

    def body() -> None:
        federation = Federation("federation", args)
        endpoint(callers=["federation"], role="roles/x", federation=federation.caller)

    program.run(body)
    assert program.bindings == {("roles/x", REPOSITORY)}


def test_the_endpoint_alone_says_that_a_federation_is_missing(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match=r"chat\.federation: missing"):
        program.run(lambda: endpoint(callers=["federation"]))


def test_the_endpoint_alone_says_that_it_has_no_account(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match=r"chat\.service_account_users: there is no"):
        program.run(lambda: endpoint(callers=[CHAT], service_account_users=[PERSON]))


def test_the_federation_alone_names_all_its_mistakes(program: Program) -> None:
    args = cast("FederationArgs", {"github": {"repository": "*"}, "generation": 0, "pool": "x"})
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: Federation("in", args))
    assert {line.partition(": ")[0] for line in str(raised.value).splitlines()[1:]} == {
        "in.github.repository",
        "in.generation",
        "in.pool",
    }
