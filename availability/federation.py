"""Who may come in from outside Google Cloud without a key, and by which condition.

After Google's "Configure Workload Identity Federation with deployment pipelines": GitHub, GitLab
and HCP Terraform issue tokens for everybody under one issuer, so that only a condition tells one
customer from another; names can be taken over once they are given up, and numbers can't.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from availability import cel
from availability.notices import Warning, WarningId

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
TENANT_CLAIMS: Mapping[str, tuple[str, ...]] = {
    "https://gitlab.com": ("namespace_id", "project_id"),
    "https://app.terraform.io": ("terraform_organization_id", "terraform_workspace_id"),
}
"""Issuers that all their customers share -> the claims that tell customers apart for good."""

SUBJECT = "google.subject"
LONGEST_CONDITION = 4096
"""The most characters of a condition, by the IAM API's reference of pool providers."""


@dataclass(frozen=True)
class GitHub:
    """Workflows of one repository of GitHub."""

    repository: str
    """`OWNER/NAME`."""
    owner_id: str | None = None
    """The owner's number, which nobody can take over."""
    repository_id: str | None = None
    """The repository's number."""
    ref: str | None = None
    """`refs/heads/…` or `refs/tags/…`: the only branch or tag whose workflows come in."""
    environment: str | None = None
    """The only environment of GitHub whose jobs come in."""


@dataclass(frozen=True)
class Oidc:
    """Tokens of any other issuer of OpenID Connect."""

    issuer: str
    condition: str
    """Which tokens are let in, in the Common Expression Language."""
    principal: str
    """Whom access is granted to: `subject/VALUE`, `group/ID` or `attribute.NAME/VALUE`."""
    mapping: tuple[tuple[str, str], ...] = ((SUBJECT, "assertion.sub"),)
    """(attribute, expression) pairs; the first is the subject's."""
    audiences: tuple[str, ...] = ()
    """Audiences that tokens may have; without any, the provider's own name."""


@dataclass(frozen=True)
class Federation:
    """One pool with one provider, as they are registered."""

    provider: str
    """The provider's id in its pool: `github` or `oidc`."""
    issuer: str
    condition: str
    mapping: tuple[tuple[str, str], ...]
    principal: str
    audiences: tuple[str, ...] = ()

    def member(self, pool: str) -> str:
        """The IAM member, from the pool's name `projects/NUMBER/…/workloadIdentityPools/ID`."""
        kind = "principal" if self.principal.startswith("subject/") else "principalSet"
        return f"{kind}://iam.googleapis.com/{pool}/{self.principal}"


def arguments_of(source: GitHub | Oidc) -> dict[str, dict[str, object]]:
    """The source as the arguments of a component, spelt as in Python."""
    if isinstance(source, Oidc):
        return {
            "oidc": {
                "issuer": source.issuer,
                "condition": source.condition,
                "principal": source.principal,
                "mapping": dict(source.mapping),
                "audiences": list(source.audiences),
            }
        }
    given = {key: value for key, value in vars(source).items() if value is not None}
    return {"github": given}


def federation_of(source: GitHub | Oidc) -> Federation:
    """What is registered for a source of tokens."""
    if isinstance(source, Oidc):
        return Federation(
            provider="oidc",
            issuer=source.issuer,
            condition=source.condition,
            mapping=source.mapping,
            principal=source.principal,
            audiences=source.audiences,
        )
    wanted = {
        "repository": source.repository,
        "repository_owner_id": source.owner_id,
        "repository_id": source.repository_id,
        "ref": source.ref,
        "environment": source.environment,
    }
    pinned = {claim: value for claim, value in wanted.items() if value is not None}
    return Federation(
        provider="github",
        issuer=GITHUB_ISSUER,
        condition=" && ".join(
            f"assertion.{claim} == {cel.quoted(value)}" for claim, value in pinned.items()
        ),
        # Google asks for a mapping of whatever a condition names.
        mapping=(
            (SUBJECT, "assertion.sub"),
            *((f"attribute.{claim}", f"assertion.{claim}") for claim in pinned),
        ),
        principal=f"attribute.repository/{source.repository}",
    )


def by_name(source: GitHub | Oidc) -> tuple[Warning, ...]:
    """The warning about a repository that is known by its name alone.

    Google's "Configure Workload Identity Federation with deployment pipelines", "Important".
    """
    if isinstance(source, Oidc) or source.owner_id or source.repository_id:
        return ()
    text = (
        f"The federation trusts {source.repository} by its name, which somebody else could take "
        "over once it is renamed or deleted. Give its owner's number as federation.github.ownerId: "
        f"curl -s https://api.github.com/repos/{source.repository} tells it under owner.id."
    )
    return (Warning(WarningId.FEDERATION_BY_NAME, text),)


def shared_issuer(source: GitHub | Oidc) -> tuple[Warning, ...]:
    """The warning about an issuer of which nothing is known, unless an exact subject is let in."""
    if not isinstance(source, Oidc) or source.issuer.rstrip("/") in TENANT_CLAIMS:
        return ()
    from availability.cel_syntax import parse  # loads the parser: only such a federation needs it

    mapping = {name: parse(expression) for name, expression in source.mapping}
    if cel.pins(parse(source.condition), mapping, frozenset({"sub"})):
        return ()
    text = (
        f"Whether {source.issuer} issues tokens for others, too, is not known here. If it does, "
        "federation.oidc.condition has to compare a claim that is yours alone and that nobody else "
        "can choose, such as an exact assertion.sub."
    )
    return (Warning(WarningId.SHARED_ISSUER, text),)


def principal_problem(attribute: str, expression: str) -> str | None:
    """Why a principal of this mapped attribute stands for everybody of the issuer, or None."""
    from availability.cel_syntax import NotUnderstood, parse

    try:
        if cel.names_somebody(parse(expression)):
            return None
    except NotUnderstood:
        return None  # which is said of the mapping
    return f"{attribute} is {expression}, which does not tell one holder of a token from another"


def condition_problem(condition: str, mapping: Mapping[str, str], issuer: str) -> str | None:
    """Why a condition is not one that keeps strangers out, or None."""
    if len(condition) > LONGEST_CONDITION:
        return f"a condition has at most {LONGEST_CONDITION} characters, not {len(condition)}"
    from availability.cel_syntax import NotUnderstood, parse

    try:
        read = parse(condition)
        expressions = {name: parse(expression) for name, expression in mapping.items()}
    except NotUnderstood as why:
        return f"not understood as a condition: {why}"
    missing = sorted(
        name
        for name in cel.references(read)
        if not name.startswith("assertion.") and name not in mapping
    )
    if missing:
        return f"refers to {', '.join(missing)}, which mapping does not have"
    claims = TENANT_CLAIMS.get(issuer.rstrip("/"))
    if cel.pins(read, expressions, frozenset(claims) if claims else None):
        return None
    if claims:
        names = " or ".join(f"assertion.{claim} == 'ID'" for claim in claims)
        return f"{issuer} is shared by all its customers: each way to meet it has to say {names}"
    return (
        "would let strangers in: each way to meet it has to compare a claim of the token's "
        "holder with a fixed value, like assertion.sub == 'batch' (iss and aud are no such claims)"
    )
