"""Names in Google Cloud are valid, told apart, and stay when a deployment moves."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from availability.cloud.permissions import PREDICT, caller_permissions
from availability.facts.needs import Need
from components.registration.identifiers import (
    Owner,
    pool_id,
    publication_id,
    role_id,
    service_account_id,
)
from tests.components.recording import ACCOUNT, DEV, Program, endpoint

STACKS = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)
OWNERS = st.builds(Owner, STACKS, STACKS)
DEPLOYMENTS = st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True)
RESOURCES = DEPLOYMENTS | st.text(min_size=1, max_size=60)
"""Names of deployments, and any other that a program may give to a component."""
NEEDS = st.sampled_from(sorted(caller_permissions()))
GENERATIONS = st.integers(1, 9999)


@given(RESOURCES, OWNERS)
@example("a", Owner("p", "b"))
@example("7", Owner("p", "---"))
@example("-", Owner("p", "_"))
@example("x" * 40, Owner("p", "y" * 100))
@example("chat-", Owner("p", "dev-"))
def test_a_service_account_id_is_valid_for_any_deployment_and_stack(
    name: str, owner: Owner
) -> None:
    made = service_account_id(name, owner)
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", made)
    assert 6 <= len(made) <= 30


@given(NEEDS, OWNERS, GENERATIONS)
@example(Need.BATCH_PREDICTION, Owner("p", "x" * 100), 9999)
@example(PREDICT, Owner("p", "-"), 1)
def test_a_role_id_is_valid_for_any_need_stack_and_generation(
    need: str, owner: Owner, generation: int
) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_.]{3,64}", role_id(need, owner, generation))


@given(OWNERS, GENERATIONS)
@example(Owner("p", "gcp-x"), 1)
@example(Owner("p", "x" * 60), 999)
@example(Owner("p", "---"), 2)
@example(Owner("p", "ünï"), 1)
def test_a_pool_id_is_within_googles_limits(owner: Owner, generation: int) -> None:
    made = pool_id(owner, generation)
    assert re.fullmatch(r"[a-z][a-z0-9-]{2,30}[a-z0-9]", made)
    assert not made.startswith("gcp-")


@given(DEPLOYMENTS, OWNERS, st.sampled_from([63, 255]))
def test_a_publication_id_is_one_that_google_takes(name: str, owner: Owner, longest: int) -> None:
    assert re.fullmatch(rf"[a-zA-Z0-9_-]{{1,{longest}}}", publication_id(name, owner, longest))


ALIKE = [
    (("chat-eu", DEV), ("chat", Owner("vertex-residency", "eu-dev"))),
    (("chat", Owner("p", "dev_1")), ("chat", Owner("p", "dev-1"))),
    (("chat", Owner("p", "Dev")), ("chat", Owner("p", "dev"))),
    (("chat", Owner("p", "dev.")), ("chat", Owner("p", "dev"))),
    (("x" * 40, DEV), ("x" * 39, DEV)),
    (("chat", Owner("p", "y" * 100)), ("chat", Owner("p", "y" * 99))),
    (("chat", Owner("team-a", "dev")), ("chat", Owner("team-b", "dev"))),
    (("chat", Owner("a", "b-dev")), ("chat", Owner("a-b", "dev"))),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_two_stacks_or_deployments_have_is_told_apart(
    one: tuple[str, Owner], other: tuple[str, Owner]
) -> None:
    assert service_account_id(*one) != service_account_id(*other)
    for longest in (63, 255):
        assert publication_id(*one, longest) != publication_id(*other, longest)
    if one[1] != other[1]:
        assert role_id(PREDICT, one[1]) != role_id(PREDICT, other[1])
        assert pool_id(one[1]) != pool_id(other[1])


@given(st.tuples(NEEDS, OWNERS, GENERATIONS), st.tuples(NEEDS, OWNERS, GENERATIONS))
@example((PREDICT, Owner("p", "dev_2"), 1), (PREDICT, Owner("p", "dev"), 2))
@example((PREDICT, Owner("p", "dev.2"), 1), (PREDICT, Owner("p", "dev"), 2))
def test_two_stacks_needs_or_generations_have_two_ids(
    one: tuple[str, Owner, int], other: tuple[str, Owner, int]
) -> None:
    assert (role_id(*one) == role_id(*other)) is (one == other)
    assert (pool_id(*one[1:]) == pool_id(*other[1:])) is (one[1:] == other[1:])


@given(OWNERS)
def test_an_id_carries_the_start_of_the_stacks_name(owner: Owner) -> None:
    spelt = re.sub(r"[^a-zA-Z0-9]+", "_", owner.stack)
    assert f"_{spelt[:11]}" in role_id(PREDICT, owner)


@pytest.mark.parametrize("location", ["europe-west1", "europe-west9"])
def test_a_service_account_stays_when_its_deployment_moves(program: Program, location: str) -> None:
    program.run(lambda: endpoint("chat", location=location))
    [account] = program.of_type(ACCOUNT)
    expected = service_account_id("chat", DEV)
    assert (account.name, account.inputs["accountId"]) == ("chat-caller", expected)
