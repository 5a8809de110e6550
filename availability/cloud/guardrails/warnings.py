"""What the guardrails of a project do not hold, or hold for others, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from availability.cloud.guardrails.keys import GuardrailKeys
from availability.cloud.guardrails.policy import (
    ALLOWED_MODELS,
    ENDPOINT_USAGE,
    PARTNER_FEATURES,
    RESOURCE_LOCATIONS,
    SERVICE_USAGE,
    SUPPORTS_DRY_RUN,
    Placed,
    Policy,
    open_locations,
    unique,
)
from availability.facts.needs import Need
from availability.facts.snapshot import Family
from availability.placement.hosts import hosts
from availability.placement.warnings import Warning, WarningId

_EMBEDDINGS = (Family.TEXT_EMBEDDINGS, Family.MULTIMODAL_EMBEDDINGS, Family.E5_EMBEDDINGS)


def policy_warnings(
    keys: GuardrailKeys,
    placed: Sequence[Placed],
    opened: frozenset[str],
    wanted: Sequence[Policy],
    policies: Sequence[Policy],
) -> Iterator[Warning]:
    """What ought to be known of `policies`, which are registered.

    `wanted` are those that would be registered without dry-run mode.
    """
    yield from _open_project(keys, placed)
    left_out = [policy.constraint for policy in wanted if policy.constraint not in SUPPORTS_DRY_RUN]
    if keys.dry_run:
        yield Warning(
            WarningId.GUARDRAILS,
            f"dryRun enforces nothing: {' and '.join(left_out)} can't be in dry-run mode and "
            f"{'is' if len(left_out) == 1 else 'are'} left out until dryRun is off.",
        )
    constraints = {policy.constraint for policy in policies}
    if replacing := [
        policy.constraint for policy in policies if policy.allowed and not policy.dry_run
    ]:
        yield Warning(
            WarningId.GUARDRAILS,
            f"In this project {' and '.join(replacing)} "
            f"{'replaces' if len(replacing) == 1 else 'replace'} what the folder and the "
            "organization set: what theirs deny, and this allows, is allowed here.",
        )
    if SERVICE_USAGE in constraints:
        denies = "would deny" if keys.dry_run else "denies"
        yield Warning(
            WarningId.GUARDRAILS,
            f"{SERVICE_USAGE} binds everybody in the project: it {denies} the services that it "
            "does not allow to other teams, too. Name theirs in guardrails.restrictServices.",
        )
    if RESOURCE_LOCATIONS in constraints:
        yield Warning(
            WarningId.GUARDRAILS,
            f"{RESOURCE_LOCATIONS} binds everybody in the project: no team can create resources "
            "outside the area. Requests to models it does not stop.",
        )
    elif keys.resource_locations and "global" in opened:
        yield Warning(
            WarningId.GUARDRAILS,
            f"{RESOURCE_LOCATIONS} is left out: with the global endpoint every location is inside.",
        )
    if ALLOWED_MODELS in constraints:
        yield from _embeddings(keys, placed)
    features = [
        value
        for policy in policies
        if policy.constraint == PARTNER_FEATURES
        for value in policy.allowed
    ]
    if any(value.endswith(":web_search") for value in features):
        yield Warning(
            WarningId.GUARDRAILS,
            "web_search leaves the area: the search terms of a request go to a third party's "
            "search, wherever that is.",
        )


def _open_project(keys: GuardrailKeys, placed: Sequence[Placed]) -> Iterator[Warning]:
    names = [name for name, placement in placed if placement.request.residency.holds("global")]
    if names:
        yield Warning(
            WarningId.OPEN_PROJECT,
            f"{_with_any(names)}, which opens the project to every location: "
            f"{ENDPOINT_USAGE} denies no host, not even to deployments with a narrower residency. "
            "Give the others a project of their own.",
        )
    wide = [
        name
        for name, placement in placed
        if "any" in placement.request.residency.within and name not in names
    ]
    if wide and not names:
        yield Warning(
            WarningId.OPEN_PROJECT,
            f"{_with_any(wide)}, which opens the project to every location but those that it "
            "excludes. Give the others a project of their own.",
        )
    if not names:
        yield from _outside(keys, open_locations(placed))


def _with_any(names: Sequence[str]) -> str:
    return f"{' and '.join(names)} {'has' if len(names) == 1 else 'have'} residency any"


def _outside(keys: GuardrailKeys, area: frozenset[str]) -> Iterator[Warning]:
    """For the locations of neighbours in which no deployment of the stack may be."""
    outside = [where for where in unique(keys.locations) if where not in area]
    if "global" in outside:
        yield Warning(
            WarningId.OPEN_PROJECT,
            "guardrails.alsoAllow.locations opens the global endpoint to everybody in the project, "
            "and what it serves is processed anywhere.",
        )
        outside.remove("global")
    if outside:
        opened = " and ".join(f"{where} ({hosts(where)[0]})" for where in outside)
        if keys.resource_locations:
            opened += ", also for resources,"
        yield Warning(
            WarningId.OPEN_PROJECT,
            f"guardrails.alsoAllow.locations opens {opened} to everybody in the project, its own "
            "callers among them: no residency of this stack allows "
            f"{'that location' if len(outside) == 1 else 'those locations'}. Whoever needs "
            f"{'it' if len(outside) == 1 else 'them'} is better off in a project of their own.",
        )


def _embeddings(keys: GuardrailKeys, placed: Sequence[Placed]) -> Iterator[Warning]:
    """A corpus is embedded by another model than the one that is placed."""
    needing = [name for name, placement in placed if Need.RAG_CORPUS in placement.request.needs]
    embeds = any(placement.named.entry.family in _EMBEDDINGS for _, placement in placed)
    if needing and not embeds and not any("embed" in model for model in keys.models):
        yield Warning(
            WarningId.GUARDRAILS,
            f"{', '.join(needing)} needs rag-corpus, and {ALLOWED_MODELS} allows no embedding "
            "model: name the one that the corpus uses in guardrails.alsoAllow.models.",
        )
