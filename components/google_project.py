"""Which Google Cloud project a component's resources go to."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.placing import missing_project


def project_of(
    component: pulumi.ComponentResource, given: pulumi.Input[str] | None
) -> pulumi.Input[str]:
    """The given project, else the one of an explicit provider, else the configuration's.

    The provider is asked, because `gcp.config.project` does not know of one that is passed in the
    options. Raises RunError where nothing names a project.
    """
    if given is not None:
        return given
    configured = gcp.config.project
    provider = component.get_provider("gcp:projects/service:Service")
    if isinstance(provider, gcp.Provider):
        return provider.project.apply(lambda own: _known(own or configured))
    return _known(configured)


def _known(project: str | None) -> str:
    if not project:
        raise pulumi.RunError(str(missing_project()))
    return project
