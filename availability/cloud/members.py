"""IAM members that a person types: people, groups, accounts and federated identities.

The forms are those of Google's "Principal identifiers" (allow policies), the addresses of service
accounts those of its "Service account types". Whoever can't be told apart from everybody is
refused: `allUsers`, and all identities of a workload or workforce pool or of a trust domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from availability.input import shell
from availability.input.errors import Problem, shown
from availability.input.likeness import nearest
from availability.input.values import read_words

FEDERATION = "federation"
"""The word that stands for the stack's own federation among members."""

EVERYBODY = ("allUsers", "allAuthenticatedUsers")
_EMAIL_KINDS = ("user", "group", "serviceAccount")
_KINDS = (*_EMAIL_KINDS, "domain")
_EMAIL = re.compile(r"[^@\s:/*\[\]]+@[^@\s:/*\[\]]+\.[^@\s:/*\[\]]+")
_DOMAIN = re.compile(r"[a-z0-9.-]+\.[a-z]+")
_ACCOUNT_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+gserviceaccount\.com", re.IGNORECASE)
"""Where the addresses of service accounts are: those that people make at
`PROJECT.iam.gserviceaccount.com`, Google's default accounts and service agents at other names."""

_DOMAIN_SCOPED = re.compile(
    r"(?P<account>[^@\s:]+)@(?P<project>[a-z0-9.-]+:[a-z0-9-]+)\.iam\.gserviceaccount\.com"
)
"""An address with the id of a domain-scoped project as it is written elsewhere."""

_KUBERNETES = re.compile(
    r"(?P<project>[a-z0-9.:-]+)\.svc\.id\.goog\[(?P<space>[a-z0-9-]+)/(?P<account>[a-z0-9.-]+)\]"
)
"""A Kubernetes service account of GKE, as Workload Identity Federation for GKE names it."""

_POOL = re.compile(
    r"(?:locations/global/workforcePools/[a-z][a-z0-9-]*"
    r"|projects/(?P<project>[^/]+)/locations/global/workloadIdentityPools/"
    r"[a-z0-9][a-z0-9.:-]*)"
    r"/(?P<who>.+)"
)
_ONE = re.compile(r"subject/[^\s*]+|kubernetes\.serviceaccount\.uid/[0-9a-f-]+")
_SEVERAL = re.compile(
    r"group/[^\s*]+|attribute\.[a-z0-9_]+/[^\s*]+|namespace/[a-z0-9-]+"
    r"|kubernetes\.cluster/https://container\.googleapis\.com/[^\s*]+"
)
_ACCOUNTS = re.compile(
    r"principalSet://cloudresourcemanager\.googleapis\.com/"
    r"(?:projects|folders|organizations)/[0-9]+/type/ServiceAccount"
)
_FEDERATED = re.compile(r"(principal|principalSet)://iam\.googleapis\.com/(.+)")
# Google's "Agent Identity overview" and "Principal identifiers": an organization's trust domain,
# and that of a project without one, which is written in two ways.
_AGENTS = re.compile(
    r"(principal|principalSet)://agents\.global\.(?:org|project|proj)-[0-9]+\.system\.id\.goog"
    r"/(.+)"
)
_AGENT = re.compile(
    r"resources/[a-z][a-z0-9]*/projects/(?P<project>[^/]+)/locations/[a-z0-9-]+(?:/[^/\s*]+){2,}"
)
_ALL_AGENTS_OF = re.compile(
    r"attribute\.platform/[a-z][a-z0-9]*"
    r"|attribute\.(?:container|platformContainer/[a-z][a-z0-9]*)/projects/(?P<project>[^/\s*]+)"
)
_FORMS = (
    "a member is user:, group: or serviceAccount: with an e-mail address, domain:, or "
    "principal:// or principalSet:// of a pool or of agents"
)


def account_address(account_id: str, project: str) -> str:
    """The e-mail address of a service account that is made in a project.

    A domain-scoped project has its two parts the other way round there, as the accounts of
    `google.com:skia-buildbots` show in public policies.

    >>> account_address("chat", "acme-dev")
    'chat@acme-dev.iam.gserviceaccount.com'
    >>> account_address("chat", "example.com:acme-dev")
    'chat@acme-dev.example.com.iam.gserviceaccount.com'
    """
    domain, colon, name = project.rpartition(":")
    return f"{account_id}@{name}{'.' if colon else ''}{domain}.iam.gserviceaccount.com"


def check_member(word: str) -> Problem | str:
    """An IAM member that names somebody in particular, or what is wrong with the word."""
    member = word.strip()
    if wrong := _problem(member):
        return wrong
    return member


