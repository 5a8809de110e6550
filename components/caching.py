"""Whether Google may cache the inputs of Gemini models, for the whole project.

Google's "Vertex AI and zero data retention": the setting is one for the project and all its
regions, so a stack that sets it sets it for its neighbours. The provider can't delete it: to take
this component away leaves the project as it is, and only `enabled` turns caching on again.
"""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_gcp as gcp

from availability.cloud.resource_types import ResourceType
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import no_truth, unknown_keys
from components.registration.diagnostics import bad_input
from components.registration.google_project import project_of, project_problems
from components.registration.readiness import child_options


class CachingArgs(TypedDict):
    """The project's setting."""

    enabled: bool
    """Whether inputs may be cached, for up to 24 hours, in the memory of the data centre."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class Caching(pulumi.ComponentResource):
    """The project's setting for the caching of inputs."""

    enabled: pulumi.Output[bool]
    """Whether inputs may be cached."""

    def __init__(
        self, name: str, args: CachingArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        problems = list(project_problems(f"{name}.project", args.get("project"), opts))
        problems += unknown_keys(name, args, CachingArgs)
        problems += no_truth(f"{name}.enabled", args.get("enabled"))
        if problems:
            raise bad_input(f"the arguments of {name}", problems)
        enabled = args["enabled"]
        super().__init__("vertex-residency:index:Caching", name, {}, opts)
        config = gcp.vertex.AiCacheConfig(
            name,
            project=project_of(self, args.get("project")),
            disable_cache=not enabled,
            opts=child_options(self, opts, ResourceType.CACHE_CONFIG, name),
        )
        self.enabled = config.disable_cache.apply(lambda disabled: not disabled)
        self.register_outputs({"enabled": self.enabled})


def _register_for(stack: Stack) -> Exports:
    enabled = stack.plan.config.keys.caching
    if enabled is not None:
        Caching("caching", {"enabled": enabled}, stack.after())
    return {}


FEATURE = StackFeature(Turn.SURROUNDINGS, _register_for)
