"""The shape of a stack's configuration, the same for the program and the offline command line.

`parse_stack` takes what `pulumi.Config` holds: every value as text, lists and maps as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import cast

from availability.cloud.members import FEDERATION, account_problems
from availability.cloud.permissions import PREDICT
from availability.cloud.services import Feature
from availability.facts.library import SNAPSHOTS, newest, snapshot_ids, unknown_snapshot
from availability.input.errors import NAMESPACE, BadInput, Problem, shown
from availability.input.values import check_project, date_text
from availability.placement.groups import Groups, merged, read_groups, read_partners
from availability.placement.request import Request
from availability.stack.empty_values import MAX_LEVELS, empty_values, levels, not_said_yet
from availability.stack.google_config import PROJECT, REGION
from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.misspelt_keys import misspelt_keys
from availability.stack.shape import names_of, read_keys

FOLLOW_NEWEST = "newest"
"""The value of `snapshot` that follows the newest bundled one, as leaving it out does."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_INHERITED = tuple(
    name
    for name in DeploymentKeys.model_fields
    if name in StackKeys.model_fields and name != "residency"
)
"""The keys that a deployment has from its stack where it leaves them out, which is None there.

The residency is none of them: even where a deployment has its own, it keeps the stack's guarantee.
"""

_PLACING = tuple(
    field.name
    for field in fields(Request)
    if field.name in DeploymentKeys.model_fields and field.name != "residency"
)
"""The keys of a deployment that its request has under the same name, as they are."""


@dataclass(frozen=True)
class Deployment:
    """One named entry of a stack, with the stack's defaults applied."""

    name: str
    request: Request
    """What places it: its keys about placement, and what it shares with others."""
    keys: DeploymentKeys
    """All of its keys, those of the stack among them where it has none of its own.

    The residency is as it is written; the request has the one that holds.
    """
    group: str | None = None
    """The path of the group that it shares its location with: `vertex-residency:colocate[0]`."""
    host: str | None = None
    """The host that the network reaches its location by; None for the usual one."""

    @property
    def callers(self) -> tuple[str, ...] | None:
        """IAM members; None where the deployment gets a service account of its own."""
        return self.keys.callers

    @property
    def service_account_users(self) -> tuple[str, ...]:
        """Members that may run as that account."""
        return self.keys.service_account_users

    @property
    def workload_identity_users(self) -> tuple[str, ...]:
        """Workloads that act as that account from outside."""
        return self.keys.workload_identity_users

    def path(self, key: str) -> str:
        """The path of one of its keys: `vertex-residency:deployments.NAME.KEY`."""
        return f"{NAMESPACE}:deployments.{self.name}.{key}"


@dataclass(frozen=True)
class StackConfig:
    """A stack's configuration, complete and checked. Deployments are in the order of names."""

    snapshot: str
    """The id of the snapshot that decides."""
    pinned: bool
    """Whether the stack names it, or follows the newest."""
    project: str | None
    region: str | None
    keys: StackKeys
    """The keys that hold for the stack as a whole."""
    deployments: tuple[Deployment, ...]
    groups: Groups = ()
    """The names of deployments that share a location, group by group as they are written."""

    @property
    def as_of(self) -> dt.date | None:
        """The day to judge by; None for today."""
        return self.keys.as_of

    @property
    def identity_features(self) -> list[Feature]:
        """What callers from outside of Google Cloud, and who acts as accounts, need of services.

        After Google's "Configure Workload Identity Federation with deployment pipelines".
        """
        from_outside = self.keys.federation is not None
        acting = any(deployment.workload_identity_users for deployment in self.deployments)
        used = [Feature.FEDERATION] if from_outside else []
        return [*used, Feature.IMPERSONATION] if from_outside or acting else used

    @property
    def colocate(self) -> Groups:
        """The groups, those made one that have a name in common."""
        return merged(self.groups)


