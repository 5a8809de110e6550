"""What a person is to do where something exists already that a stack was to create.

An interrupted update left it, or it is somebody else's, or it was deleted and holds its id. All
that an update meets is told in one message, which ends with one command.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from availability.cloud.permissions import PREDICT, caller_permissions
from availability.cloud.resource_types import UNDELETED_FIRST, ResourceType
from availability.cloud.set_by import SetBy, argument
from availability.input import shell
from availability.input.printed import plain_line
from availability.input.wrap import folded

TAKE_OVER = "vertex-residency:takeOver"


@dataclass(frozen=True)
class There:
    """What takes the id of a resource that was to be created."""

    kind: ResourceType
    """The resource's type."""
    name: str
    """Its name in the program."""
    id: str | None = None
    """What the provider imports it by, where the resource's inputs say it."""
    parent: str | None = None
    """The URN of the resource's parent."""
    readable: bool = True
    """Whether a function of the provider reads it, so that a take-over can find it."""
    earlier: str | None = None
    """An error before this one, of the same resource in the same run."""

    @property
    def key(self) -> tuple[str, str]:
        """Type and name, which tell it apart in a program."""
        return self.kind, self.name

    @property
    def shown(self) -> str:
        """Its name in the program and its id."""
        return f"{self.name} ({self.id})" if self.id else self.name


@dataclass(frozen=True)
class Searched:
    """What a stack with `takeOver` has found out before its first registration."""

    unmarked: Collection[tuple[str, str]] = ()
    """(type, name) of what is there without the mark of this stack."""
    deleted: Collection[tuple[str, str]] = ()
    """(type, name) of what is deleted and still holds its id."""
    unread: Sequence[There] = ()
    """What has no look-up and is not in the state."""


def told(
    met: Sequence[There],
    stack: str,
    generation: str,
    searched: Searched | None,
    set_by: SetBy = SetBy.KEYS,
) -> str:
    """The one message about all that an update has met.

    `generation` is the one that the stack's ids are of; `searched` is None where the stack did not
    ask for a take-over, which only the keys of a stack can.
    """
    lines = [*_what(met)]
    if set_by is SetBy.ARGUMENTS:
        lines += _without_keys(met, stack)
    elif searched is None:
        lines += _without_take_over(met, stack)
    else:
        lines += _with_take_over(met, stack, generation, searched)
    return "\n".join(lines)


def _what(met: Sequence[There]) -> Iterator[str]:
    verb = "exists" if len(met) == 1 else "exist"
    yield f"{len(met)} of this stack's resources {verb} already in Google Cloud:"
    for resource in met:
        yield plain_line(f"  {resource.shown}")
        if resource.earlier:
            said = f"This same run failed to make it before ({resource.earlier.rstrip('.')}): that "
            said += "try most likely made it all the same."
            yield textwrap.indent(folded(said), "    ")


def _without_take_over(met: Sequence[There], stack: str) -> Iterator[str]:
    yield folded(
        "An interrupted update of this stack left this, or it is somebody else's. Pulumi's next up "
        "can take over what bears the mark of this very stack; it leaves alone, and names, what "
        "does not."
    )
    for resource in met:
        if resource.kind in UNDELETED_FIRST:
            yield from _undelete(resource)
    yield from _imports([resource for resource in met if not resource.readable], stack)
    yield f"  {_set(TAKE_OVER, 'true', stack)}"
    yield f"  {shell.join(['pulumi', 'up', '--stack', stack])}"


def _without_keys(met: Sequence[There], stack: str) -> Iterator[str]:
    """What there is to do in a program that has components and no keys: nothing looks for marks."""
    yield folded(
        "An interrupted update of this stack left this, or it is somebody else's. Look at each "
        "first. What is this stack's is imported: it is then made what the stack says, and deleted "
        "with it in the end."
    )
    for resource in met:
        if resource.kind in UNDELETED_FIRST:
            yield from _undelete(resource)
        if resource.id:
            yield f"  {_import(resource, stack)}"
        if resource.kind is ResourceType.ROLE:
            adopted = _role_id(resource)
            yield f"  {argument(resource.kind, f'adopt.{need_of(resource.name)}', adopted)}"
        if fresh := NEXT_GENERATION.get(resource.kind):
            yield f"  Or take fresh ids. {fresh}"
    yield f"  {shell.join(['pulumi', 'up', '--stack', stack])}"


def _with_take_over(
    met: Sequence[There], stack: str, generation: str, searched: Searched
) -> Iterator[str]:
    readable = [resource for resource in met if resource.readable]
    for resource in readable:
        if resource.key in searched.deleted and resource.kind in UNDELETED_FIRST:
            yield from _undelete(resource)
        elif resource.key in searched.unmarked:
            yield from _unmarked(resource, stack, generation)
        elif resource.kind is ResourceType.ROLE:
            yield from _other_role(resource, stack, generation)
    fresh = [
        resource
        for resource in readable
        if resource.key not in {*searched.unmarked, *searched.deleted}
    ]
    if any(resource.kind is not ResourceType.ROLE for resource in fresh):
        yield folded(
            "When this update looked for what is there already, it did not find this: it was made "
            "since, or may not be read. The next up looks again."
        )
    unread = {
        resource.key: resource for resource in (*searched.unread, *met) if not resource.readable
    }
    yield from _imports([*unread.values()], stack)
    yield f"  {shell.join(['pulumi', 'up', '--stack', stack])}"


