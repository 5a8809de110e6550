"""Who may come in from outside Google Cloud without a key, and by which condition.

After Google's "Configure Workload Identity Federation with deployment pipelines": some issue tokens
for everybody under one issuer, so that only a condition tells one customer from another (`issuers`
knows which); names can be taken over once they are given up, and numbers can't.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from availability.cloud.federation import conditions
from availability.cloud.federation.issuers import EVERY_TOKEN, SharedIssuer, says_nothing, shared
from availability.placement.warnings import Warning, WarningId

if TYPE_CHECKING:  # the parser is loaded only for a federation that has a condition of its own
    from availability.cloud.federation.cel import Node

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"

SUBJECT = "google.subject"
LONGEST_SUBJECT = 127
"""The most bytes of a mapped subject, by the IAM API's reference of pool providers."""
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
            f"assertion.{claim} == {conditions.quoted(value)}" for claim, value in pinned.items()
        ),
        # Google asks for a mapping of whatever a condition names.
        mapping=(
            (SUBJECT, _subject(source)),
            *((f"attribute.{claim}", f"assertion.{claim}") for claim in pinned),
        ),
        principal=f"attribute.repository/{source.repository}",
    )


def _subject(source: GitHub) -> str:
    """The expression of the subject: GitHub's own, or a short one where that might not fit.

    Google refuses a token whose mapped subject is too long. Access is granted by an attribute, so
    that the subject only tells one run from another in the logs: the short one tells it, too.
    GitHub's "OpenID Connect reference" has the forms of its subjects. The branch, or environment,
    of a workflow is not known before it runs where neither is given: then the shortest form counts.
    """
    owner, _, name = source.repository.partition("/")
    context = "pull_request"
    if source.environment:
        context = f"environment:{source.environment.replace(':', '%3A')}"
    elif source.ref:
        context = f"ref:{source.ref}"
    # The subjects of repositories that were made since July 2026 have the numbers, too.
    owner += f"@{source.owner_id or _A_NUMBER}"
    name += f"@{source.repository_id or _A_NUMBER}"
    if len(f"repo:{owner}/{name}:{context}".encode()) <= LONGEST_SUBJECT:
        return "assertion.sub"
    return "assertion.repository_id + '/' + assertion.run_id"


_A_NUMBER = "1234567890"
"""As long as GitHub's numbers of owners and repositories are."""


def by_name(source: GitHub | Oidc) -> tuple[Warning, ...]:
    """The warning about who is known by a name alone, which somebody else could take over.

    Google's "Configure Workload Identity Federation with deployment pipelines", "Important".
    """
    if isinstance(source, Oidc):
        return _customer_by_name(source)
    if source.owner_id or source.repository_id:
        return ()
    text = (
        f"The federation trusts {source.repository} by its name, which somebody else could take "
        "over once it is renamed or deleted. Give its owner's number as federation.github.ownerId: "
        f"curl -s https://api.github.com/repos/{source.repository} tells it under owner.id."
    )
    return (Warning(WarningId.FEDERATION_BY_NAME, text),)


def _customer_by_name(source: Oidc) -> tuple[Warning, ...]:
    """The same about a customer of an issuer that is shared."""
    issuer = shared(source.issuer)
    if issuer is None or _pins(source, partial(issuer.known, for_good=True)):
        return ()
    text = (
        f"The federation trusts a customer of {source.issuer} by a name, which somebody else could "
        "take over once it is given up."
    )
    if issuer.ids:
        text += f" Compare what stays in federation.oidc.condition, too, like {issuer.examples}."
    return (Warning(WarningId.FEDERATION_BY_NAME, text),)


def shared_issuer(source: GitHub | Oidc) -> tuple[Warning, ...]:
    """The warning about an issuer of which nothing is known, unless an exact subject is let in."""
    if not isinstance(source, Oidc) or shared(source.issuer) or _pins(source, _exact_subject):
        return ()
    text = (
        f"Whether {source.issuer} issues tokens for others, too, is not known here. If it does, "
        "federation.oidc.condition has to compare a claim that is yours alone and that nobody else "
        "can choose, such as an exact assertion.sub."
    )
    return (Warning(WarningId.SHARED_ISSUER, text),)


