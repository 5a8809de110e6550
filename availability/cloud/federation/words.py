"""Whose workloads a federation lets in, in a sentence for those who don't read conditions."""

from __future__ import annotations

from availability.cloud.federation.sources import GitHub, Oidc


def whose(source: GitHub | Oidc) -> str:
    """Who comes in by it: workflows of a repository, or holders of an issuer's tokens.

    >>> whose(GitHub("acme/app", owner_id="1", ref="refs/heads/main"))
    'workflows of the GitHub repository acme/app (owner 1), on refs/heads/main only'
    """
    return _workflows(source) if isinstance(source, GitHub) else _holders(source)


def _workflows(source: GitHub) -> str:
    numbers = {"owner": source.owner_id, "repository": source.repository_id}
    known = ", ".join(f"{what} {number}" for what, number in numbers.items() if number)
    text = f"workflows of the GitHub repository {source.repository}"
    text += f" ({known})" if known else ""
    text += f", on {source.ref} only" if source.ref else ", on any branch or tag"
    if source.environment:
        text += f", in jobs of the environment {source.environment} only"
    return text if source.ref or source.environment else f"{text}, in jobs of any environment"


def _holders(source: Oidc) -> str:
    audiences = f", for the audience {' or '.join(source.audiences)}" if source.audiences else ""
    return (
        f"holders of tokens of {source.issuer}{audiences} that meet {source.condition}, "
        f"as {source.principal}"
    )
