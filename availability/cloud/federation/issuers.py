"""Whose a token is: which claims tell one holder from another, and at which issuers.

An issuer that everybody can be a customer of signs the tokens of all of them. Only a claim that
names the customer tells these apart: Google's "Configure Workload Identity Federation with
deployment pipelines" asks for one at GitHub, GitLab and HCP Terraform, Amazon's "Identity-provider
controls for shared OIDC providers" at more. Of any other issuer it is not known here who its
customers are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from availability.cloud.federation.conditions import Comparison, Extent

EVERY_TOKEN = frozenset(
    {
        # RFC 7519 and RFC 7515: the issuer's own, the asking side's own, and the token's.
        *("iss", "aud", "exp", "iat", "nbf", "jti", "typ", "alg", "kid", "cty", "crit"),
        # OpenID Connect Core, "ID Token" and "Standard Claims": how somebody signed in.
        *("nonce", "at_hash", "c_hash", "s_hash", "auth_time", "acr", "amr", "sid"),
        *("email_verified", "phone_number_verified", "updated_at", "locale", "zoneinfo"),
        # What Microsoft's, Amazon's and Okta's references of their tokens have besides.
        *("ver", "version", "idtyp", "aio", "rh", "uti", "xms_ftd", "token_use", "origin_jti"),
    }
)
"""Claims that tell nothing about the holder: every token of an issuer may have the same."""

CHOSEN = frozenset(
    {
        # The client that the token was issued to, and what it asked for (RFC 8693, RFC 9068):
        # whoever can sign in has such tokens.
        *("azp", "azpacr", "appid", "appidacr", "client_id", "cid", "scope", "scp"),
        # What somebody is called (OpenID Connect Core, 5.7: no one may rely on it to be unique).
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
        *("unique_name", "profile", "picture", "website", "gender", "birthdate"),
        # What runs there, and how (the references of GitHub's and GitLab's tokens).
        *("ref", "ref_type", "ref_path", "ref_protected", "base_ref", "head_ref", "sha"),
        *("event_name", "environment", "environment_protected", "deployment_tier", "workflow"),
        *("run_id", "run_number", "run_attempt", "pipeline_source", "runner_environment"),
        *("repository_visibility", "project_visibility"),
    }
)
"""Claims that holders choose for themselves: which branch, which environment, which client."""

PUBLIC_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
        *("yahoo.com", "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "mail.com"),
        *("gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "proton.me", "protonmail.com"),
        *("pm.me", "zoho.com", "yandex.ru", "yandex.com", "mail.ru", "qq.com", "163.com"),
        *("126.com", "fastmail.com", "tutanota.com", "hey.com", "duck.com", "googlegroups.com"),
    }
)
"""Domains of mail in which anybody can have an address."""

_COMMON_WORDS = frozenset(
    {
        # Of addresses.
        *("com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "dev", "app", "cloud"),
        *("io", "ai", "co", "uk", "de", "eu", "fr", "us", "online", "site", "tech", "xyz", "shop"),
        *("http", "https", "www", "mailto", "urn", "arn", "aws", "iam", "sts", "spiffe", "gmail"),
        # Of the subjects that issuers make, with what they call their customers' things.
        *("sub", "subject", "system", "serviceaccount", "serviceaccounts", "node", "nodes"),
        *("repo", "repos", "repository", "repositories", "ref", "refs", "heads", "tags", "branch"),
        *("project", "projects", "path", "type", "namespace", "namespaces", "group", "groups"),
        *("user", "users", "org", "orgs", "organization", "organizations", "account", "accounts"),
        *("pipeline", "pipelines", "workspace", "workspaces", "environment", "environments"),
        *("job", "jobs", "team", "teams", "tenant", "tenants", "client", "clients", "role"),
        *("roles", "service", "services", "owner", "run", "phase", "mcp", "pulumi", "deploy"),
        # How somebody signed in, which begins the subjects of brokers of identities.
        *("auth0", "oauth2", "oidc", "saml", "samlp", "adfs", "waad", "google", "github"),
        *("gitlab", "microsoft", "windowslive", "facebook", "apple", "linkedin", "twitter"),
        *("email", "sms", "okta", "kubernetes", "cluster", "clusters"),
        # What anybody calls a branch or an environment.
        *("main", "master", "default", "local", "public", "private", "prod", "production"),
        *("staging", "stage", "test"),
    }
)
"""Words, in small letters, that subjects and addresses of strangers have as well."""

SHORTEST = 4
"""Letters and digits of a piece of a claim, without common words, that say whose it is."""


@dataclass(frozen=True)
class SharedIssuer:
    """An issuer of tokens that anybody can be a customer of."""

    issuer: re.Pattern[str]
    ids: tuple[str, ...]
    """Claims that name one customer, for good."""
    names: tuple[str, ...] = ()
    """Claims that name one customer by what somebody else can take over once it is given up."""
    beginnings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Claim -> pattern: texts that begin like this name one customer, by such a name."""
    ends: Mapping[str, str] = field(default_factory=dict[str, str])
    """Claim -> pattern: texts that end like this do."""
    nobody: frozenset[str] = frozenset()
    """Values of these claims that are no one customer's."""
    instead: str = ""
    """What to say besides, where there is an issuer of one's own."""

    def known(self, comparison: Comparison, *, for_good: bool = False) -> bool:
        """Whether the comparison names one customer; `for_good`, whether it always will."""
        claim, value = comparison.claim, comparison.value
        claims = self.ids if for_good else (*self.ids, *self.names)
        if comparison.extent is Extent.WHOLE and claim in claims:
            return value.lower() not in self.nobody
        if for_good:
            return False
        begins, ends = self.beginnings.get(claim), self.ends.get(claim)
        from_start = comparison.extent in (Extent.WHOLE, Extent.BEGINNING)
        to_end = comparison.extent in (Extent.WHOLE, Extent.END)
        return bool(
            (begins and from_start and re.match(begins, value))
            or (ends and to_end and re.search(rf"(?:{ends})\Z", value))
        )

    @property
    def examples(self) -> str:
        """Comparisons that would do, for good where there are such."""
        claims = self.ids[:2] or tuple(self.beginnings)
        return " or ".join(f"{spelt(claim)} == 'ID'" for claim in claims)


