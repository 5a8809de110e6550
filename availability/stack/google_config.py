"""The Google Cloud project and region of a stack, as the provider finds them.

After pulumi_gcp.config: the configuration decides, else the first of these variables that is set.
"""

from __future__ import annotations

from collections.abc import Mapping

from availability.input import shell
from availability.input.errors import Problem

PROJECT, REGION = "gcp:project", "gcp:region"
VARIABLES: Mapping[str, tuple[str, ...]] = {
    PROJECT: (
        "GOOGLE_PROJECT",
        "GOOGLE_CLOUD_PROJECT",
        "GCLOUD_PROJECT",
        "CLOUDSDK_CORE_PROJECT",
    ),
    REGION: ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"),
}
"""Configuration key -> the variables that stand in for it, the first one set before the others."""


def with_environment(values: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """A stack's values, with the project and the region of the environment where it has none."""
    completed = dict(values)
    for key, names in VARIABLES.items():
        text = next((environment[name] for name in names if name in environment), "")
        if text and key not in completed:
            completed[key] = text
    return completed


def missing_project(stack: str) -> Problem:
    """For a stack whose resources have no Google Cloud project to go to."""
    command = shell.join(["pulumi", "config", "set", PROJECT, "PROJECT_ID", "--stack", stack])
    return Problem(PROJECT, f"missing: name the Google Cloud project, {command}")


def missing_region(stack: str) -> Problem:
    """For a stack that sets caching: the provider does it at the host of its region."""
    command = shell.join(["pulumi", "config", "set", REGION, "REGION", "--stack", stack])
    return Problem(REGION, f"missing: caching is set by way of a region, {command}")
