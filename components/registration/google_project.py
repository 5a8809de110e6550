"""Which Google Cloud project a component's resources go to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pulumi
import pulumi_gcp as gcp

from availability.input.errors import Problem
from availability.input.values import check_project
from components.registration.arguments import no_input_text
from components.registration.diagnostics import missing_project

_ANY_GCP_TYPE = "gcp:projects/service:Service"


def project_problems(
    path: str, given: pulumi.Input[str] | None, opts: pulumi.ResourceOptions | None
) -> Iterator[Problem]:
    """What is wrong with the project of a component that is not registered yet."""
    if isinstance(given, str) and isinstance(wrong := check_project(given), Problem):
        yield Problem(path, wrong.message)
    elif given is not None:
        yield from no_input_text(path, given)
    elif not gcp.config.project and not _has_provider(opts):
        yield missing_project()


def project_of(
    component: pulumi.ComponentResource, given: pulumi.Input[str] | None
) -> pulumi.Input[str]:
    """The given project, else the one of an explicit provider, else the configuration's.

    The provider is asked, because `gcp.config.project` does not know of one that is passed in the
    options. The configuration's is a plain text.
    """
    if given is not None:
        return given
    configured = gcp.config.project
    provider = component.get_provider(_ANY_GCP_TYPE)
    if isinstance(provider, gcp.Provider):
        return provider.project.apply(lambda own: _known(own or configured))
    return _known(configured)


def _has_provider(opts: pulumi.ResourceOptions | None) -> bool:
    """Whether the component will have an explicit provider of Google Cloud."""
    if opts is None:
        return False
    several = opts.providers or ()
    passed = [opts.provider, *(several.values() if isinstance(several, Mapping) else several)]
    if opts.parent is not None:
        passed.append(opts.parent.get_provider(_ANY_GCP_TYPE))
    return any(isinstance(provider, gcp.Provider) for provider in passed)


def _known(project: str | None) -> str:
    if not project:
        raise pulumi.RunError(str(missing_project()))
    return project