def _only(*hosts_and_paths: str) -> re.Pattern[str]:
    return re.compile("|".join(f"https://{host_and_path}" for host_and_path in hosts_and_paths))


_PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal accounts, in Microsoft's "ID token claims reference"."""

SHARED: tuple[SharedIssuer, ...] = (
    # GitLab's "OpenID Connect (OIDC) Authentication Using ID Tokens": the claims of a token.
    SharedIssuer(
        _only(r"gitlab\.com"),
        ids=("namespace_id", "project_id"),
        names=("namespace_path", "project_path"),
        beginnings={"sub": r"project_path:[^:/*]+/"},
    ),
    # HashiCorp's "Workload identity tokens" of HCP Terraform.
    SharedIssuer(
        _only(r"app\.terraform\.io", r"app\.eu\.terraform\.io"),
        ids=("terraform_organization_id", "terraform_workspace_id", "terraform_project_id"),
        names=("terraform_organization_name",),
        beginnings={"sub": r"organization:[^:*]+:"},
    ),
    # Google's "OpenID Connect" for accounts, with "Verify VM identity" for tokens of machines. An
    # address of one's own domain is no member of its organization: that is what `hd` says.
    SharedIssuer(
        _only(r"accounts\.google\.com"),
        ids=("sub", "google.compute_engine.project_number", "google.compute_engine.project_id"),
        names=("email", "hd"),
        # Google's own agents have addresses that all projects share.
        ends={"email": r"@(?!gcp-sa-)[a-z][a-z0-9.-]*\.iam\.gserviceaccount\.com"},
        nobody=PUBLIC_MAIL,
    ),
    # Google's "Confidential Space token claims": anybody can run a workload there.
    SharedIssuer(
        _only(r"confidentialcomputing\.googleapis\.com"),
        ids=("submods.gce.project_id", "submods.gce.project_number", "google_service_accounts"),
    ),
    # Microsoft's "ID token claims reference" and "OpenID Connect on the Microsoft identity
    # platform": these paths stand for all tenants, and a tenant's own id for one.
    SharedIssuer(
        _only(
            r"(?:login\.(?:microsoftonline\.(?:com|us)|microsoft\.com|windows\.net"
            r"|partner\.microsoftonline\.cn|chinacloudapi\.cn)|sts\.windows\.net)"
            r"(?:/(?:common|organizations)(?:/.*)?|/v2\.0)?"
        ),
        ids=("tid",),
        nobody=frozenset({_PERSONAL_ACCOUNTS}),
        instead="; or name your own tenant's issuer, https://login.microsoftonline.com/TENANT_ID/v2.0",
    ),
    SharedIssuer(
        _only(rf"[a-z.]+/(?:consumers|{_PERSONAL_ACCOUNTS})(?:/.*)?"),
        ids=("sub",),
    ),
    # Buildkite's "OIDC in Buildkite Pipelines" and "Working with Buildkite agents".
    SharedIssuer(
        _only(r"agent\.buildkite\.com"),
        ids=("organization_id", "pipeline_id"),
        names=("organization_slug",),
        beginnings={"sub": r"organization:[^:*]+:"},
    ),
    # CircleCI's "OpenID Connect tokens". Its issuers are an organization's own, but for this one.
    SharedIssuer(
        _only(r"oidc\.circleci\.com"),
        ids=("oidc.circleci.com/org-id", "oidc.circleci.com/project-id"),
        beginnings={"sub": r"org/[^/*]+/"},
    ),
    # Vercel's "OIDC Federation", the global issuer.
    SharedIssuer(
        _only(r"oidc\.vercel\.com"),
        ids=("owner_id", "project_id"),
        names=("owner",),
        beginnings={"sub": r"owner:[^:*]+:"},
    ),
    # Pulumi's "Configuring OpenID Connect for Google Cloud", and the token formats of Pulumi ESC.
    SharedIssuer(
        _only(r"api\.pulumi\.com/oidc(?:/v2)?"),
        ids=("https://pulumi.com/org_id",),
        names=("https://pulumi.com/org",),
        beginnings={"sub": r"pulumi:(?:deploy|environments):org:[^:*]+:"},
    ),
    # Codefresh's "OpenID Connect for Pipelines".
    SharedIssuer(
        _only(r"oidc\.codefresh\.io"),
        ids=("account_id", "pipeline_id"),
        names=("account_name",),
        beginnings={"sub": r"account:[^:*]+:"},
    ),
    # Amazon's list has these two with the subject alone: Scalr's, and Upbound's "GCP
    # authentication" with `mcp:ORGANIZATION/CONTROL_PLANE:provider:NAME`.
    SharedIssuer(_only(r"scalr\.io"), ids=(), beginnings={"sub": r"account:[^:*]+:"}),
    SharedIssuer(_only(r"proidc\.upbound\.io"), ids=(), beginnings={"sub": r"mcp:[^:/*]+/"}),
    # Where anybody can sign in: Apple, Facebook, LinkedIn, Slack, Twitch, Yahoo, Sigstore.
    SharedIssuer(
        _only(
            r"appleid\.apple\.com", r"www\.facebook\.com", r"www\.linkedin\.com(?:/oauth)?",
            r"slack\.com", r"id\.twitch\.tv/oauth2", r"api\.login\.yahoo\.com",
            r"oauth2\.sigstore\.dev/auth",
        ),
        ids=("sub",),
        names=("email",),
    ),
)  # fmt: skip


