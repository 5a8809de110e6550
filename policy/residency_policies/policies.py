"""The policies: the rules of `availability.check`, a policy for each kind of finding.

The residency is in the configuration of the policy `residency`; another one's own counts for it
where it has any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from availability.check.findings import RULES, UNKNOWN_RULE, Finding
from availability.check.provider_types import Group
from availability.check.rules import Standard, check, check_one
from availability.facts.library import load, newest, snapshot_ids, unknown_snapshot
from availability.input import clock
from availability.input.errors import BadInput, Problem
from availability.input.values import check_date
from availability.placement.rules import Rule
from availability.places.residency import Residency
from residency_policies.reading import resource_of

RESIDENCY = "residency"
_TERMS: dict[str, Any] = {"type": ["string", "array"], "items": {"type": "string"}}
_SETTINGS: dict[str, dict[str, Any]] = {
    "residency": {**_TERMS, "description": "Allowed places: eu, us, country codes, locations."},
    "excluding": {**_TERMS, "description": "Places that are taken out again."},
    "guarantee": {"type": "string", "enum": ["endpoint", "ml-processing"]},
    "snapshot": {"type": "string", "description": "The date of the facts; default: the newest."},
    "asOf": {"type": "string", "description": "The day to judge by, instead of today."},
}


@dataclass(frozen=True)
class Kind:
    """A policy: its name, what it says, and the rules that it is about."""

    name: str
    description: str
    rules: frozenset[str]
    level: EnforcementLevel = EnforcementLevel.MANDATORY


KINDS = (
    Kind(
        RESIDENCY,
        "Resources, and the hosts and models that their inputs name, lie in the residency.",
        frozenset([Rule.RESIDENCY]),
    ),
    Kind(
        "ml-processing",
        "Published commitments keep the processing in the residency, where that is asked for.",
        frozenset([Rule.ML_PROCESSING, Rule.DATA_SHARING]),
    ),
    Kind(
        "served",
        "Models that inputs name are served where they are called.",
        frozenset([Rule.NOT_SERVED, Rule.UNKNOWN_MODEL, Rule.UNKNOWN_LOCATION, Rule.RETIRED]),
    ),
    Kind(
        "known",
        "It is known where resources lie.",
        frozenset([UNKNOWN_RULE]),
        EnforcementLevel.ADVISORY,
    ),
)
"""Every rule of `RULES` is in one of them."""
STORES = "stores"
"""The policy for buckets and datasets: only the whole stack says which of them feed models."""


class _Standards:
    """What the policies hold resources to, as their configuration says it.

    A process of the pack judges one run of one stack, in which the configuration stays.
    """

    def __init__(self) -> None:
        self._shared: Mapping[str, Any] = {}
        self._told: set[str] = set()

    def standard(self, policy: str, config: Mapping[str, Any]) -> Standard | None:
        """What a policy holds resources to; None where it has no residency at all.

        Raises BadInput for a configuration that can't be read.
        """
        if policy == RESIDENCY:
            self._shared = config
        own = config if "residency" in config else self._shared
        return _standard(own) if "residency" in own else None

    def is_told(self, policy: str) -> bool:
        """Whether the mistakes of a policy's configuration were told; from now on they are."""
        if policy in self._told:
            return True
        self._told.add(policy)
        return False


def _standard(config: Mapping[str, Any]) -> Standard:
    snapshot_id = config.get("snapshot")
    if snapshot_id is not None and snapshot_id not in snapshot_ids():
        raise BadInput([unknown_snapshot(str(snapshot_id), snapshot_ids(), "snapshot")])
    day = check_date(config["asOf"]) if "asOf" in config else clock.today()
    if isinstance(day, Problem):
        raise BadInput([Problem("asOf", day.message, day.suggestions)])
    snapshot = load(snapshot_id or newest())
    residency = Residency.build(
        config["residency"],
        config.get("excluding"),
        config.get("guarantee"),
        within_path="residency",
    )
    return Standard(residency.at(snapshot.date), snapshot, day)


def policies() -> list[Policy]:
    """Every policy of the pack."""
    standards = _Standards()
    stores = StackValidationPolicy(
        STORES,
        "Buckets and datasets that feed models lie in the residency.",
        _stack(standards),
        config_schema=PolicyConfigSchema(_SETTINGS),
    )
    return [*(_policy(kind, standards) for kind in KINDS), stores]


def _policy(kind: Kind, standards: _Standards) -> Policy:
    required = ["residency"] if kind.name == RESIDENCY else None
    return ResourceValidationPolicy(
        kind.name,
        kind.description,
        _resource(kind, standards),
        enforcement_level=kind.level,
        config_schema=PolicyConfigSchema(_SETTINGS, required),
    )


def _resource(
    kind: Kind, standards: _Standards
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        standard = _held_to(kind.name, args.get_config(), standards, report)
        resource = resource_of(args)
        if standard is None or resource is None:
            return
        for finding in dict.fromkeys(check_one(resource, standard)):
            if finding.rule in kind.rules:
                report(_text(finding), args.urn)

    return validate


def _stack(standards: _Standards) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        standard = _held_to(STORES, args.get_config(), standards, report)
        if standard is None:
            return
        found = [resource_of(resource) for resource in args.resources]
        resources = [resource for resource in found if resource is not None]
        stores = {one.address for one in resources if one.known_type.group is Group.DATA}
        for finding in check(resources, standard):
            if finding.address in stores and finding.rule == Rule.RESIDENCY:
                report(_text(finding), finding.address)

    return validate


def _held_to(
    policy: str, config: Mapping[str, Any], standards: _Standards, report: ReportViolation
) -> Standard | None:
    """What a policy holds resources to; None where that can't be read.

    A mistake is told once, by the policy in whose configuration it is.
    """
    is_own = policy == RESIDENCY or "residency" in config
    try:
        standard = standards.standard(policy, config)
    except BadInput as error:
        if is_own and not standards.is_told(policy):
            report("\n".join(f"configuration of {policy}: {one}" for one in error.problems), "")
        return None
    if standard is None and not standards.is_told(policy):
        report(f"configuration of {policy}: no residency: set it here, or for {RESIDENCY}", "")
    return standard


def _text(finding: Finding) -> str:
    return f"{finding.rule}: {finding.text}\nfix: {finding.fix}"


if missing := set(RULES) - frozenset[str]().union(*(kind.rules for kind in KINDS)):
    raise AssertionError(f"no policy is about {', '.join(sorted(missing))}")
