"""What a stack declares and where it is placed, as far as a reviewer compares it.

It is made from a plan, and every update exports it as the stack's output `declared`. So a preview
knows what it changes, and says the same as a comparison of the files does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationError,
)

from availability.cloud.audit_logs import AuditLogs
from availability.cloud.federation.sources import GitHub, Oidc, federation_of
from availability.cloud.guardrails.keys import GuardrailKeys
from availability.explanation.answers import Answer, residency_json
from availability.input.case import camel_case
from availability.input.errors import shown
from availability.input.printed import plain
from availability.placement.request import Placement
from availability.placement.rules import Waiver
from availability.placement.warnings import Acknowledgement
from availability.places.areas import canonical_term
from availability.places.residency import Residency
from availability.stack.config import Deployment
from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.plan import Plan

OUTPUT = "declared"
"""The stack output that holds it."""


_Text = Annotated[str, AfterValidator(plain)]
"""A plain text: stacks export it, and the engine prints what is exported."""


class _Said(BaseModel):
    """Part of what is declared, in camel case as JSON. What a newer version adds is left out."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=camel_case,
        validate_by_name=True,
        arbitrary_types_allowed=True,
    )


class DeclaredWaiver(_Said):
    """An entry of `accept`: a rule that may be broken, or a warning that is acknowledged."""

    accepts: _Text
    """`rule WORD` or `warning WORD`."""
    until: dt.date
    reason: _Text

    @classmethod
    def of(cls, accepted: Waiver | Acknowledgement) -> Self:
        """The entry that was read."""
        word = f"{accepted.kind} {accepted.about}"
        return cls(accepts=word, until=accepted.until, reason=accepted.reason)


class DeclaredGuardrails(_Said):
    """What the organization policies of the project were asked to hold."""

    dry_run: bool
    models: tuple[str, ...]
    locations: tuple[str, ...]
    services: tuple[str, ...] | None
    """None leaves every service open."""
    resource_locations: bool
    partner_features: tuple[str, ...] | None
    """None leaves the features of partner models as they are."""

    @classmethod
    def of(cls, keys: GuardrailKeys) -> Self:
        """The keys that were read."""
        return cls(
            dry_run=keys.dry_run,
            models=keys.models,
            locations=keys.locations,
            services=keys.services,
            resource_locations=keys.resource_locations,
            partner_features=keys.partner_features,
        )


class DeclaredAuditLogs(_Said):
    """Which Data Access audit logs were asked for."""

    log_types: tuple[str, ...]
    exempted_members: tuple[str, ...]

    @classmethod
    def of(cls, wanted: AuditLogs) -> Self:
        """The key that was read."""
        return cls(log_types=wanted.log_types, exempted_members=wanted.exempted_members)


_CLAIMS = ("repository", "ownerId", "repositoryId", "ref", "environment")
"""GitHub's claims in the order in which they are told: the engine keeps no order of a map."""


class DeclaredFederation(_Said):
    """Whose workloads come in from outside of Google Cloud, as it is registered."""

    issuer: _Text
    condition: _Text
    principal: _Text
    mapping: tuple[tuple[_Text, _Text], ...]
    audiences: tuple[_Text, ...]
    claims: Mapping[str, _Text] | None
    """GitHub's claims that a token has to have, all of them; None for another issuer."""

    @classmethod
    def of(cls, source: GitHub | Oidc) -> Self:
        """The key that was read."""
        registered = federation_of(source)
        claims = None
        if isinstance(source, GitHub):
            given = {
                "repository": source.repository,
                "ownerId": source.owner_id,
                "repositoryId": source.repository_id,
                "ref": source.ref,
                "environment": source.environment,
            }
            claims = {claim: value for claim, value in given.items() if value is not None}
        return cls(
            issuer=registered.issuer,
            condition=registered.condition,
            principal=registered.principal,
            mapping=registered.mapping,
            audiences=registered.audiences,
            claims=claims,
        )

    @property
    def text(self) -> str:
        """Whose workloads they are, in a few words."""
        if self.claims is not None:
            known = [claim for claim in _CLAIMS if claim in self.claims]
            return ", ".join(f"{claim} {self.claims[claim]}" for claim in known)
        return f"{self.issuer} where {self.condition}, as {self.principal}"