def _undelete(resource: There) -> Iterator[str]:
    """A deleted pool is taken back first: its id stands in every workflow file of the callers.

    Google's "Manage workload identity pools and providers": for 30 days a pool can be undeleted,
    and so can a provider, which a `destroy` deletes before its pool.
    """
    match = _POOL_ID.fullmatch(resource.id or "")
    project, pool, provider = match.groups() if match else ("PROJECT_ID", "POOL_ID", None)
    of_all = ["--location=global", f"--project={project}"]
    words = ["gcloud", "iam", "workload-identity-pools"]
    if resource.kind is ResourceType.POOL_PROVIDER:
        name = provider or "PROVIDER_ID"
        words += ["providers", "undelete", name, f"--workload-identity-pool={pool}", *of_all]
    else:
        words += ["undelete", pool, *of_all]
    yield folded(
        f"Where {resource.name} was deleted in the last 30 days, by a destroy for one, take it "
        "back first: callers go on as before."
    )
    yield f"  {shell.join(words)}"


_POOL_ID = re.compile(
    r"projects/([^/]+)/locations/global/workloadIdentityPools/([^/]+)(?:/providers/([^/]+))?"
)


def _unmarked(resource: There, stack: str, generation: str) -> Iterator[str]:
    if resource.kind is ResourceType.ROLE:
        yield from _other_role(resource, stack, generation)
        return
    said = f"{resource.shown} does not bear the mark of this stack, and is left alone."
    if resource.kind in UNDELETED_FIRST:
        said += " Take fresh ids: the provider's name changes with them, and every workflow file "
        said += "of the callers has to name the new one."
        yield folded(said)
        yield f"  {next_generation(generation, stack)}"
        return
    said += (
        " Look at it: whoever made it may need it. Delete it, or have this stack manage it from "
    )
    said += "now on, which makes it what the stack says and deletes it in the end."
    yield folded(said)
    if resource.id:
        yield f"  {_import(resource, stack)}"


def _other_role(resource: There, stack: str, generation: str) -> Iterator[str]:
    need = need_of(resource.name)
    yield folded(
        f"The custom role for {need} is there and does not bear the mark of this stack. Have the "
        "stack manage it from now on, or take fresh ids."
    )
    adopt = [f"vertex-residency:adopt.{need}", _role_id(resource)]
    yield f"  {shell.join(['pulumi', 'config', 'set', '--path', *adopt, '--stack', stack])}"
    yield f"  {next_generation(generation, stack)}"


def _role_id(resource: There) -> str:
    match = re.search(r"roles/([\w.]+)$", resource.id or "")
    return match[1] if match else "ROLE_ID"


def need_of(name: str) -> str:
    """The need that a role of this name in the program is for."""
    needs = sorted(caller_permissions(), key=len, reverse=True)
    return next((need for need in needs if name.endswith(f"-{need}")), PREDICT)


def _imports(unread: Iterable[There], stack: str) -> Iterator[str]:
    known = [resource for resource in unread if resource.id]
    if not known:
        return
    said = "Organization policies and regional endpoints can't be looked up. Look at each first: "
    said += "once it is imported this stack manages it, makes it what the stack says, and deletes "
    said += "it in the end. An import of what is not there fails and changes nothing."
    if any(resource.kind is ResourceType.POLICY for resource in known):
        said += " One stack of a project owns its guardrails: in another one's place, turn "
        said += "guardrails off here and name in that one's guardrails.alsoAllow what is needed."
    yield folded(said)
    for resource in known:
        yield f"  {_import(resource, stack)}"


def _import(resource: There, stack: str) -> str:
    words = ["pulumi", "import", resource.kind, resource.name, resource.id or ""]
    if resource.parent:
        words += ["--parent", f"{resource.parent.rpartition('::')[2]}={resource.parent}"]
    words += ["--protect=false", "--generate-code=false", "--stack", stack]
    return shell.join(words)


NEXT_GENERATION = {
    kind: argument(kind, "generation", "the next number: 2 where there is none")
    for kind in (ResourceType.ROLE, ResourceType.POOL, ResourceType.POOL_PROVIDER)
}
"""Type of what holds its id for weeks -> what gives a program without keys fresh ids."""


def next_generation(generation: str, stack: str) -> str:
    """The command that gives the stack fresh ids."""
    number = int(generation) + 1 if generation.strip().isdecimal() else 2
    return _set("vertex-residency:generation", str(number), stack)


def _set(key: str, value: str, stack: str) -> str:
    return shell.join(["pulumi", "config", "set", key, value, "--stack", stack])
