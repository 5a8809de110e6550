"""The stack's key `federation`: the source of tokens that it names, or every mistake in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from availability.cloud.federation.issuers import plain
from availability.cloud.federation.sources import (
    GITHUB_ISSUER,
    SUBJECT,
    GitHub,
    Oidc,
    condition_problem,
    principal_problem,
)
from availability.cloud.members import FEDERATION
from availability.input.errors import BadInput, Problem, shown
from availability.input.maps import KeyedMap

_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?/[A-Za-z0-9._-]{1,100}")
_NUMBER = re.compile(r"[1-9][0-9]{0,19}")
_REF = re.compile(r"refs/(?:heads|tags)/(?!/)[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])")
_ISSUER = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?(?:/[A-Za-z0-9._~%/-]*)?")
_PRINCIPAL = re.compile(r"(?:subject|group|attribute\.[a-z0-9_]{1,90})/[^\s*]+")
_ATTRIBUTE = re.compile(r"google\.(?:subject|groups)|attribute\.[a-z0-9_]{1,90}")
_GITHUB_KEYS = ("branch", "environment", "ownerId", "ref", "repository", "repositoryId")
_OIDC_KEYS = ("audiences", "condition", "issuer", "mapping", "principal")


def read_federation(value: object, *, in_python: bool = False) -> GitHub | Oidc:
    """The source of tokens that the key names; its keys in camel case, or `in_python` in snake.

    Raises BadInput with every mistake, each under its path below the key.
    """
    problems: list[Problem] = []
    example = "{github: {repository: OWNER/NAME}}"
    expected = f"a map of github or of oidc, like {example}"
    sources = KeyedMap(value, ("github", "oidc"), "", problems, expected=expected)
    given = [name for name in ("github", "oidc") if name in sources]
    source: GitHub | Oidc | None = None
    if len(given) == 1:
        [name] = given
        inner = sources.get(name)
        read = _github if name == "github" else _oidc
        source = read(inner, f".{name}", problems, in_python)
    elif not problems:
        which = "both" if given else "neither"
        if given:
            _github(sources.get("github"), ".github", problems, in_python)
            _oidc(sources.get("oidc"), ".oidc", problems, in_python)
        sources.wrong("", f"expected one of github and oidc, not {which}: {example}")
    if problems or source is None:
        raise BadInput(problems)
    return source


def _github(value: object, path: str, problems: list[Problem], in_python: bool) -> GitHub | None:
    keys = KeyedMap(value, _GITHUB_KEYS, path, problems, in_python=in_python)
    if isinstance(value, Mapping):
        keys.needs("repository", "which repository's workflows come in, as OWNER/NAME")
    repository = keys.text("repository", _REPOSITORY, "one repository of GitHub, OWNER/NAME")
    if repository and repository.rpartition("/")[2] in (".", ".."):
        keys.wrong("repository", f"expected one repository of GitHub, not {shown(repository)}")
        repository = None
    number = "a number: curl -s https://api.github.com/repos/OWNER/NAME tells it"
    owner_id = keys.text("ownerId", _NUMBER, f"{number} under owner.id")
    repository_id = keys.text("repositoryId", _NUMBER, f"{number} under id")
    ref = keys.text("ref", _REF, "refs/heads/BRANCH or refs/tags/TAG, without wildcards")
    if "branch" in keys:
        name = keys.get("branch")
        if "ref" in keys:
            keys.wrong("branch", "branch and ref exclude each other")
        if isinstance(name, str) and _REF.fullmatch(f"refs/heads/{name}"):
            ref = f"refs/heads/{name}"
        else:
            keys.wrong("branch", f"expected one branch, without wildcards, not {shown(name)}")
    environment = keys.text(
        "environment",
        re.compile(r"[^\s*](?:[^\x00-\x1f*]{0,253}[^\s*])?"),
        "one environment of GitHub, without wildcards",
    )
    if repository is None:
        return None
    return GitHub(repository, owner_id, repository_id, ref, environment)


def _oidc(value: object, path: str, problems: list[Problem], in_python: bool) -> Oidc | None:
    before = len(problems)
    keys = KeyedMap(value, _OIDC_KEYS, path, problems, in_python=in_python)
    if isinstance(value, Mapping):
        keys.needs("issuer", "the issuer of the tokens, an https:// URL")
        keys.needs("condition", "which of the issuer's tokens are let in; there is no open one")
        keys.needs("principal", "who is let in, as subject/VALUE, group/ID, attribute.NAME/VALUE")
    issuer = keys.text("issuer", _ISSUER, "an https:// URL without query or fragment")
    if issuer and plain(issuer) == GITHUB_ISSUER:
        keys.wrong("issuer", "GitHub's tokens have a form of their own: use federation.github")
    principal = keys.text(
        "principal", _PRINCIPAL, "subject/VALUE, group/ID or attribute.NAME/VALUE, no wildcard"
    )
    mapping = _mapping(keys)
    named = _mapped_name(principal or "")
    if principal and named not in mapping:
        keys.wrong("principal", f"{principal} needs {named} in mapping")
    elif principal and (why := principal_problem(principal, named, mapping[named])):
        keys.wrong("principal", why)
    audiences = keys.texts("audiences", "audiences")
    if len(audiences) > 10 or any(len(word) > 256 or "*" in word for word in audiences):
        keys.wrong("audiences", "at most 10 audiences of up to 256 characters, without wildcards")
    condition = keys.get("condition") if "condition" in keys else None
    if condition is not None and not isinstance(condition, str):
        keys.wrong("condition", f"expected a condition as a text, not {shown(condition)}")
    elif (
        condition is not None
        and issuer
        and (wrong := condition_problem(condition, mapping, issuer))
    ):
        keys.wrong("condition", f"{shown(condition)}: {wrong}")
    if len(problems) > before or not (issuer and principal and isinstance(condition, str)):
        return None
    return Oidc(issuer, condition.strip(), principal, tuple(mapping.items()), audiences)


def _mapped_name(principal: str) -> str:
    """The attribute whose value a principal names."""
    name = principal.partition("/")[0]
    return {"subject": SUBJECT, "group": "google.groups"}.get(name, name)


def _mapping(keys: KeyedMap) -> dict[str, str]:
    """Attribute -> expression, the subject's first; at most 50 attributes of one's own."""
    given: object = keys.get("mapping") if "mapping" in keys else {}
    mapping = {SUBJECT: "assertion.sub"}
    if not isinstance(given, Mapping):
        keys.wrong("mapping", f"expected a map of attributes, not {shown(given)}")
        return mapping
    from availability.cloud.federation import cel, conditions

    for name, expression in sorted(cast("Mapping[str, object]", given).items()):
        place = f"mapping.{name}"
        if not _ATTRIBUTE.fullmatch(str(name)):
            forms = f"{SUBJECT}, google.groups or attribute.NAME"
            keys.wrong(place, f"{shown(name)} can't be mapped; an attribute is {forms}")
            continue
        mapping[str(name)] = expression if isinstance(expression, str) else ""
        try:
            if not isinstance(expression, str) or len(expression) > 2048:
                raise cel.NotUnderstood("a text of up to 2048 characters was expected")
            if not conditions.references(cel.parse(expression)):
                raise cel.NotUnderstood("it refers to no claim, like assertion.sub")
        except cel.NotUnderstood as why:
            keys.wrong(place, f"{shown(expression)} is no expression for an attribute: {why}")
            mapping[str(name)] = "assertion.sub"
    if sum(name.startswith("attribute.") for name in mapping) > 50:
        keys.wrong("mapping", "at most 50 attributes can be mapped")
    return mapping


def federation_problems(
    path: str, *, has_federation: bool, named_at: Sequence[str]
) -> list[Problem]:
    """For a federation that nobody names, and for its name where there is none."""
    if has_federation and not named_at:
        message = (
            f"nobody comes in by it: name {FEDERATION} among the callers, or among a "
            "deployment's workloadIdentityUsers"
        )
        return [Problem(path, message)]
    if has_federation:
        return []
    message = f"there is no {FEDERATION}: set {path} to {{github: {{repository: OWNER/NAME}}}}"
    return [Problem(place, message) for place in dict.fromkeys(named_at)]
