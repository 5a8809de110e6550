"""The keys of an entry of `accept`, of a deployment and of a stack, each declared here alone.

`Pulumi.yaml` and the reference page are made from these declarations (`make reference`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import Field

from availability.cloud.members import read_account_users, read_workload_users
from availability.facts.needs import Need
from availability.facts.snapshot import ContextSize, Control
from availability.input.errors import BadInput, Problem, shown
from availability.placement.rules import WAIVABLE, Rule, Waiver
from availability.placement.warnings import ACKNOWLEDGEABLE, Acknowledgement, WarningId
from availability.places.residency import OwnResidency, Residency
from availability.stack import feature_readers, readers
from availability.stack.shape import (
    Form,
    InProject,
    Keys,
    ReadBy,
    RegisteredBy,
    names_of,
    read_keys,
)

if TYPE_CHECKING:
    from availability.cloud.audit_logs import AuditLogs
    from availability.cloud.federation.sources import GitHub, Oidc
    from availability.cloud.guardrails.keys import GuardrailKeys
    from availability.cloud.private_access.ways import PrivateAccess
    from availability.cloud.publication import Store
else:  # pydantic asks for the types of features, and leaves all about their values to the readers
    AuditLogs = GitHub = GuardrailKeys = Oidc = PrivateAccess = Store = object

_TRUE_OR_FALSE = Form("`true` or `false`")
_DATE = Form("a date, like 2026-10-19")
_RESIDENCY = Form(
    "terms with commas or as a list, or a map of `within`, `excluding` and `guarantee`"
)
_MEMBERS = Form("IAM members, as a list or with commas")
_WAIVER = "{rule, until, reason} or {warning, until, reason}"


def _coded(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


_CONTROLS = Form(f"any of {_coded([*Control])}, as a list or with commas")


class WaiverKeys(Keys):
    """The keys of one entry of `accept`: a waiver of a rule, or of a warning."""

    rule: Annotated[
        Rule | None,
        ReadBy(readers.read_waived_rule),
        Form(f"one of {_coded(WAIVABLE)}"),
        Field(
            description="The rule that refuses nothing while the waiver holds. An entry has either "
            "a rule or a warning."
        ),
    ] = None
    warning: Annotated[
        WarningId | None,
        ReadBy(readers.read_acknowledged_warning),
        Form(f"one of {_coded(ACKNOWLEDGEABLE)}"),
        Field(
            description="The warning that is acknowledged: it is not given while the entry holds, "
            "and one line of the plan, and of the preview's log, says that it is acknowledged."
        ),
    ] = None
    until: Annotated[
        dt.date,
        ReadBy(readers.read_date),
        _DATE,
        Field(
            description="The last day on which the entry holds. From the next day on the rule "
            "refuses again, and the warning is given again."
        ),
    ]
    reason: Annotated[
        str,
        ReadBy(readers.read_reason),
        Form("a text"),
        Field(
            description="Why breaking the rule is accepted, or who knows of the warning. Every "
            "preview repeats it."
        ),
    ]


def _read_accepted(value: object) -> tuple[Waiver | Acknowledgement, ...]:
    """A list of waivers, each with all its keys; every mistake of all of them at once."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        message = f"expected a list of waivers {_WAIVER}, not {shown(value)}"
        raise BadInput([Problem("", message)])
    items = cast("Sequence[object]", value)
    problems: list[Problem] = []
    accepted = [_accepted(item, f"[{index}]", problems) for index, item in enumerate(items)]
    what = [(one.kind, one.about) for one in accepted if one]
    for index, (key, word) in enumerate(what):
        if (key, word) in what[:index]:
            problems.append(Problem(f"[{index}].{key}", f"{word} is accepted twice"))
    if problems:
        raise BadInput(problems)
    return tuple(one for one in accepted if one)


