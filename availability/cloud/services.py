"""The Google Cloud services that a stack needs, by what it uses them for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Feature(StrEnum):
    """What a service is needed for."""

    ACTIVATION = "activation"
    MODELS = "models"
    IDENTITIES = "identities"
    BINDINGS = "bindings"
    PARTNER_MODELS = "partner-models"
    GUARDRAILS = "guardrails"
    FEDERATION = "federation"
    IMPERSONATION = "impersonation"
    NETWORK = "network"
    PRIVATE_DNS = "private-dns"
    REGIONAL_ENDPOINTS = "regional-endpoints"
    API_BUNDLE = "api-bundle"
    SECRETS = "secrets"
    PARAMETERS = "parameters"


SERVICES: dict[Feature, str] = {
    # Google's "Enable and disable services": it answers for all the others.
    Feature.ACTIVATION: "serviceusage.googleapis.com",
    # Google's "Deployments and endpoints": the service of every endpoint URL.
    Feature.MODELS: "aiplatform.googleapis.com",
    # Google's IAM reference: custom roles and service accounts.
    Feature.IDENTITIES: "iam.googleapis.com",
    # Resource Manager reference: a project's IAM policy is read and written there.
    Feature.BINDINGS: "cloudresourcemanager.googleapis.com",
    # Google's "Use partner models": the API through which a publisher's terms are accepted.
    Feature.PARTNER_MODELS: "cloudcommerceconsumerprocurement.googleapis.com",
    # Organization Policy API reference.
    Feature.GUARDRAILS: "orgpolicy.googleapis.com",
    # Google's "Workload Identity Federation": the exchange of tokens, and of credentials for them.
    Feature.FEDERATION: "sts.googleapis.com",
    Feature.IMPERSONATION: "iamcredentials.googleapis.com",
    # Google's "Access regional endpoints through Private Service Connect", and Cloud DNS.
    Feature.NETWORK: "compute.googleapis.com",
    Feature.PRIVATE_DNS: "dns.googleapis.com",
    Feature.REGIONAL_ENDPOINTS: "networkconnectivity.googleapis.com",
    # Google's "Access Google APIs through endpoints": each such endpoint is registered there.
    Feature.API_BUNDLE: "servicedirectory.googleapis.com",
    # Secret Manager and Parameter Manager API references.
    Feature.SECRETS: "secretmanager.googleapis.com",
    Feature.PARAMETERS: "parametermanager.googleapis.com",
}
ALWAYS = (Feature.ACTIVATION, Feature.MODELS, Feature.IDENTITIES, Feature.BINDINGS)
"""What every stack needs."""


def services_for(publishers: Iterable[str], features: Iterable[str] = ()) -> tuple[str, ...]:
    """The services that models of these publishers and these features need, in a fixed order."""
    partners = any(publisher != "google" for publisher in publishers)
    wanted = {*ALWAYS, *features, *([Feature.PARTNER_MODELS] if partners else [])}
    return tuple(service for feature, service in SERVICES.items() if feature in wanted)