def same_for_google(member: str) -> str:
    """The member in the one spelling that stands for all that Google takes for the same.

    Google compares principals without regard to case, but for those of pools and for everybody
    (`NormalizeIamPrincipalCasing` of the Terraform provider).

    >>> same_for_google("user:Alice@Acme.example")
    'user:alice@acme.example'
    """
    kind, colon, rest = member.partition(":")
    if rest.startswith("//") or not colon:
        return member
    return f"{kind}:{rest.lower()}"


def check_caller(word: str) -> Problem | str:
    """A member, or the word for the stack's federation."""
    return FEDERATION if word.strip() == FEDERATION else check_member(word)


def check_workload(word: str) -> Problem | str:
    """Who may be a workload identity user: GKE's service accounts and federated identities.

    After Google's "Workload Identity Federation": people and groups act as a service account by
    `roles/iam.serviceAccountUser` and not by this role.
    """
    member = check_caller(word)
    if isinstance(member, Problem) or member == FEDERATION or "://iam.googleapis.com/" in member:
        return member
    if member.startswith("serviceAccount:") and _KUBERNETES.fullmatch(member.partition(":")[2]):
        return member
    message = (
        f"{shown(member)} is no workload: name a Kubernetes service account "
        "(serviceAccount:PROJECT.svc.id.goog[NAMESPACE/NAME]), a principal:// or principalSet:// "
        f"of a pool, or {FEDERATION}; people and accounts go under serviceAccountUsers"
    )
    return Problem("", message)


def _problem(member: str) -> Problem | None:
    """What is wrong with a member, or None."""
    everybody = _as_written(member, EVERYBODY)
    if everybody:
        return Problem("", f"{everybody} is everybody; name people, groups or accounts")
    kind, colon, rest = member.partition(":")
    if rest.startswith("//"):
        return _federated_problem(member)
    if kind == "serviceAccount" and _KUBERNETES.fullmatch(rest):
        return None
    if kind in _EMAIL_KINDS and _EMAIL.fullmatch(rest):
        return _wrong_kind(kind, rest)
    if kind == "domain" and _DOMAIN.fullmatch(rest):
        return _nobodys_domain(rest)
    if kind in _EMAIL_KINDS and (match := _DOMAIN_SCOPED.fullmatch(rest)):
        address = account_address(match["account"], match["project"])
        message = f"{shown(member)} is no IAM member: that project's accounts are at {address}"
        return Problem("", message, (f"serviceAccount:{address}",))
    message = f"{shown(member)} is no IAM member; {_FORMS}"
    if kind == "deleted":
        message = f"{shown(member)} is no IAM member any more: that identity was deleted"
    elif kind in ("projectOwner", "projectEditor", "projectViewer"):
        message = (
            f"{shown(member)} is no IAM member that may be named here: it stands for whoever has "
            "a basic role; name people, groups or accounts"
        )
    return Problem("", message, tuple(_near(kind if colon else "", rest if colon else member)))


def _as_written(member: str, words: tuple[str, ...]) -> str | None:
    """The word that a member is, whatever its case, with or without a colon before or after."""
    bare = member.strip(":").rpartition(":")[2].lower()
    return next((word for word in words if word.lower() == bare), None)


def _wrong_kind(kind: str, email: str) -> Problem | None:
    """An address of a service account under another kind, or another one as a service account's.

    IAM finds neither.
    """
    if _is_account(email) is (kind == "serviceAccount"):
        return None
    if kind == "serviceAccount":
        message = (
            f"{shown(f'{kind}:{email}')} is no service account: the address of one ends in "
            ".gserviceaccount.com, like NAME@PROJECT_ID.iam.gserviceaccount.com"
        )
        return Problem("", message, (f"user:{email}", f"group:{email}"))
    message = f"{shown(f'{kind}:{email}')} is no {kind}: the address is a service account's"
    return Problem("", message, (f"serviceAccount:{email}",))


def _is_account(email: str) -> bool:
    return _ACCOUNT_DOMAIN.fullmatch(email.rpartition("@")[2]) is not None


def _nobodys_domain(domain: str) -> Problem | None:
    """A domain that is no organization's: of public mail, or of service accounts."""
    from availability.cloud.federation.issuers import PUBLIC_MAIL  # few members are a domain

    if domain in PUBLIC_MAIL:
        return Problem("", f"domain:{domain} is everybody: anybody can have an address there")
    if domain == "gserviceaccount.com" or _ACCOUNT_DOMAIN.fullmatch(domain):
        message = f"domain:{domain} is no organization's: name the service accounts one by one"
        return Problem("", message)
    return None


def _near(kind: str, rest: str) -> Iterator[str]:
    """What was most likely meant by a kind that does not exist, or by an address without one."""
    if _EMAIL.fullmatch(rest):
        if _is_account(rest):
            yield f"serviceAccount:{rest}"
            return
        for meant in nearest(kind, _EMAIL_KINDS) if kind else ("user",):
            yield f"{'user' if meant == 'serviceAccount' else meant}:{rest}"
    elif _KUBERNETES.fullmatch(rest):
        yield f"serviceAccount:{rest}"
    elif _DOMAIN.fullmatch(rest) and kind.lower() in ("", "domain", "domains", "user", "group"):
        yield f"domain:{rest}"