def parse_stack(
    values: Mapping[str, str], snapshots: Path = SNAPSHOTS, project_name: str = NAMESPACE
) -> StackConfig:
    """The configuration of a stack, from configuration key (with namespace) -> text.

    `project_name` is the name of its Pulumi project, the namespace of keys written without one.
    Raises BadInput with every mistake, each under the path of its key.
    """
    # The engine hands them over in any order, and what is told is to be the same every time.
    values = dict(sorted(values.items()))
    problems = list(misspelt_keys(values, NAMESPACE, key_names(), project_name))
    own = _own_values(values)
    deployments_value, groups_value = own.get("deployments"), own.get("colocate", [])
    stack = read_keys(StackKeys, own, NAMESPACE + ":", problems)
    snapshot, pinned = _snapshot(own.get("snapshot"), problems, snapshots)
    project = values.get(PROJECT)
    if project and isinstance(wrong := check_project(project), Problem):
        problems.append(Problem(PROJECT, wrong.message))
    region = values.get(REGION, "").strip().lower() or None
    deployments: list[Deployment] = []
    for name, value in _deployment_values(deployments_value, problems):
        path = f"{NAMESPACE}:deployments.{name}"
        keys = read_keys(DeploymentKeys, value, path + ".", problems)
        if "residency" not in value and "residency" not in own:
            message = (
                f"no residency: say where {name} may be served, here or for all deployments in "
                f"{NAMESPACE}:residency (any allows every location)"
            )
            problems.append(Problem(f"{path}.residency", message))
        if keys is not None and stack is not None:
            deployments += _deployment(name, keys, stack, region, path, problems)
    path = f"{NAMESPACE}:colocate"
    groups = read_groups(groups_value, _names(deployments_value), path, problems)
    if stack is not None:
        problems += _identity_problems(deployments, stack, complete=not problems)
    if stack is not None and not problems:
        problems += _idle_adoptions(deployments, stack)
    problems += not_said_yet(_empty_values(own, values), problems)
    if problems or stack is None:
        raise BadInput(problems)
    paths = {name: f"{path}[{i}]" for i, group in reversed([*enumerate(groups)]) for name in group}
    grouped = tuple(
        replace(deployment, group=paths[deployment.name])
        if deployment.name in paths
        else deployment
        for deployment in deployments
    )
    return StackConfig(snapshot, pinned, project or None, region, stack, grouped, groups)


def _own_values(values: Mapping[str, str]) -> dict[str, object]:
    """The keys of this program, without their namespace. Raises BadInput for too deep ones."""
    own = {key: text for key, text in values.items() if key.startswith(f"{NAMESPACE}:")}
    deep = [key for key, text in own.items() if text[:1] in "[{" and levels(text) > MAX_LEVELS]
    if deep:
        message = f"lists and maps are nested more than {MAX_LEVELS} levels deep"
        raise BadInput([Problem(key, message) for key in deep])
    return {key.partition(":")[2]: _structure(text) for key, text in own.items()}


def _empty_values(own: Mapping[str, object], values: Mapping[str, str]) -> Iterable[Problem]:
    """A problem for each value that is empty, or holds an empty one."""
    for key, value in own.items():
        yield from empty_values(value, f"{NAMESPACE}:{key}")
    for key in (PROJECT, REGION):
        yield from empty_values(values.get(key, "unset"), key)


def key_names() -> list[str]:
    """The names of all keys of a stack, as they are written."""
    return sorted(names_of(StackKeys))


def parse_deployment(
    name: str,
    keys: Mapping[str, object],
    region: str | None,
    also: tuple[str, ...] = (),
    snapshots: Path = SNAPSHOTS,
) -> tuple[str, Deployment, dt.date | None]:
    """The snapshot's id, the deployment and the day to judge by (None for today) of a component.

    Its arguments are spelt as in Python.

    `also` are the arguments that are read elsewhere, to be named among the valid ones.
    Raises BadInput with every mistake, each under `NAME.key`.
    """
    problems: list[Problem] = []
    own = {key: value for key, value in keys.items() if value is not None}
    snapshot, _ = _snapshot(own.pop("snapshot", None), problems, snapshots, f"{name}.snapshot")
    of_stacks = {key: own.pop(key) for key in ("as_of", "retirement_warning") if key in own}
    stack = read_keys(StackKeys, of_stacks, f"{name}.", problems, in_python=True)
    partners = read_partners(own.pop("partners", {}), f"{name}.partners", problems)
    also = (*also, "snapshot", "as_of", "retirement_warning", "partners")
    parsed = read_keys(DeploymentKeys, own, f"{name}.", problems, also, in_python=True)
    if "residency" not in own:
        message = f"no residency: say where {name} may be served (any allows every location)"
        problems.append(Problem(f"{name}.residency", message))
    if problems or parsed is None or stack is None:
        raise BadInput(problems)
    accounts = {
        "service_account_users": parsed.service_account_users,
        "workload_identity_users": parsed.workload_identity_users,
    }
    if wrong := account_problems(f"{name}.", parsed.callers, accounts):
        raise BadInput(wrong)
    [deployment] = _deployment(name, parsed, stack, region, name, problems)
    request = replace(deployment.request, partners=partners)
    return snapshot, replace(deployment, request=request), stack.as_of


