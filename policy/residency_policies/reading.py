"""A resource as the engine hands it to a policy, as the rules take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pulumi
import pulumi_policy.policy
from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs, Secret
from pulumi_policy.deserialize import deserialize_properties

from availability.check.pulumi_preview import UNKNOWN_VALUES
from availability.check.resources import Resource
from availability.check.values import UNKNOWN, Sensitive, Unknown


def _with_secrets(props: dict[str, Any], proxy_secrets: bool = True) -> dict[str, Any]:
    """As the SDK reads properties for remediations: it knows which values are secret."""
    del proxy_secrets
    return deserialize_properties(props, proxy_secrets=True)


# A validation gets secrets in plain, and could not tell which values must not be printed.
pulumi_policy.policy.deserialize_properties = _with_secrets  # pyright: ignore[reportPrivateImportUsage]


def resource_of(args: ResourceValidationArgs | PolicyResource) -> Resource | None:
    """The resource; None for what is no resource of a provider: components, stacks, providers."""
    if args.provider is None or args.resource_type.startswith("pulumi:"):
        return None
    references: frozenset[str] = frozenset()
    if isinstance(args, PolicyResource):
        several = args.property_dependencies.values()
        references = frozenset(one.urn for some in several for one in some)
    return Resource(
        address=args.urn,
        type=args.resource_type,
        inputs=values(args.props),
        referred_as=args.urn,
        references=references,
        provider_region=_region(args.provider),
    )


def _region(provider: PolicyProviderResource) -> str | Unknown:
    region = values(provider.props).get("region")
    return region if isinstance(region, str) and region else UNKNOWN


def values(props: Mapping[str, Any]) -> Mapping[str, object]:
    """The properties, with what is unknown and what is secret marked."""
    # The SDK's own key for what stands behind its proxies, by which it serializes them.
    plain = _value(props["__target"])
    return cast("Mapping[str, object]", plain) if isinstance(plain, Mapping) else {}


def _value(value: object) -> object:
    match value:
        case Secret():
            return Sensitive(_value(value.value))
        case str():
            return UNKNOWN if value in UNKNOWN_VALUES else value
        case Mapping():
            items = cast("Mapping[str, object]", value).items()
            return {key: _value(inner) for key, inner in items}
        case Sequence():
            return [_value(item) for item in cast("Sequence[object]", value)]
        case pulumi.StringAsset():
            return value.text
        case _:
            return value
