"""IAM members that a person types: people, groups, accounts and federated identities.

The forms are those of Google's "Principal identifiers" (allow policies). Whoever can't be told
apart from everybody is refused: `allUsers`, and all identities of a workload or workforce pool.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from availability import shell
from availability.errors import Problem, shown

FEDERATION = "federation"
"""The word that stands for the stack's own federation among members."""

EVERYBODY = ("allUsers", "allAuthenticatedUsers")
_EMAIL_KINDS = ("user", "group", "serviceAccount")
_KINDS = (*_EMAIL_KINDS, "domain")
_EMAIL = re.compile(r"[^@\s:/*\[\]]+@[^@\s:/*\[\]]+\.[^@\s:/*\[\]]+")
_DOMAIN = re.compile(r"[a-z0-9.-]+\.[a-z]+")
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
_FORMS = (
    "a member is user:, group: or serviceAccount: with an e-mail address, domain:, or "
    "principal:// or principalSet:// of a pool"
)


def check_member(word: str) -> Problem | str:
    """An IAM member that names somebody in particular, or what is wrong with the word."""
    member = word.strip()
    if wrong := _problem(member):
        return wrong
    return member


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
        return None
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
    """An address of a service account under another kind, which IAM would not find."""
    is_account = email.endswith(".gserviceaccount.com")
    if is_account and kind != "serviceAccount":
        message = f"{shown(f'{kind}:{email}')} is no {kind}: the address is a service account's"
        return Problem("", message, (f"serviceAccount:{email}",))
    return None


def _near(kind: str, rest: str) -> Iterator[str]:
    """What was most likely meant by a kind that does not exist, or by an address without one."""
    if _EMAIL.fullmatch(rest):
        if rest.endswith(".gserviceaccount.com"):
            yield f"serviceAccount:{rest}"
            return
        from availability.suggest import nearest  # loads the edit distances

        for meant in nearest(kind, _EMAIL_KINDS) if kind else ("user",):
            yield f"{meant}:{rest}"
    elif _KUBERNETES.fullmatch(rest):
        yield f"serviceAccount:{rest}"
    elif _DOMAIN.fullmatch(rest) and kind.lower() in ("", "domain", "domains", "user", "group"):
        yield f"domain:{rest}"


def _federated_problem(member: str) -> Problem | None:
    """What is wrong with a principal or a set of principals."""
    if _ACCOUNTS.fullmatch(member):
        return None
    found = _FEDERATED.fullmatch(member)
    if found is None:
        return _no_pool(member)
    kind, path = found.groups()
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
        told_by = ["gcloud", "projects", "describe", project, "--format=value(projectNumber)"]
        message = (
            f"{shown(member)}: a pool's project is named by its number, which "
            f"{shell.join(told_by)} tells"
        )
        return Problem("", message)
    if (_ONE if kind == "principal" else _SEVERAL).fullmatch(who):
        return None
    return _other_form(member, kind, who)


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