def _accepted(item: object, path: str, problems: list[Problem]) -> Waiver | Acknowledgement | None:
    if not isinstance(item, Mapping):
        problems.append(Problem(path, f"expected a waiver {_WAIVER}, not {shown(item)}"))
        return None
    values = {str(key): value for key, value in cast("Mapping[object, object]", item).items()}
    if "rule" in values and "warning" in values:
        message = "a waiver is for a rule or for a warning, not both: write an entry for each"
        problems.append(Problem(path, message))
    elif "rule" not in values and "warning" not in values:
        message = "missing: every waiver names its rule, or the warning that it acknowledges"
        problems.append(Problem(f"{path}.rule", message))
    keys = read_keys(WaiverKeys, values, f"{path}.", problems, what="waiver")
    if keys and keys.rule:
        return Waiver(keys.rule, keys.until, keys.reason)
    if keys and keys.warning:
        return Acknowledgement(keys.warning, keys.until, keys.reason)
    return None


class DeploymentKeys(Keys):
    """The keys of one deployment.

    A key that a stack has as well is None where the stack's value counts.
    """

    model: Annotated[
        str,
        ReadBy(readers.read_model),
        Form("an id like gemini-3.8-flash, `PUBLISHER/ID`, or the name on Google's page"),
        Field(description="The model. A name that stands for several models is refused."),
    ]
    residency: Annotated[
        OwnResidency | None,
        ReadBy(readers.read_own_residency),
        _RESIDENCY,
        Field(
            description="Where requests to this deployment may be served. It replaces the stack's "
            "residency, its exclusions included, but for a guarantee that it does not name: the "
            "stack's holds then. To give that up, it says `guarantee: endpoint`."
        ),
    ] = None
    """As it is written; the request has the one that holds."""
    needs: Annotated[
        tuple[Need, ...],
        ReadBy(readers.read_needs),
        Form(f"any of {_coded([*Need])}, as a list or with commas"),
        Field(
            description="What the deployment relies on besides sending requests. A location where "
            "one of Google's pages denies a need is refused. The callers get a role for each need "
            "that takes permissions of its own."
        ),
    ] = ()
    location: Annotated[
        str | None,
        ReadBy(readers.read_location),
        Form("a location, like europe-west4 or eu"),
        Field(
            description="A pin: no other location will do. Without it the best valid one is chosen."
        ),
    ] = None
    prefer: Annotated[
        tuple[str, ...],
        ReadBy(readers.read_preferred),
        Form("locations, as a list or with commas"),
        Field(description="The locations to take first where they are valid, in this order."),
    ] = ()
    prior_usage: Annotated[
        bool,
        ReadBy(readers.read_truth),
        _TRUE_OR_FALSE,
        Field(
            description="Whether this project used the model before it was closed to new projects. "
            "It is a statement about the past, which nothing here can check."
        ),
    ] = False
    allow_preview: Annotated[
        bool | None,
        ReadBy(readers.read_truth),
        _TRUE_OR_FALSE,
        Field(description="Whether a model or a location in preview will do."),
    ] = None
    context_size: Annotated[
        ContextSize | None,
        ReadBy(readers.read_context_size),
        Form(f"one of {_coded([*ContextSize])}"),
        Field(
            description="The longest request that will be sent, in tokens. Some commitments on "
            "processing end at a size, and without this key only those for every size count."
        ),
    ] = None
    controls: Annotated[
        tuple[Control, ...] | None,
        ReadBy(readers.read_controls),
        _CONTROLS,
        Field(
            description="Google Cloud's security controls that have to cover whatever is used of "
            "the model. They replace the stack's."
        ),
    ] = None
    accept: Annotated[
        tuple[Waiver | Acknowledgement, ...],
        ReadBy(_read_accepted),
        Form("a list of waivers, each with the keys below"),
        Field(
            description="Rules that the deployment may break until a day, and warnings that are "
            "acknowledged until a day, each once. No rule about where data goes can be accepted to "
            "be broken."
        ),
    ] = ()
    callers: Annotated[
        tuple[str, ...] | None,
        ReadBy(readers.read_callers),
        _MEMBERS,
        Field(
            description="IAM members that call the model, or the word `federation`. They replace "
            "the stack's. Without any, here or for the stack, the deployment gets a service "
            "account of its own."
        ),
    ] = None
    service_account_users: Annotated[
        tuple[str, ...],
        ReadBy(read_account_users),
        _MEMBERS,
        Field(
            description="Members that may run workloads as the deployment's service account, which "
            "it has only without callers."
        ),
    ] = ()
    workload_identity_users: Annotated[
        tuple[str, ...],
        ReadBy(read_workload_users),
        _MEMBERS,
        Field(
            description="Workloads in GKE or outside of Google Cloud, or the word `federation`, "
            "that act as the deployment's service account, which it has only without callers."
        ),
    ] = ()