def plain(issuer: str) -> str:
    """The issuer's address in small letters, without what changes nothing.

    >>> plain("https://gitlab.com:443/")
    'https://gitlab.com'
    """
    return re.sub(r"^(https://[^/]*):443(?=/|$)", r"\1", issuer.strip().lower()).rstrip("/")


def shared(issuer: str) -> SharedIssuer | None:
    """What is known of an issuer that is shared; None for any other, of which nothing is."""
    return next((known for known in SHARED if known.issuer.fullmatch(plain(issuer))), None)


def spelt(claim: str) -> str:
    """The claim as a condition refers to it.

    >>> spelt("submods.gce.project_id"), spelt("https://pulumi.com/org")
    ('assertion.submods.gce.project_id', "assertion['https://pulumi.com/org']")
    """
    return f"assertion['{claim}']" if "/" in claim else f"assertion.{claim}"


def says_nothing(comparison: Comparison) -> str | None:
    """Why strangers may meet a comparison, at an issuer of which nothing is known; or None."""
    claim, value = comparison.claim, comparison.value
    whole = comparison.extent is Extent.WHOLE
    if (first := claim.partition(".")[0]) in EVERY_TOKEN:
        return f"{spelt(first)} tells nothing about who asks: any token may have the same"
    if first in CHOSEN:
        return f"{spelt(first)} is chosen by whoever asks"
    domain = value.lower().rpartition("@")[2]
    if domain in PUBLIC_MAIL and (not whole or "@" not in value):
        return f"anybody can have an address at {domain}"
    if whole:
        return None
    if first in _ADDRESSES or comparison.extent is Extent.END:
        if wrong := _part_of_address(comparison, domain):
            return wrong
        if value[:1] == "@" and "." in domain:
            return None  # a whole domain: it may be as short as it is
    words = re.findall(r"[a-z0-9]+", value.lower())
    if sum(len(word) for word in words if word not in _COMMON_WORDS) < SHORTEST:
        return f"'{value}' is too short or too common a piece of {spelt(claim)} to tell whose it is"
    return None


_ADDRESSES = frozenset({"email", "emails", "mail", "upn"})
_DOMAIN = re.compile(r"[a-z0-9-][a-z0-9.-]*\.[a-z]{2,}")


def _part_of_address(comparison: Comparison, domain: str) -> str | None:
    """Why a part of an address does not say at which domain it is, or None."""
    value = comparison.value
    match comparison.extent:
        case Extent.END if _DOMAIN.fullmatch(value.lower()):
            return f"{value} is the end of other people's domains, too: write @{value}"
        case Extent.BEGINNING if "@" not in value or not domain:
            return f"addresses at any domain can begin with '{value}'"
        case Extent.PIECE if not _DOMAIN.fullmatch(domain):
            return f"addresses at any domain can have '{value}' in them"
        case _:
            return None
