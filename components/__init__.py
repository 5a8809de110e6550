"""Pulumi components: the only code of the project that imports Pulumi, one component a file."""

from components.audit_logs import AuditLogs, AuditLogsArgs
from components.caching import Caching, CachingArgs
from components.endpoint import ModelEndpoint, ModelEndpointArgs, ResidencyArgs
from components.federation import Federation, FederationArgs
from components.guardrails import Guardrails, GuardrailsArgs, PolicyArgs
from components.private_access import PrivateAccess, PrivateAccessArgs, RegionalHostArgs
from components.project import ProjectBaseline, ProjectBaselineArgs
from components.publication import Publication, PublicationArgs, ReaderArgs
from components.service_agents import ServiceAgents, ServiceAgentsArgs

__all__ = [
    "AuditLogs",
    "AuditLogsArgs",
    "Caching",
    "CachingArgs",
    "Federation",
    "FederationArgs",
    "Guardrails",
    "GuardrailsArgs",
    "ModelEndpoint",
    "ModelEndpointArgs",
    "PolicyArgs",
    "PrivateAccess",
    "PrivateAccessArgs",
    "ProjectBaseline",
    "ProjectBaselineArgs",
    "Publication",
    "PublicationArgs",
    "ReaderArgs",
    "RegionalHostArgs",
    "ResidencyArgs",
    "ServiceAgents",
    "ServiceAgentsArgs",
]