class StackKeys(Keys):
    """The keys that hold for all deployments of a stack."""

    snapshot: Annotated[
        object,
        Form("a date, like 2026-10-10, or `newest`"),
        InProject("newest"),
        Field(
            description="Date of the snapshot of Google's matrix that decides, like 2026-10-10. "
            "`newest` follows the newest bundled one; production stacks should pin theirs."
        ),
    ] = None
    """As it was written: `parse_stack` checks it against the bundled snapshots."""
    residency: Annotated[
        Residency | None,
        ReadBy(readers.read_residency),
        _RESIDENCY,
        Field(
            description="Where requests may be served, for every deployment that does not say it "
            "itself: terms like eu, de, europe-west4 or any, with commas or as a list, or a map of "
            "within, excluding and guarantee. There is no silent default."
        ),
    ] = None
    allow_preview: Annotated[
        bool,
        ReadBy(readers.read_truth),
        _TRUE_OR_FALSE,
        InProject(True),
        Field(
            description="Whether models and locations in preview will do, for every deployment "
            "that does not say it itself."
        ),
    ] = True
    controls: Annotated[
        tuple[Control, ...],
        ReadBy(readers.read_controls),
        _CONTROLS,
        Field(
            description="Google Cloud's security controls that have to cover whatever is used of "
            "a model, for every deployment that does not name its own. A model is refused where a "
            "page denies one, and as a preview, which none covers."
        ),
    ] = ()
    callers: Annotated[
        tuple[str, ...] | None,
        ReadBy(readers.read_callers),
        _MEMBERS,
        Field(
            description="IAM members that call the models, for every deployment that does not name "
            "its own. Without any, each deployment gets a service account."
        ),
    ] = None
    as_of: Annotated[
        dt.date | None,
        ReadBy(readers.read_date),
        _DATE,
        Field(
            description="The day to judge by, like 2026-10-19, instead of today. It never changes "
            "the snapshot."
        ),
    ] = None
    retirement_warning: Annotated[
        int,
        ReadBy(readers.read_days),
        Form("a number of days, from 0 to 9999"),
        InProject(90),
        Field(description="How many days before its retirement a model is warned about."),
    ] = 90
    generation: Annotated[
        int,
        ReadBy(readers.read_generation),
        Form("a whole number, from 1 to 9999"),
        InProject(1),
        Field(
            description="Which ids the stack's custom roles and workload identity pools have: 2, "
            "3, … give fresh ones where Google still holds those of a deleted stack, roles for 37 "
            "days and pools for 30."
        ),
    ] = 1
    """Counts up while Google holds the id of a deleted role or pool."""
    protect: Annotated[
        bool,
        ReadBy(readers.read_switch),
        _TRUE_OR_FALSE,
        InProject(False),
        Field(
            description="Whether `pulumi destroy` and `pulumi up` refuse to delete what callers "
            "rely on: roles, accounts, bindings, pools, private ways, publications and policies. "
            "Services stay enabled in any case."
        ),
    ] = False
    take_over: Annotated[
        bool,
        ReadBy(readers.read_switch),
        _TRUE_OR_FALSE,
        InProject(False),
        Field(
            description="Whether what Google Cloud has already and bears the mark of this very "
            "stack is imported, as an interrupted `pulumi up` leaves it. To be removed once the "
            "stack is up."
        ),
    ] = False
    adopt: Annotated[
        Mapping[str, str],
        ReadBy(readers.read_adopted_roles),
        Form("a map from `predict` or a need to the id of a custom role"),
        Field(
            description="Custom roles that the project has already and that the stack takes over, "
            "like {predict: vertexCaller}: ids by predict or need. They are left behind by a "
            "destroy."
        ),
    ] = Field(default_factory=dict[str, str])
    guardrails: Annotated[
        GuardrailKeys | None,
        ReadBy(feature_readers.read_guardrails),
        Form("`off`, `on`, or a map"),
        RegisteredBy("guardrails"),
        InProject("off"),
        Field(
            description="Organization policies that hold the project to the stack's placements: "
            "off, on, or a map of dryRun, alsoAllow (models and locations of neighbours), "
            "restrictServices, resourceLocations and partnerModelFeatures. One stack of a project "
            "owns them; they need an organization."
        ),
    ] = None
    """What organization policies hold; None where there are none."""
    federation: Annotated[
        GitHub | Oidc | None,
        ReadBy(feature_readers.read_federation),
        Form("a map of `github` or of `oidc`"),
        RegisteredBy("federation"),
        Field(
            description="Callers from outside of Google Cloud, without a key, for whom the word "
            "`federation` stands among callers and workloadIdentityUsers: {github: {repository: "
            "OWNER/NAME, ownerId, branch, environment}} or {oidc: {issuer, condition, principal, "
            "mapping, audiences}}."
        ),
    ] = None
    """Whose workloads come in from outside Google Cloud, as the caller `federation`."""
    audit_logs: Annotated[
        AuditLogs | None,
        ReadBy(feature_readers.read_audit_logs),
        Form("`true`, `false`, or a map of `logTypes` and `exemptedMembers`"),
        RegisteredBy("audit_logs"),
        InProject(False),
        Field(
            description="Data Access audit logs of Vertex AI: true for all of them, or a map of "
            "logTypes and exemptedMembers. They replace what the project has for this service, and "
            "the preview says what would go. One stack of a project owns them."
        ),
    ] = None
    """The Data Access audit logs to write; None leaves the project's as they are."""
    service_agents: Annotated[
        bool,
        ReadBy(readers.read_switch),
        _TRUE_OR_FALSE,
        RegisteredBy("service_agents"),
        InProject(False),
        Field(
            description="Whether Google's service agents for batch prediction, tuning and RAG get "
            "their roles with the stack, instead of from Google at the first job. Vertex AI's "
            "other agents then get theirs from nobody."
        ),
    ] = False
    private_access: Annotated[
        PrivateAccess | None,
        ReadBy(feature_readers.read_private_access),
        Form("a map, or `off`"),
        RegisteredBy("private_access"),
        Field(
            description="The VPC network that reaches the models by Private Service Connect: a map "
            "of network, subnetwork (a name, or region to name), address, dns, globalAccess and "
            "regionalEndpoints."
        ),
    ] = None
    """The network that reaches the placed locations privately; None where none does."""
    publish: Annotated[
        Store | None,
        ReadBy(feature_readers.read_publish),
        Form("`secrets`, `parameters` or `off`"),
        RegisteredBy("publication"),
        Field(
            description="Where each deployment's configuration is kept for its callers, in a "
            "region inside of its residency: secrets (Secret Manager), parameters (Parameter "
            "Manager) or off."
        ),
    ] = None
    """What keeps each deployment's configuration for its callers; None publishes nothing."""
    caching: Annotated[
        bool | None,
        ReadBy(feature_readers.read_caching),
        Form("`on` or `off`"),
        RegisteredBy("caching"),
        Field(
            description="Whether Google may cache the inputs of Gemini models in memory for up to "
            "24 hours: on, off, or nothing to leave the setting alone. It is one for the project "
            "and all its stacks."
        ),
    ] = None
    """Whether Google may cache inputs; None leaves the project's setting as it is."""
    colocate: Annotated[
        object,
        Form("a list of groups, each a list of names of deployments"),
        Field(
            description="Groups of deployments that share one location, by their names, like "
            "[[chat, search]]. A group is placed where all of it is valid, or refused as a whole."
        ),
    ] = None
    """As it was written: `parse_stack` checks it against the names of the deployments."""
    deployments: Annotated[
        object,
        Form("a map from the name of a deployment to its keys"),
        RegisteredBy("endpoint"),
        Field(
            description="The models that the stack places, at least one, by name: "
            f"{', '.join(names_of(DeploymentKeys))} of each."
        ),
    ] = None
    """As it was written: `parse_stack` reads each one by `DeploymentKeys`."""
