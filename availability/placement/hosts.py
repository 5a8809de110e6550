"""Every host name under which Google documents a location of Vertex AI.

`endpoints.host` is the one that a placement uses. The others lead to the same place, so that
whoever closes a location closes all of them.
"""

from __future__ import annotations

from availability.placement.endpoints import host, regional_host
from availability.places.geography import places


def hosts(location: str) -> tuple[str, ...]:
    """The hosts of a location, the one that placements use first.

    Raises KeyError for what is no location of Google Cloud.

    >>> hosts("europe-west4")
    ('europe-west4-aiplatform.googleapis.com', 'europe-west4-aiplatform.mtls.googleapis.com', \
'aiplatform.europe-west4.rep.googleapis.com', \
'aiplatform.europe-west4.rep.mtls.googleapis.com', 'aiplatform.europe-west4.p.rep.googleapis.com')
    >>> hosts("global")
    ('aiplatform.googleapis.com', 'aiplatform.mtls.googleapis.com')
    """
    first = host(location)
    match places()[location].kind:
        case "multi-region":
            # Google's "Deployments and endpoints" documents the first form. The second is what
            # Google's clients make of any regional host where they have a client certificate.
            names = (first, _with_certificate(first))
        case "global":
            # What the generated clients dial with a client certificate (google-auth, AIP-4114).
            names = (first, first.replace(".googleapis.com", ".mtls.googleapis.com"))
        case "region":
            # Locational: the service endpoints of Google's REST reference. Regional: the form
            # SERVICE.REGION.rep.googleapis.com of Google's "Restrict endpoint usage", and with
            # `p.` the private one, as the provider's documentation of RegionalEndpoint has it.
            names = (
                first,
                first.replace(".googleapis.com", ".mtls.googleapis.com"),
                regional_host(location),
                _with_certificate(regional_host(location)),
                f"aiplatform.{location}.p.rep.googleapis.com",
            )
    return names


def _with_certificate(regional: str) -> str:
    """`SERVICE.LOCATION.rep.mtls.googleapis.com`, one of google-auth's regional suffixes."""
    return regional.replace(".rep.", ".rep.mtls.")