def _federated_problem(member: str) -> Problem | None:
    """What is wrong with a principal or a set of principals."""
    if _ACCOUNTS.fullmatch(member):
        return None
    if agents := _AGENTS.fullmatch(member):
        return _agents_problem(member, *agents.groups())
    match = _FEDERATED.fullmatch(member)
    if match is None:
        return _no_pool(member)
    kind, path = match.groups()
    pool = _POOL.fullmatch(path)
    if pool is None:
        message = (
            f"{shown(member)} is no IAM member: after iam.googleapis.com/ comes projects/NUMBER/"
            "locations/global/workloadIdentityPools/POOL/ or "
            "locations/global/workforcePools/POOL/, then who"
        )
        return Problem("", message)
    project, who = pool["project"], pool["who"]
    if "*" in who:
        message = (
            f"{shown(member)} is everybody in the pool; name a subject, a group or an attribute "
            "with its value"
        )
        return Problem("", message)
    if project is not None and not (project.isascii() and project.isdigit()):
        return _by_number(member, "a pool's", project)
    if (_ONE if kind == "principal" else _SEVERAL).fullmatch(who):
        return None
    return _other_form(member, kind, who)


def _by_number(member: str, whose: str, project: str) -> Problem:
    """For a project's id, where IAM knows a project by its number."""
    told_by = ["gcloud", "projects", "describe", project, "--format=value(projectNumber)"]
    message = f"{shown(member)}: {whose} project is named by its number, which "
    message += f"{shell.join(told_by)} tells"
    return Problem("", message)


def _agents_problem(member: str, kind: str, who: str) -> Problem | None:
    """What is wrong with the identity of an agent, or with a set of agents."""
    if "*" in who:
        message = (
            f"{shown(member)} is everybody in the trust domain; name an agent, or the agents of a "
            "project"
        )
        return Problem("", message)
    agent, agents = _AGENT.fullmatch(who), _ALL_AGENTS_OF.fullmatch(who)
    if match := agent or agents:
        project = match["project"]
        if project is not None and not (project.isascii() and project.isdigit()):
            return _by_number(member, "an agent's", project)
    right = "principal" if agent else "principalSet"
    if (agent or agents) and kind == right:
        return None
    hint = (f"{right}{member[len(kind) :]}",) if agent or agents else ()
    message = (
        f"{shown(member)} is no IAM member: an agent is principal://TRUST_DOMAIN/resources/"
        "aiplatform/projects/NUMBER/locations/LOCATION/reasoningEngines/ID, the agents of a "
        "project are principalSet://TRUST_DOMAIN/attribute.platformContainer/aiplatform/projects/"
        "NUMBER"
    )
    return Problem("", message, hint)


def _other_form(member: str, kind: str, who: str) -> Problem:
    """For a subject under principalSet, an attribute under principal, and everything else."""
    forms = {"principal": "subject/VALUE", "principalSet": "group/ID or attribute.NAME/VALUE"}
    other = "principalSet" if kind == "principal" else "principal"
    fits = (_ONE if other == "principal" else _SEVERAL).fullmatch(who)
    hint = (f"{other}{member[len(kind) :]}",) if fits else ()
    message = f"{shown(member)} is no IAM member: {kind}:// of a pool ends with {forms[kind]}"
    return Problem("", message, hint)


def _no_pool(member: str) -> Problem:
    """For identifiers of deny policies, and of hosts that IAM does not know."""
    short = re.fullmatch(r"(?:principal|principalSet)://goog/(subject|group)/(.+)", member)
    hint: tuple[str, ...] = ()
    if short and _EMAIL.fullmatch(short[2]):
        hint = (f"{'user' if short[1] == 'subject' else 'group'}:{short[2]}",)
    message = f"{shown(member)} is no IAM member of an allow policy; {_FORMS}"
    return Problem("", message, hint)


def read_account_users(value: object) -> tuple[str, ...]:
    """Who may run as a deployment's service account. Raises BadInput."""
    return read_words(value, "IAM members", check_member)


def read_workload_users(value: object) -> tuple[str, ...]:
    """Which workloads act as a deployment's service account. Raises BadInput."""
    return read_words(value, "workloads", check_workload)


def account_problems(
    path: str, callers: tuple[str, ...] | None, given: Mapping[str, tuple[str, ...]]
) -> list[Problem]:
    """For a deployment that has callers, and members of a service account that it has not."""
    if callers is None:
        return []
    message = (
        f"there is no service account to act as, because the callers are {', '.join(callers)}: "
        "leave out this key, or the callers"
    )
    return [Problem(path + key, message) for key, members in given.items() if members]