def _exact_subject(comparison: conditions.Comparison) -> bool:
    return comparison.claim == "sub" and comparison.extent is conditions.Extent.WHOLE


def _pins(source: Oidc, counts: conditions.Counts) -> bool:
    """Whether each way to meet the source's condition has a comparison that counts."""
    from availability.cloud.federation.cel import parse

    mapping = {name: parse(expression) for name, expression in source.mapping}
    return conditions.pins(parse(source.condition), mapping, counts)


def principal_problem(principal: str, attribute: str, expression: str) -> str | None:
    """Why a principal of this mapped attribute is everybody of the issuer, or nobody; or None."""
    from availability.cloud.federation.cel import NotUnderstood, parse

    try:
        claim = conditions.claim_of(parse(expression))
    except NotUnderstood:
        return None  # which is said of the mapping
    if claim is not None and claim.partition(".")[0] not in EVERY_TOKEN:
        return _too_long(principal.partition("/")[2]) if attribute == SUBJECT else None
    return f"{attribute} is {expression}, which does not tell one holder of a token from another"


def condition_problem(condition: str, mapping: Mapping[str, str], issuer: str) -> str | None:
    """Why a condition is not one that keeps strangers out, or None."""
    if len(condition) > LONGEST_CONDITION:
        return f"a condition has at most {LONGEST_CONDITION} characters, not {len(condition)}"
    from availability.cloud.federation.cel import NotUnderstood, parse

    try:
        read = parse(condition)
        expressions = {name: parse(expression) for name, expression in mapping.items()}
    except NotUnderstood as why:
        return f"not understood as a condition: {why}"
    missing = sorted(
        name
        for name in conditions.references(read)
        if not name.startswith("assertion.") and name not in mapping
    )
    if missing:
        return f"refers to {', '.join(missing)}, which mapping does not have"
    return _long_subject(read, expressions) or _open(read, expressions, issuer, shared(issuer))


def _too_long(subject: str) -> str | None:
    """Why no token has such a subject, or None."""
    size = len(subject.encode())
    if size <= LONGEST_SUBJECT:
        return None
    return (
        f"Google takes no subject of more than {LONGEST_SUBJECT} bytes, and this one has {size}: "
        f"map {SUBJECT} to something shorter, such as a number"
    )


def _long_subject(condition: Node, mapping: Mapping[str, Node]) -> str | None:
    """Why nobody with the subject that a condition asks for could come in, or None."""
    subject = mapping.get(SUBJECT)
    if subject is None or subject.kind != "select" or conditions.claim_of(subject) != "sub":
        return None  # it is mapped to something else
    asked = (
        comparison
        for comparison in conditions.comparisons(condition, mapping)
        if comparison.claim == "sub"
    )
    return next(filter(None, (_too_long(comparison.value) for comparison in asked)), None)


def _open(
    condition: Node, mapping: Mapping[str, Node], issuer: str, known: SharedIssuer | None
) -> str | None:
    """Why strangers meet a condition, or None."""
    compared = tuple(conditions.comparisons(condition, mapping))
    if known:
        if compared and conditions.pins(condition, mapping, known.known):
            return None
        return (
            f"{issuer} is shared by all its customers, and anybody can be one: each way to meet it "
            f"has to say {known.examples}{known.instead}"
        )
    nothing = {comparison: says_nothing(comparison) for comparison in compared}
    if compared and conditions.pins(
        condition, mapping, lambda comparison: nothing[comparison] is None
    ):
        return None
    reasons = list(dict.fromkeys(filter(None, nothing.values())))
    said = (
        "would let strangers in: each way to meet it has to compare a claim of the token's "
        "holder with a fixed value, like assertion.sub == 'batch'"
    )
    return f"{said} ({'; '.join(reasons[:3])})" if reasons else said
