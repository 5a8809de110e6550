"""What a person is told where things exist already: one message, with commands to paste."""

import shlex

import pytest

from availability.cloud.already_there import Searched, There, need_of, next_generation, told
from availability.cloud.resource_types import ResourceType
from availability.input import shell

PARENT = "urn:pulumi:prod::p::vertex-residency:index:{}::{}"

A_ROLE = There(ResourceType.ROLE, "project-tuning", "projects/acme/roles/vertexTuner")
AN_ACCOUNT = There(
    ResourceType.ACCOUNT, "chat-caller", "projects/acme/serviceAccounts/chat@acme.example"
)
POOL_ID = "projects/acme/locations/global/workloadIdentityPools/vertex-prod"
A_POOL = There(ResourceType.POOL, "federation-pool", POOL_ID)
A_PROVIDER = There(ResourceType.POOL_PROVIDER, "federation-github", f"{POOL_ID}/providers/github")
A_POLICY = There(
    ResourceType.POLICY,
    "guardrails-a.b",
    "projects/acme/policies/a.b",
    PARENT.format("Guardrails", "guardrails"),
    readable=False,
)
AN_ENDPOINT = There(
    ResourceType.REGIONAL_ENDPOINT,
    "private-access-europe-west4",
    "projects/acme/locations/europe-west4/regionalEndpoints/vertex12345678",
    PARENT.format("PrivateAccess", "private-access"),
    readable=False,
)
EVERYTHING = (A_ROLE, AN_ACCOUNT, A_POOL, A_PROVIDER, A_POLICY, AN_ENDPOINT)
READABLE = tuple(one for one in EVERYTHING if one.readable)

TAKE_OVER = "pulumi config set vertex-residency:takeOver true --stack prod"
UP = "pulumi up --stack prod"
FRESH = "pulumi config set vertex-residency:generation 2 --stack prod"
ADOPT = "pulumi config set --path vertex-residency:adopt.tuning vertexTuner --stack prod"
UNDELETE = (
    "gcloud iam workload-identity-pools undelete vertex-prod --location=global --project=acme"
)
UNDELETE_PROVIDER = (
    "gcloud iam workload-identity-pools providers undelete github "
    "--workload-identity-pool=vertex-prod --location=global --project=acme"
)
SEARCHED = {
    "not asked": None,
    "found nothing": Searched(),
    "unmarked": Searched(unmarked={one.key for one in READABLE}),
    "deleted": Searched(deleted={A_POOL.key, A_PROVIDER.key}),
    "unread": Searched(unread=[A_POLICY, AN_ENDPOINT]),
}


def said(
    *met: There, searched: Searched | None = None, stack: str = "prod", generation: str = "1"
) -> str:
    return told(met, stack, generation, searched)


def commands(text: str) -> list[str]:
    """The lines to paste, without what says what they are for."""
    starts = ("pulumi ", "gcloud ")
    return [line.strip() for line in text.splitlines() if line.strip().startswith(starts)]


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def imported(one: There) -> str:
    name = (one.parent or "").rpartition("::")[2]
    return (
        f"pulumi import {one.kind} {one.name} {one.id} --parent {name}={one.parent} "
        "--protect=false --generate-code=false --stack prod"
    )


def test_all_that_is_met_is_counted_and_named_with_its_id() -> None:
    first, *lines = said(*EVERYTHING).splitlines()
    assert first == "6 of this stack's resources exist already in Google Cloud:"
    assert lines[:6] == [f"  {one.name} ({one.id})" for one in EVERYTHING]


def test_one_thing_is_told_of_in_the_singular() -> None:
    first, name, *_ = said(There(ResourceType.ROLE, "project-predict")).splitlines()
    assert first == "1 of this stack's resources exists already in Google Cloud:"
    assert name == "  project-predict"


def test_what_can_be_looked_up_is_taken_over_by_one_command_for_all() -> None:
    assert commands(said(A_ROLE, AN_ACCOUNT)) == [TAKE_OVER, UP]


def test_nobody_is_told_to_adopt_or_to_take_fresh_ids_before_it_is_known_whose_it_is() -> None:
    text = said(*EVERYTHING)
    assert "adopt" not in text
    assert "vertex-residency:generation" not in text


def test_what_can_not_be_looked_up_is_imported_under_its_own_parent() -> None:
    text = said(A_ROLE, A_POLICY, AN_ENDPOINT)
    assert commands(text) == [imported(A_POLICY), imported(AN_ENDPOINT), TAKE_OVER, UP]


@pytest.mark.parametrize("searched", [None, Searched()])
def test_a_policy_may_be_another_stack_s_guardrails(searched: Searched | None) -> None:
    assert "turn guardrails off" in on_one_line(said(A_POLICY, searched=searched))
    assert "guardrails" not in said(AN_ENDPOINT, searched=searched)


def test_what_is_known_by_no_id_is_not_imported() -> None:
    nameless = There(ResourceType.POLICY, "guardrails-a.b", readable=False)
    assert commands(said(nameless)) == [TAKE_OVER, UP]


