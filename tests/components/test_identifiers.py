"""Names in Google Cloud are valid, told apart, and stay when a deployment moves."""

import re
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from recording import ACCOUNT, Program, endpoint

from availability.facts import Need
from availability.permissions import PREDICT
from components.identifiers import role_id, service_account_id

STACKS = st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True)
DEPLOYMENTS = st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True)
RESOURCES = DEPLOYMENTS | st.text(min_size=1, max_size=60)
"""Names of deployments, and any other that a program may give to a component."""
NEEDS = st.sampled_from([PREDICT, *Need])


def test_a_short_service_account_id_can_be_read() -> None:
    assert service_account_id("chat", "dev") == "chat-dev"


def test_a_short_role_id_can_be_read() -> None:
    assert role_id("context-caching", "dev") == "vertexResidencyContextCaching_dev"


@given(RESOURCES, STACKS)
@example("a", "b")
@example("7", "---")
@example("-", "_")
@example("x" * 40, "y" * 100)
@example("chat-", "dev-")
def test_a_service_account_id_is_valid_for_any_deployment_and_stack(name: str, stack: str) -> None:
    made = service_account_id(name, stack)
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", made)
    assert 6 <= len(made) <= 30


@given(st.tuples(RESOURCES, STACKS), st.tuples(RESOURCES, STACKS))
@example(("chat-eu", "dev"), ("chat", "eu-dev"))
@example(("chat", "dev_1"), ("chat", "dev-1"))
@example(("chat", "Dev"), ("chat", "dev"))
@example(("chat", "dev."), ("chat", "dev"))
@example(("x" * 40, "dev"), ("x" * 39, "dev"))
@example(("chat", "y" * 100), ("chat", "y" * 99))
def test_two_deployments_have_two_service_account_ids(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert (service_account_id(*one) == service_account_id(*other)) is (one == other)


@pytest.mark.parametrize("location", ["europe-west1", "europe-west9"])
def test_a_service_account_stays_when_its_deployment_moves(program: Program, location: str) -> None:
    program.run(lambda: endpoint("chat", location=location))
    [account] = program.of_type(ACCOUNT)
    assert (account.name, account.inputs["accountId"]) == ("chat-caller", "chat-dev")


@given(NEEDS, STACKS)
@example(Need.PROVISIONED_THROUGHPUT, "x" * 100)
@example(PREDICT, "-")
def test_a_role_id_is_valid_for_any_need_and_stack(need: str, stack: str) -> None:
    assert re.fullmatch(r"[a-zA-Z0-9_.]{3,64}", role_id(need, stack))


GENERATIONS = st.integers(1, 9999)


@given(NEEDS, STACKS, GENERATIONS)
@example(Need.PROVISIONED_THROUGHPUT, "x" * 100, 9999)
def test_a_later_generation_s_role_id_is_valid_too(need: str, stack: str, generation: int) -> None:
    made = role_id(need, stack, generation)
    assert re.fullmatch(r"[a-zA-Z0-9_.]{3,64}", made)
    assert (made == role_id(need, stack)) is (generation == 1)


@given(st.tuples(NEEDS, STACKS, GENERATIONS), st.tuples(NEEDS, STACKS, GENERATIONS))
@example(("predict", "dev_2", 1), ("predict", "dev", 2))
@example(("predict", "dev.2", 1), ("predict", "dev", 2))
def test_two_stacks_needs_or_generations_have_two_role_ids(
    one: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    assert (role_id(*one) == role_id(*other)) is (one == other)


@pytest.mark.parametrize(
    "alike",
    [("a-b", "a_b", "a.b", "a--b"), ("x" * 40, "x" * 41), ("dev", "dev-", "dev_")],
    ids=str,
)
def test_stacks_whose_names_sanitise_alike_have_different_role_ids(alike: tuple[str, ...]) -> None:
    assert all(role_id(PREDICT, a) != role_id(PREDICT, b) for a, b in combinations(alike, 2))


@given(STACKS)
def test_a_role_id_carries_the_start_of_the_stacks_name(stack: str) -> None:
    spelt = re.sub(r"[^a-zA-Z0-9]+", "_", stack)
    assert f"_{spelt[:11]}" in role_id(PREDICT, stack)
