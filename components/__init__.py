"""Pulumi components: the only code of the project that imports Pulumi, one component a file."""

from components.endpoint import ModelEndpoint, ModelEndpointArgs, ResidencyArgs
from components.project import ProjectBaseline, ProjectBaselineArgs

__all__ = [
    "ModelEndpoint",
    "ModelEndpointArgs",
    "ProjectBaseline",
    "ProjectBaselineArgs",
    "ResidencyArgs",
]
