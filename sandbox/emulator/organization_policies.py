"""What the Organization Policy API refuses of a policy.

The facts are Google's: "Creating organization policies in dry-run mode", "Quotas and system limits"
(of the Organization Policy Service), "Control access to Model Garden models", "Restrict endpoint
usage", "Organization policy constraints" (the prefixes of values), and the provider's documentation
of `google_org_policy_policy` (which field is for which kind of constraint). The words of the
messages are not: no page quotes them. A constraint that is not in the table is of a kind that
is not known here, and only what holds for all of them is checked.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from .values import Json, Properties

MAX_VALUES: Final = 500
MAX_BYTES: Final = 32 * 1024


@dataclass(frozen=True)
class Constraint:
    """A constraint: a list one with the form of its values, or a boolean one."""

    value: str | None = None
    """A regular expression; None for a boolean constraint."""
    dry_run: bool = False
    denies_only: bool = False


_PUBLISHER = r"(is:)?publishers/[\w.-]+"
_MODEL = rf"{_PUBLISHER}/models/[\w.@-]+"
_HOST = r"(is:)?([a-z0-9-]+\.)+googleapis\.com"

CONSTRAINTS: Final[Mapping[str, Constraint]] = {
    "vertexai.allowedModels": Constraint(rf"{_MODEL}:(predict|deploy|tune)"),
    "vertexai.allowedPartnerModelFeatures": Constraint(
        rf"{_PUBLISHER}|{_MODEL}(:(web_search|structured_outputs))?"
    ),
    "gcp.restrictEndpointUsage": Constraint(_HOST, dry_run=True, denies_only=True),
    "gcp.restrictServiceUsage": Constraint(_HOST, dry_run=True),
    "gcp.resourceLocations": Constraint(r"in:[a-z0-9-]+-locations|(is:)?[A-Za-z0-9-]+"),
    "iam.managed.disableServiceAccountKeyCreation": Constraint(dry_run=True),
    "iam.managed.disableServiceAccountKeyUpload": Constraint(dry_run=True),
}


def objection(properties: Mapping[str, Json]) -> str | None:
    """Why the policy is refused, or None."""
    return next(_objections(properties), None)


def _objections(properties: Mapping[str, Json]) -> Iterator[str]:
    parent, name = str(properties["parent"]), str(properties["name"])
    if not re.fullmatch(re.escape(parent) + r"/policies/[\w.]+", name):
        yield f"Invalid policy name {name!r}: expected {parent}/policies/CONSTRAINT."
    constraint = name.rsplit("/", 1)[-1]
    known = CONSTRAINTS.get(constraint)
    specs = [
        cast("Properties", properties[key]) for key in ("spec", "dryRunSpec") if properties.get(key)
    ]
    if not specs:
        yield f"The policy {name} has neither a spec nor a dry_run_spec."
    if properties.get("dryRunSpec") and known and not known.dry_run:
        yield f"The constraint {constraint} does not support dry run."
    if len(json.dumps(specs).encode()) > MAX_BYTES:
        yield f"The policy {name} is larger than {MAX_BYTES} bytes."
    for spec in specs:
        yield from _spec(constraint, known, spec)


def _spec(constraint: str, known: Constraint | None, spec: Properties) -> Iterator[str]:
    rules = cast("list[Properties]", spec.get("rules") or [])
    if spec.get("reset") and rules:
        yield "A policy that is reset must not have rules."
    if not rules and not spec.get("reset"):
        yield "A policy needs at least one rule."
    if known and known.value is None and spec.get("inheritFromParent"):
        yield f"inherit_from_parent can't be set for the boolean constraint {constraint}."
    found = [value for rule in rules for value in _values(rule)]
    if len(found) > MAX_VALUES:
        yield f"The policy has {len(found)} values; the limit is {MAX_VALUES}."
    for rule in rules:
        yield from _rule(constraint, known, rule)


def _rule(constraint: str, known: Constraint | None, rule: Properties) -> Iterator[str]:
    listed = [key for key in ("values", "allowAll", "denyAll") if rule.get(key)]
    kinds = [*listed, *(["enforce"] if rule.get("enforce") else [])]
    if len(kinds) != 1:
        yield "A rule has exactly one of values, allow_all, deny_all and enforce."
    if known is None:
        return
    if known.value is None and listed:
        yield f"{constraint} is a boolean constraint: {listed[0]} can't be set."
    if known.value is not None and rule.get("enforce"):
        yield f"{constraint} is a list constraint: enforce can't be set."
    values = cast("Properties", rule.get("values") or {})
    if known.denies_only and (values.get("allowedValues") or rule.get("denyAll")):
        yield f"{constraint} takes denied values only."
    for value in _values(rule):
        if known.value is not None and not re.fullmatch(known.value, value):
            yield f"Invalid value {value!r} for the constraint {constraint}."


def _values(rule: Properties) -> list[str]:
    values = cast("Properties", rule.get("values") or {})
    listed = (values.get("allowedValues"), values.get("deniedValues"))
    return [str(value) for some in listed for value in cast("list[Json]", some or [])]
