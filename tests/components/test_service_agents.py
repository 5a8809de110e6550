"""Google's service agents and their roles."""

from typing import Any

import pulumi
import pytest

from components.service_agents import ServiceAgents
from tests.components.recording import BINDING, PROJECT_NUMBER, SERVICE_IDENTITY, Program
from tests.components.whole_program import run, stack


def agents(program: Program) -> set[tuple[str, str]]:
    """(role, domain of the agent's address) of each binding of a service agent."""
    start = f"serviceAccount:service-{PROJECT_NUMBER}@"
    return {
        (role, member.removeprefix(start).partition(".")[0])
        for role, member in program.bindings
        if member.startswith(start)
    }


def test_service_agents_get_the_roles_that_google_gives_them(program: Program) -> None:
    deployments: dict[str, dict[str, object]] = {
        "chat": {"needs": ["batch-prediction", "context-caching"]},
        "lab": {"needs": ["rag-corpus"]},
    }
    run(program, stack(deployments, serviceAgents="true"))
    assert agents(program) == {
        ("roles/aiplatform.serviceAgent", "gcp-sa-aiplatform"),
        ("roles/aiplatform.batchPredictionServiceAgent", "gcp-sa-vertex-bp"),
        ("roles/aiplatform.ragServiceAgent", "gcp-sa-vertex-rag"),
    }
    assert len(program.of_type(SERVICE_IDENTITY)) == 1


def test_service_agents_are_left_to_google_without_the_key_or_a_need(program: Program) -> None:
    run(program, stack({"chat": {"needs": ["batch-prediction"]}}))
    assert program.of_type(SERVICE_IDENTITY) == []
    other = Program()
    run(other, stack({"chat": {"needs": ["context-caching"]}}, serviceAgents="true"))
    assert other.of_type(SERVICE_IDENTITY) == []


def test_the_bindings_of_service_agents_outlive_the_stack(program: Program) -> None:
    run(program, stack({"chat": {"needs": ["batch-prediction"]}}, serviceAgents="true"))
    kept = {one.inputs["role"]: one.retained for one in program.of_type(BINDING)}
    assert {role for role, retained in kept.items() if retained} == {
        "roles/aiplatform.serviceAgent",
        "roles/aiplatform.batchPredictionServiceAgent",
    }


def test_service_agents_alone_refuse_an_unknown_need(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match=r"agents\.needs\[0\]"):
        program.run(lambda: ServiceAgents("agents", {"needs": ["tunning"]}))


@pytest.mark.parametrize("args", [{}, {"needs": None}, {"needs": [5]}, {"needs": [], "x": 1}])
def test_arguments_that_are_none_are_said(program: Program, args: Any) -> None:
    with pytest.raises(pulumi.RunError, match=r"agents\.(needs|x)"):
        program.run(lambda: ServiceAgents("agents", args))
    assert program.registered == []
