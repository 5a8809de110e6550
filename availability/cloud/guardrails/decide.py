"""The organization policies that hold a project to where its stack's models are placed.

One stack owns the policies of a project. What it closes, it closes for everybody in the project,
and no stack sees another's placements: what neighbours need, they say in `guardrails.alsoAllow`.

Google's pages that the facts here are from, each named where it stands: "Control access to Model
Garden models" (A), "Restrict endpoint usage" (B), "Test organization policies", on dry-run mode
(C), "Quotas and system limits" of the Organization Policy Service (D), "Understanding hierarchy
evaluation" (E), "Restricting resource locations" with its supported services (F), "Restricting
resource usage" (G), "Web search with Anthropic Claude models" (H), Policy of the Resource Manager
reference, v1 (I).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from availability.cloud.guardrails.keys import GuardrailKeys, is_resource, split_action
from availability.cloud.guardrails.policy import (
    ALLOWED_MODELS,
    ENDPOINT_USAGE,
    KEY,
    NO_SERVICE_ACCOUNT_KEYS,
    PARTNER_FEATURES,
    RESOURCE_LOCATIONS,
    SERVICE_USAGE,
    SUPPORTS_DRY_RUN,
    Guardrails,
    Placed,
    Policy,
    open_locations,
    over_limits,
    unique,
    used_locations,
)
from availability.cloud.guardrails.warnings import policy_warnings
from availability.cloud.services import SERVICES, Feature
from availability.facts.names import Named, UnknownModel, near_models, resolve_model
from availability.facts.needs import Need
from availability.facts.snapshot import Call, Snapshot
from availability.input.errors import NAMESPACE, BadInput, Problem, shown
from availability.placement.hosts import hosts
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning, WarningId
from availability.places.areas import jurisdiction
from availability.places.geography import places, regions

HELPERS = {"anthropic": ("count-tokens",)}
"""Publisher -> models without a card that its clients call besides the one that is placed: tokens
are counted at `publishers/anthropic/models/count-tokens:rawPredict` (Google's "Count tokens for
Claude models"), and the constraint refuses that name, too, where it is not allowed."""

NEED_SERVICES = {
    # Google's "Batch inference": requests and answers lie in Cloud Storage or BigQuery.
    Need.BATCH_PREDICTION: ("bigquery.googleapis.com", "storage.googleapis.com"),
    # Google's "Tune Gemini models": the data set is a file in Cloud Storage.
    Need.TUNING: ("storage.googleapis.com",),
    # Google's "RAG Engine overview": Cloud Storage is a source of files.
    Need.RAG_CORPUS: ("storage.googleapis.com",),
}
"""Need -> the services that it cannot do without, besides Vertex AI."""


def decide(
    keys: GuardrailKeys,
    results: Mapping[str, Placement | Refusal],
    snapshot: Snapshot,
    caching_region: str | None,
) -> Guardrails | None:
    """The policies of the stack; None where not all of it is placed.

    `results` are those of the stack's deployments by name, and `caching_region` is the region
    whose host sets the project's caching; None where the stack leaves that alone.
    Raises BadInput for a neighbour's model that the snapshot does not know, for a policy over one
    of Google's limits, and for one that would block a placement.
    """
    problems: list[Problem] = []
    warnings: list[Warning] = []
    neighbours = tuple(_neighbours(keys, snapshot, problems, warnings))
    if problems:
        raise BadInput(problems)
    placed = [(name, result) for name, result in results.items() if isinstance(result, Placement)]
    if len(placed) < len(results):
        return None
    opened = open_locations(placed, keys.locations)
    wanted = (
        Policy(ALLOWED_MODELS, allowed=unique([*_model_values(placed), *neighbours])),
        *_endpoint_policy(opened),
        *(Policy(constraint, enforced=True) for constraint in NO_SERVICE_ACCOUNT_KEYS),
        *_service_policy(keys, placed),
        *_location_policy(keys, opened),
        *_feature_policy(keys, placed, problems),
    )
    problems += [problem for policy in wanted for problem in over_limits(policy, keys)]
    problems += objections(wanted, placed)
    problems += _caching_objection(wanted, caching_region, opened)
    if problems:
        raise BadInput(problems)
    policies = tuple(_in_dry_run(wanted)) if keys.dry_run else wanted
    warnings += policy_warnings(keys, placed, opened, wanted, policies)
    return Guardrails(policies, tuple(warnings))


def model_ids(named: Named) -> tuple[str, ...]:
    """Every id under which the model may be called.

    Those with a version are there without it, too: the constraint's page (A) writes names without
    one, and no page says which of the two it compares.
    """
    ids = (named.id, *named.model.aliases)
    return unique([*ids, *(model_id.partition("@")[0] for model_id in ids)])


def objections(policies: Iterable[Policy], placed: Iterable[Placed]) -> Iterator[Problem]:
    """Where a policy would block what a placement of the stack does."""
    by_constraint = {policy.constraint: policy for policy in policies}
    for name, placement in placed:
        models, endpoints, services = (
            by_constraint.get(name) for name in (ALLOWED_MODELS, ENDPOINT_USAGE, SERVICE_USAGE)
        )
        blocked = [
            *(set(_values_of(placement)) - set(models.allowed) if models else ()),
            *(_hosts_of(placement) & set(endpoints.denied) if endpoints else ()),
            *(set(_services_of(placement)) - set(services.allowed) if services else ()),
        ]
        for value in sorted(blocked):
            message = f"the guardrails would block {value}, which this deployment uses"
            yield Problem(f"{NAMESPACE}:deployments.{name}.model", message)


def _caching_objection(
    policies: Iterable[Policy], region: str | None, opened: frozenset[str]
) -> Iterator[Problem]:
    """Where a policy would block the call that sets caching.

    The provider makes it at the host of its own region, wherever the models are (base path of
    Vertex AI in the provider's source).
    """
    if region not in regions():
        return
    denied = {
        name for policy in policies if policy.constraint == ENDPOINT_USAGE for name in policy.denied
    }
    if hosts(region)[0] in denied:
        inside = sorted(opened & set(regions()))
        hint = f", like {inside[0]}" if inside else ""
        yield Problem(
            "gcp:region",
            f"the guardrails would block {hosts(region)[0]}, where the provider sets caching; name "
            f"a region inside of the area{hint}, or open it by guardrails.alsoAllow.locations",
        )


def _hosts_of(placement: Placement) -> set[str]:
    return {name for where in used_locations(placement) for name in hosts(where)}


def _actions(placement: Placement) -> tuple[str, ...]:
    """`deploy` is for models without an API of Google's (A): no snapshot has any."""
    return ("predict", "tune") if Need.TUNING in placement.request.needs else ("predict",)


def _values_of(placement: Placement) -> Iterator[str]:
    """`publishers/P/models/M:ACTION`, as (A) writes it.

    (I) asks for `is:` before a value with a colon, (A) shows the values without; both mean the
    same to Google.
    """
    publisher = placement.named.entry.publisher
    for model_id in model_ids(placement.named):
        for action in _actions(placement):
            yield f"publishers/{publisher}/models/{model_id}:{action}"
    yield from _helpers(publisher)


def _helpers(publisher: str) -> Iterator[str]:
    """What a publisher's clients call besides the model."""
    for helper in HELPERS.get(publisher, ()):
        yield f"publishers/{publisher}/models/{helper}:predict"


def _model_values(placed: Iterable[Placed]) -> Iterator[str]:
    for _, placement in placed:
        yield from _values_of(placement)


def _neighbours(
    keys: GuardrailKeys, snapshot: Snapshot, problems: list[Problem], warnings: list[Warning]
) -> Iterator[str]:
    """The values for the models that neighbours call, and what is wrong with their names."""
    for index, word in enumerate(keys.models):
        model, action = split_action(word)
        try:
            named = resolve_model(model, snapshot)
        except UnknownModel as error:
            if is_resource(model) and not error.candidates:
                text = (
                    f"Snapshot {snapshot.id} does not know {model}: guardrails.alsoAllow.models "
                    "allows it as it is written."
                )
                warnings.append(Warning(WarningId.GUARDRAILS, text))
                yield f"{model}:{action or 'predict'}"
                if action in (None, "predict"):
                    yield from _helpers(model.split("/")[1])
            else:
                path = f"{KEY}.alsoAllow.models[{index}]"
                problems.append(_unknown(path, model, error, snapshot))
            continue
        publisher = named.entry.publisher
        for model_id in model_ids(named):
            yield f"publishers/{publisher}/models/{model_id}:{action or 'predict'}"
        if action in (None, "predict"):
            yield from _helpers(publisher)


def _unknown(path: str, model: str, error: UnknownModel, snapshot: Snapshot) -> Problem:
    meant = error.candidates or near_models(model, snapshot)
    hints = tuple(f"publishers/{named.entry.publisher}/models/{named.id}" for named in meant)
    if error.candidates:
        return Problem(path, f"{shown(model)} stands for several models", hints)
    message = (
        f"snapshot {snapshot.id} does not know {shown(model)}; to allow it all the same, write "
        "publishers/PUBLISHER/models/MODEL"
    )
    return Problem(path, message, hints)


def _endpoint_policy(opened: frozenset[str]) -> Iterator[Policy]:
    """Denies the hosts of every location that is closed: what it does not name, it allows (B)."""
    closed = sorted(where for where in places() if where not in opened)
    if closed:
        denied = tuple(name for where in closed for name in hosts(where))
        yield Policy(ENDPOINT_USAGE, denied=denied, inherits=True)


def _services_of(placement: Placement) -> Iterator[str]:
    yield SERVICES[Feature.MODELS]
    for need in placement.request.needs:
        yield from NEED_SERVICES.get(need, ())
    if placement.named.entry.call is Call.SPEECH_TO_TEXT:
        yield "speech.googleapis.com"  # Google's "Chirp": the models of the Speech-to-Text API


def _service_policy(keys: GuardrailKeys, placed: Iterable[Placed]) -> Iterator[Policy]:
    """Allows whatever any feature here uses, so that turning one on never meets an older policy.

    IAM, Logging and Monitoring are always allowed, and a service that (G) does not list is neither
    allowed nor denied by the constraint.
    """
    if keys.services is None:
        return
    used = (name for _, placement in placed for name in _services_of(placement))
    yield Policy(SERVICE_USAGE, allowed=tuple(sorted({*SERVICES.values(), *used, *keys.services})))


def _location_policy(keys: GuardrailKeys, opened: frozenset[str]) -> Iterator[Policy]:
    """Allows resources where endpoints are open, in the words of Google's value groups (F).

    `in:eu-locations` holds the multi-region and all its regions, `in:REGION-locations` a region
    with its zones.
    """
    if not keys.resource_locations or "global" in opened:
        return
    values: list[str] = []
    for where in sorted(opened):
        wider = jurisdiction(where)
        whole = wider is not None and _is_open(wider, opened)
        if places()[where].kind == "multi-region":
            values.append(f"in:{where}-locations" if whole else where)
        elif not whole:
            values.append(f"in:{where}-locations")
    yield Policy(RESOURCE_LOCATIONS, allowed=tuple(values))


def _is_open(multi_region: str, opened: frozenset[str]) -> bool:
    inside = {code for code in regions() if jurisdiction(code) == multi_region}
    return inside | {multi_region} <= opened


def _feature_policy(
    keys: GuardrailKeys, placed: Iterable[Placed], problems: list[Problem]
) -> Iterator[Policy]:
    """Allows the named features of partner models; an empty list denies all of them."""
    if keys.partner_features is None:
        return
    partners = unique(
        f"publishers/{placement.named.entry.publisher}/models/{model_id}"
        for _, placement in placed
        if placement.named.entry.publisher != "google"
        for model_id in model_ids(placement.named)
    )
    values: list[str] = []
    for index, word in enumerate(keys.partner_features):
        if split_action(word)[1]:
            values.append(word)
        elif partners:
            values += [f"{model}:{word}" for model in partners]
        else:
            message = (
                f"the stack places no partner model that could have {word}; to allow it to a "
                f"neighbour, write publishers/PUBLISHER/models/MODEL:{word}"
            )
            problems.append(Problem(f"{KEY}.partnerModelFeatures[{index}]", message))
    yield Policy(PARTNER_FEATURES, allowed=unique(values), deny_all=not keys.partner_features)


def _in_dry_run(policies: Iterable[Policy]) -> Iterator[Policy]:
    """Those that can be dry-run: of the others nothing is enforced while a stack tries them."""
    for policy in policies:
        if policy.constraint in SUPPORTS_DRY_RUN:
            yield replace(policy, dry_run=True)
