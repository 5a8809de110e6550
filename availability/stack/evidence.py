"""What a data-protection officer files of a stack: what is decided, by which facts, for whom.

It follows from the stack file, its project's file, the snapshot and the day, and names each by its
digest. Of the machine only the variables count that stand in for the Google Cloud project and the
region: where they do, they are named, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from availability.cloud.guardrails.words import Enforced, enforced, not_enforced
from availability.explanation.answers import Answer
from availability.explanation.relied_on import not_covered, relied_on
from availability.explanation.statements import Fact, lifecycle
from availability.facts.library import digest, digest_of
from availability.input.errors import NAMESPACE
from availability.placement.request import Placement
from availability.stack.callers import Caller, callers_of
from availability.stack.config import Deployment
from availability.stack.file import read_content
from availability.stack.google_config import with_environment
from availability.stack.plan import Plan
from availability.stack.project_file import completed
from availability.stack.reading import Stack, plan_file
from availability.stack.source import Source
from availability.stack.waivers import Accepted, accepted


@dataclass(frozen=True)
class DeploymentEvidence:
    """What is to be filed of one deployment, placed or refused."""

    deployment: Deployment
    answer: Answer
    facts: tuple[Fact, ...]
    """What the placement relies on; of a refused deployment when its model comes and goes."""
    not_covered: tuple[Fact, ...]
    enforced: tuple[Enforced, ...]
    """The organization policies of the stack that hold it."""
    not_enforced: tuple[str, ...]
    """What they do not hold, in sentences."""
    callers: tuple[Caller, ...]
    accepted: tuple[Accepted, ...]

    @property
    def placement(self) -> Placement | None:
        """Where it is placed; None where it is refused."""
        return self.answer.result if isinstance(self.answer.result, Placement) else None

    @property
    def boundary(self) -> str | None:
        """The committed area that holds the processing; None where nobody commits to any."""
        return self.placement.boundary if self.placement else None


@dataclass(frozen=True)
class StackEvidence:
    """What is to be filed of a stack."""

    plan: Plan
    snapshot_sha256: str
    stack_sha256: str
    project_sha256: str | None
    """Of the project's file, Pulumi.yaml; None where no value of it counts."""
    from_environment: Mapping[str, str]
    """Configuration key -> what a variable of the provider gives in its place."""
    deployments: tuple[DeploymentEvidence, ...]


def evidence_of(
    source: Source, environment: Mapping[str, str], as_of: dt.date | None = None
) -> StackEvidence:
    """Everything that is to be filed of a stack, placed as the program would place it.

    `environment` holds the variables that the provider reads, and `as_of` is the day to judge by
    instead of the configuration's. Raises BadInput as `plan_file` does.
    """
    plan = plan_file(source.stack, environment, as_of)
    return StackEvidence(
        plan,
        snapshot_sha256=digest_of(plan.snapshot.id),
        stack_sha256=digest(source.content),
        project_sha256=_project_digest(source.stack),
        from_environment=_from_environment(source.stack, environment),
        deployments=tuple(_evidence(*pair, plan) for pair in plan.answers),
    )


def _evidence(deployment: Deployment, answer: Answer, plan: Plan) -> DeploymentEvidence:
    keys, snapshot, result = plan.config.keys, plan.snapshot, answer.result
    placement = result if isinstance(result, Placement) else None
    asked_for = keys.guardrails is not None
    about_model = lifecycle(result.named) if result.named else ()
    holding = enforced(plan.guardrails, placement) if plan.guardrails and placement else ()
    return DeploymentEvidence(
        deployment,
        answer,
        facts=relied_on(placement, snapshot) if placement else tuple(about_model),
        not_covered=not_covered(placement, snapshot) if placement else (),
        enforced=tuple(holding),
        not_enforced=tuple(not_enforced(plan.guardrails, placement, asked_for=asked_for)),
        callers=callers_of(deployment, keys.federation),
        accepted=accepted(answer, plan.today),
    )


def _project_digest(stack: Stack) -> str | None:
    """The digest of the project's file, where its values count, or its name as a namespace."""
    project = stack.project
    if project is None:
        return None
    counts = completed(stack.file, project) != completed(stack.file, None)
    if not counts and project.name == NAMESPACE:
        return None
    return digest(read_content(project.path, str(project.path)))


def _from_environment(stack: Stack, environment: Mapping[str, str]) -> dict[str, str]:
    """What the variables of the provider give; nothing where an unknown environment goes first."""
    if stack.unknown.environment:
        return {}
    own = completed(stack.file, stack.project)
    return {key: text for key, text in with_environment(own, environment).items() if key not in own}