_OF_DEPLOYMENT = frozenset(
    [
        "model",
        "residency",
        "location",
        "needs",
        "controls",
        "callers",
        "service_account_users",
        "workload_identity_users",
        "accept",
    ]
)
"""The keys of a deployment that are compared one by one."""
_OF_STACK = frozenset(
    [
        "snapshot",
        "retirement_warning",
        "guardrails",
        "audit_logs",
        "federation",
        "deployments",
        *(name for name in DeploymentKeys.model_fields if name in StackKeys.model_fields),
    ]
)
"""The keys of a stack that are compared one by one, or with its deployments."""


def _others(keys: DeploymentKeys | StackKeys, compared: frozenset[str]) -> dict[str, object]:
    """The keys that are not compared one by one, each with what it says as JSON."""
    return keys.model_dump(mode="json", by_alias=True, exclude=set(compared))


def _read_residency(value: object) -> Residency:
    """The residency, by the latest adequacy decisions, from itself or from its JSON."""
    if isinstance(value, Residency):
        return value.in_year(None)
    if isinstance(value, Mapping):  # what excludes nothing is written as an empty list
        keys = cast("Mapping[str, object]", value)
        value = {key: given for key, given in keys.items() if key != "excluding" or given}
    return Residency.parse(value)


def _known_area(term: str) -> str:
    """The term of an area; ValueError for a word that is none."""
    if canonical_term(term) != term:
        raise ValueError(f"no area is called {shown(term)}")
    return term


class DeclaredDeployment(_Said):
    """One deployment: what was asked for it, and where that placed it."""

    model: _Text
    """The canonical id; of a name that stands for no model, the name."""
    residency: Annotated[
        Residency, BeforeValidator(_read_residency), PlainSerializer(residency_json)
    ]
    """The one that holds for it."""
    pin: str | None
    needs: tuple[str, ...]
    controls: tuple[str, ...]
    callers: tuple[str, ...]
    """Empty where the deployment has a service account of its own."""
    service_account_users: tuple[str, ...]
    workload_identity_users: tuple[str, ...]
    waivers: tuple[DeclaredWaiver, ...]
    location: str | None
    """Where it is placed; None where it is refused."""
    boundary: Annotated[str, AfterValidator(_known_area)] | None
    """The area that its processing is committed to; None where nothing is."""
    retires: dt.date | None
    """The model's retirement date; None where none is published."""
    settings: Mapping[str, object]
    """Its other keys, as they are written, with those that it has from its stack."""

    @classmethod
    def of(cls, deployment: Deployment, answer: Answer) -> Self:
        """A deployment with its answer."""
        request, result = deployment.request, answer.result
        placed = result if isinstance(result, Placement) else None
        return cls(
            model=answer.model,
            residency=request.residency,
            pin=deployment.keys.location,
            needs=tuple(need.value for need in request.needs),
            controls=tuple(control.value for control in request.controls),
            callers=deployment.callers or (),
            service_account_users=deployment.service_account_users,
            workload_identity_users=deployment.workload_identity_users,
            waivers=tuple(map(DeclaredWaiver.of, request.accept)),
            location=placed.location if placed else None,
            boundary=placed.boundary if placed else None,
            retires=result.named.model.retires if result.named else None,
            settings=_others(deployment.keys, _OF_DEPLOYMENT),
        )


class Declared(_Said):
    """What a stack declares, and where its deployments are placed."""

    snapshot: dt.date
    """The day of the snapshot that placed it."""
    retirement_warning: int
    """How many days before its retirement a model is warned about."""
    guardrails: DeclaredGuardrails | None
    audit_logs: DeclaredAuditLogs | None
    federation: DeclaredFederation | None
    settings: Mapping[str, object]
    """Its other keys."""
    deployments: Mapping[str, DeclaredDeployment]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """What the stack of a plan declares."""
        keys = plan.config.keys
        return cls(
            snapshot=plan.snapshot.date,
            retirement_warning=keys.retirement_warning,
            guardrails=DeclaredGuardrails.of(keys.guardrails) if keys.guardrails else None,
            audit_logs=DeclaredAuditLogs.of(keys.audit_logs) if keys.audit_logs else None,
            federation=DeclaredFederation.of(keys.federation) if keys.federation else None,
            settings=_others(keys, _OF_STACK),
            deployments={
                deployment.name: DeclaredDeployment.of(deployment, answer)
                for deployment, answer in plan.answers
            },
        )

    def as_json(self) -> dict[str, object]:
        """The output `declared`: the fields in camel case, days as ISO dates."""
        return self.model_dump(mode="json", by_alias=True)


def read_declared(output: object) -> Declared | None:
    """What was declared, from the output of a stack; None where it is no such output.

    A program of another version, or another program, may have made it.
    """
    try:
        return Declared.model_validate(output)
    except ValidationError:
        return None
