"""Configuration keys that nothing reads, and that are most likely one of this project's, misspelt.

Other programs and providers have keys of their own in a stack file, so that an unknown key is no
mistake. One that looks like a key that matters here is: it would be silently without effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from availability.input.errors import Problem

GOOGLE = "gcp"
"""The namespace of the Google Cloud provider."""

GOOGLE_KEYS = (
    "accessToken",
    "addPulumiAttributionLabel",
    "batching",
    "billingProject",
    "credentials",
    "defaultLabels",
    "deletionPolicy",
    "disableGlobalProjectWarning",
    "disableGooglePartnerName",
    "externalCredentials",
    "googlePartnerName",
    "impersonateServiceAccount",
    "impersonateServiceAccountDelegates",
    "pollInterval",
    "preferGlobalEndpoints",
    "preferRegionalEndpoints",
    "project",
    "pulumiAttributionLabelAdditionStrategy",
    "region",
    "requestReason",
    "requestTimeout",
    "scopes",
    "skipRegionValidation",
    "universeDomain",
    "userProjectOverride",
    "zone",
)
"""The keys of the provider (pulumi_gcp.config), but for those of its services' endpoints, which end
in `CustomEndpoint`."""

_PLACES = ("project", "region", "zone")
_FARTHEST_NAMESPACE, _FARTHEST_KEY = 3, 2
"""The edits, swapped neighbours among them, that a misspelling has at most."""


def misspelt_keys(
    keys: Iterable[str], namespace: str, own: Iterable[str], project: str
) -> Iterator[Problem]:
    """A problem for each of the keys that is likely a misspelt one.

    `namespace` and `own` are this program's, and `project` is the name of the stack's project.
    """
    known = list(own)
    for key in keys:
        place, _, name = key.partition(":")
        if place in (namespace, "pulumi"):
            continue
        if place == GOOGLE:
            yield from _of_google(key, name)
        elif place == project and _names_ours(name, namespace, known):
            message = f"nothing reads {key!r}: the project is called {project}, and without a "
            message += f"namespace a key is the project's own. This program's are {namespace}'s"
            right = _plain_name(name, namespace)
            yield Problem(key, message, (f"{namespace}:{right}",), about_key=True)
        elif _is_like(place, name, namespace, known):
            message = f"unknown namespace {place!r}: this program's is {namespace}"
            yield Problem(key, message, (f"{namespace}:{name}",), about_key=True)
        elif name in _PLACES and _distance(place.lower(), GOOGLE) <= 1:
            message = f"unknown namespace {place!r}: the one of Google Cloud is {GOOGLE}"
            yield Problem(key, message, (f"{GOOGLE}:{name}",), about_key=True)


_ELSEWHERE = {
    "accept": "accepted exceptions waive waivers",
    "allowPreview": "allowpreviews preview previews",
    "asOf": "date today",
    "auditLogs": "auditlog logging logs",
    "caching": "cache",
    "callers": "identities identity invokers members principals serviceaccounts users",
    "colocate": "colocation samelocation together",
    "contextSize": "context contextlength contextwindow maxtokens",
    "federation": "oidc wif workloadidentity",
    "guardrails": "guardrail orgpolicies orgpolicy policies policy",
    "location": "endpoint pin region zone",
    "model": "modelid modelname",
    "needs": "capabilities capability features requirements requires",
    "prefer": "locations preferredlocations regions",
    "privateAccess": "network psc vpc",
    "protect": "deletionprotection protection",
    "residency": "allowedlocations area boundary dataresidency geography jurisdiction",
    "snapshot": "facts snapshotdate",
    "takeOver": "adoptexisting import",
}
"""Key -> what other tools call it, in letters."""
_OF_RESIDENCY = {"within": "eu", "excluding": "de", "guarantee": "ml-processing"}
"""What a residency says, each with an example."""
_SAID_OF_RESIDENCY = {
    "exclude": "excluding",
    "excluded": "excluding",
    "mlprocessing": "guarantee",
    "processing": "guarantee",
}
"""In letters, how else people call that."""


def meant_by(key: str, known: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """The keys that an unknown one most likely stands for, and a remark on it; both may be empty.

    `known` are the keys that may stand there, as they are spelt there.
    """
    typed, spelt = _letters(key), {_letters(name): name for name in known}
    typed = _SAID_OF_RESIDENCY.get(typed, typed)
    if typed in _OF_RESIDENCY and "residency" in spelt:
        written = ", ".join(
            f"{name}: {_OF_RESIDENCY[name]}" for name in dict.fromkeys(["within", typed])
        )
        return (f"residency.{typed}",), f"; {typed} is a part of residency: {{{written}}}"
    meant = [spelt[typed]] if typed in spelt else []
    for name, words in _ELSEWHERE.items():
        if typed in words.split() and _letters(name) in spelt:
            meant.append(spelt[_letters(name)])
    return tuple(meant), ""


def _of_google(key: str, name: str) -> Iterator[Problem]:
    if name in GOOGLE_KEYS or name.endswith("CustomEndpoint"):
        return
    near = sorted(
        (_distance(_letters(name), _letters(google_key)), google_key) for google_key in GOOGLE_KEYS
    )
    close = tuple(
        f"{GOOGLE}:{google_key}" for distance, google_key in near if distance <= _FARTHEST_KEY
    )
    if close:
        message = f"the provider of Google Cloud has no key {name!r}"
        yield Problem(key, message, close, about_key=True)


def _is_like(place: str, name: str, namespace: str, own: list[str]) -> bool:
    """Whether a namespace is likely ours: nearly the same, or a part of it before a key of ours."""
    letters, ours = _letters(place), _letters(namespace)
    if _distance(letters, ours) <= _FARTHEST_NAMESPACE:
        return True
    return len(letters) >= len("vertex") and letters in ours and name in own


def _names_ours(name: str, namespace: str, own: list[str]) -> bool:
    return name in own or _letters(name).startswith(_letters(namespace))


def _plain_name(name: str, namespace: str) -> str:
    return re.sub(rf"^{re.escape(namespace)}[.:/_-]?", "", name) or name


def _letters(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def _distance(word: str, other: str) -> int:
    """The edits between two words; at least as many as their lengths differ by."""
    if word == other or abs(len(word) - len(other)) > _FARTHEST_NAMESPACE:
        return abs(len(word) - len(other))
    from rapidfuzz.distance import OSA  # few stacks have keys that need it

    return OSA.distance(word, other)