def _deployment(
    name: str,
    keys: DeploymentKeys,
    stack: StackKeys,
    region: str | None,
    path: str,
    problems: list[Problem],
) -> Iterable[Deployment]:
    """The deployment with the stack's values where it has none of its own.

    None where it has no residency; `path` is what its keys stand under.
    """
    complete, own = _with_inherited(keys, stack), keys.residency
    try:
        residency = own.under(stack.residency) if own else stack.residency
    except BadInput as error:
        problems += [replace(one, path=f"{path}.residency{one.path}") for one in error.problems]
        return
    if residency is None:
        return
    placing = {key: getattr(complete, key) for key in _PLACING}
    request = Request(
        **placing,
        residency=residency,
        region=region,
        retirement_warning=stack.retirement_warning,
        stack_residency=stack.residency,
        takes_guarantee=own is not None and own.takes_guarantee(stack.residency),
    )
    yield Deployment(name, request, complete)


def _with_inherited(keys: DeploymentKeys, stack: StackKeys) -> DeploymentKeys:
    """The keys, with the stack's value for each that both have and that is left out here."""
    left_out = [key for key in _INHERITED if getattr(keys, key) is None]
    return keys.model_copy(update={key: getattr(stack, key) for key in left_out})


def _idle_adoptions(deployments: Iterable[Deployment], stack: StackKeys) -> Iterable[Problem]:
    """Roles to adopt for a need that no deployment has: there is no such role to make."""
    needs = {need.value for deployment in deployments for need in deployment.request.needs}
    for need in stack.adopt:
        if need != PREDICT and need not in needs:
            message = f"no deployment needs {need}: leave it out, or name the need where it is"
            yield Problem(f"{NAMESPACE}:adopt.{need}", message, about_key=True)


def _identity_problems(
    deployments: Iterable[Deployment], stack: StackKeys, *, complete: bool
) -> Iterable[Problem]:
    """What is wrong with callers, accounts and the federation taken together.

    Only of a `complete` stack it is known that nobody comes in by its federation.
    """
    named: list[str] = []
    for deployment in deployments:
        accounts = {
            "serviceAccountUsers": deployment.service_account_users,
            "workloadIdentityUsers": deployment.workload_identity_users,
        }
        yield from account_problems(deployment.path(""), deployment.callers, accounts)
        if FEDERATION in (deployment.callers or ()):
            inherited = deployment.callers == stack.callers
            named.append(f"{NAMESPACE}:callers" if inherited else deployment.path("callers"))
        if FEDERATION in deployment.workload_identity_users:
            named.append(deployment.path("workloadIdentityUsers"))
    has_one = stack.federation is not None
    if named or (has_one and complete):
        from availability.cloud.federation.keys import federation_problems  # few stacks need it

        path = f"{NAMESPACE}:federation"
        yield from federation_problems(path, has_federation=has_one, named_at=named)


def _deployment_values(
    value: object, problems: list[Problem]
) -> Iterable[tuple[str, dict[str, object]]]:
    path = f"{NAMESPACE}:deployments"
    if not value:
        problems.append(Problem(path, "missing: a stack has at least one deployment"))
        return
    if not isinstance(value, Mapping):
        problems.append(Problem(path, "expected a map from the name of a deployment to its keys"))
        return
    for name, keys in sorted(value.items()):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        if not _NAME.fullmatch(str(name)):  # pyright: ignore[reportUnknownArgumentType]
            message = (
                f"invalid deployment name {name!r}: a lower-case letter, then up to 39 "
                "lower-case letters, digits and hyphens"
            )
            fixed = re.sub(r"[^a-z0-9-]+", "-", str(name).lower()).strip("-0123456789")[:40]  # pyright: ignore[reportUnknownArgumentType]
            problems.append(
                Problem(f"{path}.{name}", message, (fixed,) if fixed else (), about_key=True)
            )
        if isinstance(keys, Mapping):
            yield str(name), dict(keys)  # pyright: ignore[reportUnknownArgumentType]
        else:
            message = f"expected a map with the key model, not {shown(cast('object', keys))}"
            problems.append(Problem(f"{path}.{name}", message))


def _names(deployments: object) -> list[str]:
    """The names of a stack's deployments, whatever else is wrong with them."""
    if not isinstance(deployments, Mapping):
        return []
    return [str(name) for name in cast("Mapping[object, object]", deployments)]


def _structure(text: str) -> object:
    """A list or a map from its JSON; anything else stays the text that it is."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _snapshot(
    value: object,
    problems: list[Problem],
    folder: Path,
    path: str = f"{NAMESPACE}:snapshot",
) -> tuple[str, bool]:
    known = snapshot_ids(folder)
    text = (
        FOLLOW_NEWEST
        if value is None
        else date_text(value if isinstance(value, str) else shown(value))
    )
    if text == FOLLOW_NEWEST:
        return newest(folder), False
    if text not in known:
        problems.append(unknown_snapshot(text, known, path))
    return text, True
