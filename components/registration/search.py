"""Looks up what the cloud has of a stack and the stack's state doesn't.

All of it is asked for at once, before the program's first registration: the SDK has one pool of
threads for look-ups and registrations, so that waiting for a look-up later could take for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import cast

import pulumi
from pulumi.runtime.invoke import invoke_async
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage]

from availability.cloud.already_there import TAKE_OVER
from availability.cloud.resource_types import LOOKUPS, UNREAD, ResourceType
from availability.input.wrap import folded
from components.registration.existing import LABEL, mark_of, root_urn
from components.registration.identifiers import stack_reference

_OWN_STATE = "pulumi:pulumi:readStackResourceOutputs"
"""The engine's own function that `StackReference` has in other languages, too."""

Answer = Mapping[str, object]


@dataclass(frozen=True)
class Sought:
    """A resource that may be there already, by what is known of it before it is registered."""

    component: tuple[str, str]
    """Type and name of its component, which is at the root of the program."""
    kind: ResourceType
    name: str
    """Its name in the program."""
    inputs: Mapping[str, object] = field(default_factory=dict[str, object])
    """What its look-up is by, and what is compared; nothing for what has no look-up."""
    inside: str | None = None
    """The URN of what it is inside of, whose name in the cloud belongs to the inputs."""

    @property
    def urn(self) -> str:
        """Its URN."""
        return root_urn(self.kind, self.name, inside=self.component[0])

    @property
    def mark(self) -> str:
        """The mark of its place in the program."""
        return mark_of(root_urn(*self.component), self.name)


@dataclass(frozen=True)
class SearchResult:
    """What a search came to."""

    imports: Mapping[str, str]
    """URN -> what the provider imports it by."""
    unmarked: frozenset[str]
    """The URNs of what is there and does not bear the stack's mark."""
    deleted: frozenset[str]
    """The URNs of what is deleted and still holds its id."""
    unread: frozenset[str]
    """The URNs of what has no look-up and is not in the state."""


def search(sought: Iterable[Sought]) -> SearchResult:
    """Looks up what is not in the stack's state yet. Raises RunError where the state can't be read.

    Looking up may fail for a missing permission or an API that is not active: that says nothing
    about whether a resource is there, and creating it tells.
    """
    return _sync_await(_search([*sought]))


def look_up(
    kind: ResourceType, inputs: Mapping[str, str], provider: pulumi.ProviderResource | None = None
) -> Answer | None:
    """What the provider's function answers of a resource; None where it fails.

    To be called before anything that takes long is registered: it waits for a thread of theirs.
    """
    return _sync_await(_look_up(kind, inputs, provider))


def settled(output: pulumi.Output[str]) -> str | None:
    """The value of an output, once it is known; None where it is not, as in a preview."""

    async def value() -> str | None:
        return await output.future()

    return _sync_await(value())


async def _search(sought: Sequence[Sought]) -> SearchResult:
    own = await _own_state()
    missing = [resource for resource in sought if resource.urn not in own]
    read = [resource for resource in missing if resource.kind in LOOKUPS]
    imports: dict[str, str] = {}
    unmarked: set[str] = set()
    deleted: set[str] = set()
    names = {urn: str(outputs.get("name")) for urn, outputs in own.items()}
    outer = [resource for resource in read if resource.inside is None]
    for resource, inputs, answer in await _all_answers(outer, names):
        if answer is None:
            continue
        if _is_deleted(answer):
            deleted.add(resource.urn)
            continue
        resource_id = LOOKUPS[resource.kind].id.format_map({**answer, **inputs})
        if _is_marked(resource, inputs, answer) and _is_same(resource, inputs, answer):
            imports[resource.urn] = resource_id
            names[resource.urn] = str(answer.get("name"))
        else:
            unmarked.add(resource.urn)
    inner = [resource for resource in read if resource.inside in names]
    for resource, inputs, answer in await _all_answers(inner, names):
        if answer is not None and _is_same(resource, inputs, answer):
            imports[resource.urn] = LOOKUPS[resource.kind].id.format_map({**answer, **inputs})
    unread = frozenset(resource.urn for resource in missing if resource.kind in UNREAD)
    return SearchResult(imports, frozenset(unmarked), frozenset(deleted), unread)


async def _all_answers(
    sought: Iterable[Sought], names: Mapping[str, str]
) -> list[tuple[Sought, Mapping[str, object], Answer | None]]:
    """Each with its complete inputs and what its function answers, asked for at the same time."""
    asked = [(resource, _inputs(resource, names)) for resource in sought]
    by = (
        {key: str(inputs[key]) for key in LOOKUPS[resource.kind].by} for resource, inputs in asked
    )
    calls = (
        _look_up(resource.kind, inputs) for (resource, _), inputs in zip(asked, by, strict=True)
    )
    answers = await asyncio.gather(*calls)
    return [
        (resource, inputs, answer)
        for (resource, inputs), answer in zip(asked, answers, strict=True)
    ]


def _inputs(resource: Sought, names: Mapping[str, str]) -> Mapping[str, object]:
    key = LOOKUPS[resource.kind].inside
    return (
        {**resource.inputs, key: names[resource.inside]}
        if key and resource.inside
        else resource.inputs
    )


async def _own_state() -> Mapping[str, Answer]:
    """URN -> outputs of what the stack's state has."""
    try:
        answer = cast("Answer", await invoke_async(_OWN_STATE, {"stackName": stack_reference()}))
    except Exception as why:  # the SDK raises nothing narrower
        said = f"{TAKE_OVER} is set, and the state of this stack can't be read, which says what "
        said += f"is its own already: {why}"
        raise pulumi.RunError(folded(said)) from None
    resources = cast("Mapping[str, Answer]", answer.get("outputs") or {})
    return {urn: cast("Answer", state.get("outputs") or {}) for urn, state in resources.items()}


async def _look_up(
    kind: ResourceType, inputs: Mapping[str, str], provider: pulumi.ProviderResource | None = None
) -> Answer | None:
    # The version is that of the resources, so that the engine asks the same provider.
    options = pulumi.InvokeOptions(provider=provider, version=metadata.version("pulumi-gcp"))
    try:
        answer = await invoke_async(LOOKUPS[kind].function, dict(inputs), options)
    except Exception:  # the SDK raises nothing narrower
        return None
    return cast("Answer", answer)


def _is_deleted(answer: Answer) -> bool:
    """What is deleted is found for as long as it holds its id: creating it tells more."""
    return bool(answer.get("deleted")) or answer.get("state") == "DELETED"


def _is_marked(resource: Sought, inputs: Mapping[str, object], answer: Answer) -> bool:
    """Whether it says that it is of this very place in the program."""
    lookup = LOOKUPS[resource.kind]
    if lookup.mark is None:
        return True
    value = inputs.get(lookup.mark) if lookup.mark in lookup.by else answer.get(lookup.mark)
    if isinstance(value, Mapping):
        value = cast("Mapping[str, object]", value).get(LABEL)
    return resource.mark in str(value)


def _is_same(resource: Sought, inputs: Mapping[str, object], answer: Answer) -> bool:
    return all(_equal(key, inputs.get(key), answer.get(key)) for key in LOOKUPS[resource.kind].same)


def _equal(key: str, wanted: object, answered: object) -> bool:
    if key == "address" and wanted is None:  # then Google chooses it
        return True
    if key == "network":  # Google answers with the whole address of what is named by a part of it
        return f"/{answered}".endswith(f"/{wanted}")
    return (wanted or None) == (answered or None)