@pytest.mark.parametrize(
    ("one", "undelete"),
    [
        (A_POOL, UNDELETE),
        (A_PROVIDER, UNDELETE_PROVIDER),
        (
            There(ResourceType.POOL, "federation-pool"),
            UNDELETE.replace("vertex-prod", "POOL_ID").replace("=acme", "=PROJECT_ID"),
        ),
    ],
)
def test_a_pool_that_may_have_been_deleted_is_taken_back_first(one: There, undelete: str) -> None:
    text = said(one)
    assert commands(text) == [undelete, TAKE_OVER, UP]
    assert "deleted in the last 30 days" in on_one_line(text)


def test_a_pool_that_a_search_found_deleted_is_taken_back_and_keeps_its_ids() -> None:
    searched = Searched(deleted={A_POOL.key, A_PROVIDER.key})
    text = said(A_POOL, A_PROVIDER, searched=searched)
    assert commands(text) == [UNDELETE, UNDELETE_PROVIDER, UP]


def test_a_pool_without_the_mark_asks_for_fresh_ids_and_says_what_that_breaks() -> None:
    text = said(A_POOL, searched=Searched(unmarked={A_POOL.key}))
    assert commands(text) == [FRESH, UP]
    assert "every workflow file of the callers" in on_one_line(text)


@pytest.mark.parametrize("searched", [Searched(unmarked={A_ROLE.key}), Searched()])
def test_a_role_that_is_not_taken_over_is_adopted_or_left(searched: Searched) -> None:
    assert commands(said(A_ROLE, searched=searched)) == [ADOPT, FRESH, UP]


def test_what_else_bears_no_mark_is_left_alone_or_imported_by_hand() -> None:
    text = said(AN_ACCOUNT, searched=Searched(unmarked={AN_ACCOUNT.key}))
    words = f"pulumi import {ResourceType.ACCOUNT} chat-caller {AN_ACCOUNT.id}"
    command = f"{words} --protect=false --generate-code=false --stack prod"
    assert commands(text) == [command, UP]
    assert "does not bear the mark of this stack, and is left alone" in on_one_line(text)


def test_what_the_search_did_not_find_is_looked_for_again() -> None:
    text = said(AN_ACCOUNT, searched=Searched())
    assert commands(text) == [UP]
    assert "The next up looks again" in on_one_line(text)


def test_one_unread_thing_that_exists_has_all_of_them_named() -> None:
    searched = Searched(unread=[A_POLICY, AN_ENDPOINT])
    expected = [imported(A_POLICY), imported(AN_ENDPOINT), UP]
    assert commands(said(A_POLICY, searched=searched)) == expected
    assert commands(said(AN_ACCOUNT, searched=searched)) == expected


def test_what_this_very_run_made_is_said_to_be_its_own() -> None:
    one = There(ResourceType.ROLE, "project-predict", earlier="Error 500: backend error.")
    text = on_one_line(said(one))
    assert "This same run failed to make it before (Error 500: backend error): that try" in text
    assert "This same run" not in said(A_ROLE)


@pytest.mark.parametrize("searched", SEARCHED.values(), ids=SEARCHED)
@pytest.mark.parametrize("stack", ["prod", "$(touch pwn)", "it's", "a; rm -rf b"])
def test_every_command_is_one_for_a_shell_and_names_the_stack(
    searched: Searched | None, stack: str
) -> None:
    found = commands(said(*EVERYTHING, searched=searched, stack=stack))
    assert len(found) >= 4
    for command in found:
        words = shlex.split(command)
        if words[0] == "pulumi":
            assert words[words.index("--stack") + 1] == stack, command
        assert shell.join(words) == command


@pytest.mark.parametrize("name", [name for name in SEARCHED if name != "not asked"])
def test_nothing_is_said_of_the_key_where_it_is_set_already(name: str) -> None:
    assert "takeOver" not in said(*EVERYTHING, searched=SEARCHED[name])


@pytest.mark.parametrize("searched", SEARCHED.values(), ids=SEARCHED)
def test_the_message_ends_with_the_next_update(searched: Searched | None) -> None:
    assert said(*EVERYTHING, searched=searched).splitlines()[-1] == f"  {UP}"


@pytest.mark.parametrize(
    ("generation", "following"), [("1", 2), ("2", 3), (" 41 ", 42), ("", 2), ("x", 2)]
)
def test_fresh_ids_are_those_of_the_next_generation(generation: str, following: int) -> None:
    command = f"pulumi config set vertex-residency:generation {following} --stack prod"
    assert next_generation(generation, "prod") == command
    text = said(A_ROLE, searched=Searched(), generation=generation)
    assert command in commands(text)


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("project-predict", "predict"),
        ("project-batch-prediction", "batch-prediction"),
        ("team-tuning-context-caching", "context-caching"),
        ("something", "predict"),
    ],
)
def test_a_role_is_of_the_need_that_its_name_ends_with(name: str, need: str) -> None:
    assert need_of(name) == need
