"""Google's service agents: the accounts by which Vertex AI reaches what a job needs.

From Google's "Service agents" (IAM reference): each agent has one role on the project, and Google
grants it when it creates the agent itself, at its first use. Where somebody else asks for the
agents (`services.generateServiceIdentity`), all of the service's are created at once and none gets
its role: "Create and grant roles to service agents" says that the roles have to be granted then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from availability.facts.needs import Need


@dataclass(frozen=True)
class Agent:
    """One service agent of Vertex AI: `service-NUMBER@DOMAIN.iam.gserviceaccount.com`."""

    domain: str
    role: str
    """The role that Google grants it on the project."""


PRIMARY = Agent("gcp-sa-aiplatform", "roles/aiplatform.serviceAgent")
"""The agent that reads and writes buckets and tables of the project for every kind of job."""

AGENTS: Mapping[Need, tuple[Agent, ...]] = {
    Need.BATCH_PREDICTION: (
        PRIMARY,
        Agent("gcp-sa-vertex-bp", "roles/aiplatform.batchPredictionServiceAgent"),
    ),
    Need.TUNING: (
        PRIMARY,
        Agent("gcp-sa-aiplatform-ft", "roles/aiplatform.serviceAgent"),
        Agent("gcp-sa-vertex-moss-ft", "roles/aiplatform.tuningServiceAgent"),
        Agent("gcp-sa-vertex-tune", "roles/aiplatform.tuningServiceAgent"),
    ),
    Need.RAG_CORPUS: (
        PRIMARY,
        Agent("gcp-sa-vertex-rag", "roles/aiplatform.ragServiceAgent"),
    ),
}
"""The agents whose work a need is. Buckets and tables of other projects are nobody's to grant here:
their owners give them to these agents."""


def agents_for(needs: Iterable[Need]) -> tuple[Agent, ...]:
    """The agents that the needs use, each once, in the order of their names."""
    agents = {agent for need in needs for agent in AGENTS.get(need, ())}
    return tuple(sorted(agents, key=lambda agent: agent.domain))


def address(agent: Agent, primary: str) -> str:
    """The e-mail of an agent, from the primary agent's, which carries the project's number."""
    return f"{primary.partition('@')[0]}@{agent.domain}.iam.gserviceaccount.com"
