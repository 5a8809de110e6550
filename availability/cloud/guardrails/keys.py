"""The stack's key `guardrails`: off, on, or a map that says what is enforced.

What needs the snapshot, such as whether a model exists, is left to `guardrails`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import letters, nearest
from availability.input.maps import KeyedMap
from availability.input.values import read_words, switch, truth_at, truths_meant
from availability.places.suggest import check_location

ACTIONS = ("predict", "tune", "deploy")
"""What can be done with a model, in the words of `vertexai.allowedModels`."""

PARTNER_FEATURES = ("web_search", "structured_outputs")
"""What of partner models is denied unless it is allowed (Google's "Control access to Model
Garden models")."""

_KEYS = ("alsoAllow", "dryRun", "partnerModelFeatures", "resourceLocations", "restrictServices")
_ALSO_ALLOW = ("locations", "models")
_SERVICE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)*\.googleapis\.com")
_MODEL = re.compile(r"publishers/[\w.-]+/models/[\w.@-]+")


@dataclass(frozen=True)
class GuardrailKeys:
    """What a stack asks the organization policies of its project to hold."""

    dry_run: bool = False
    """Whether violations are only logged."""
    models: tuple[str, ...] = ()
    """What neighbours in the project call, as typed: `MODEL` or `MODEL:ACTION`."""
    locations: tuple[str, ...] = ()
    """Where neighbours in the project send requests to."""
    services: tuple[str, ...] | None = None
    """The services to allow besides the stack's own; None leaves all of them open."""
    resource_locations: bool = False
    partner_features: tuple[str, ...] | None = None
    """The features of partner models to allow: one of `PARTNER_FEATURES` for every partner model
    that is placed, or `publishers/P/models/M:FEATURE`. None leaves them as they are."""


def read_guardrails(value: object) -> GuardrailKeys | None:
    """What the key says; None where the guardrails are off.

    Raises BadInput with every mistake, each under its path below the key.
    """
    if (wanted := switch(value)) is not None:
        return GuardrailKeys() if wanted else None
    if not isinstance(value, Mapping) or not value:
        message = (
            f"expected on, off or a map with {', '.join(_KEYS)}, not {shown(cast('object', value))}"
        )
        raise BadInput([Problem("", message, _meant(cast("object", value)))])
    problems: list[Problem] = []
    # A key that is written with nothing is a mistake of its own, so that it takes no default here.
    keys = KeyedMap(cast("object", value), _KEYS, "", problems).given
    allowed = KeyedMap(
        keys.get("alsoAllow", {}),
        _ALSO_ALLOW,
        ".alsoAllow",
        problems,
        expected=f"a map of {' and '.join(_ALSO_ALLOW)}",
    ).given
    services = keys.get("restrictServices", False)
    features = keys.get("partnerModelFeatures")
    guardrails = GuardrailKeys(
        dry_run=truth_at(keys.get("dryRun", False), ".dryRun", problems),
        models=_words(allowed.get("models", ()), ".alsoAllow.models", _model, problems),
        locations=_words(
            allowed.get("locations", ()), ".alsoAllow.locations", check_location, problems
        ),
        services=_services(services, problems),
        resource_locations=truth_at(
            keys.get("resourceLocations", False), ".resourceLocations", problems
        ),
        partner_features=None
        if "partnerModelFeatures" not in keys
        else _words(features, ".partnerModelFeatures", _feature, problems),
    )
    if problems:
        raise BadInput(problems)
    return guardrails


_WORDS = {
    "{dryRun: true}": "audit auditonly dryrun log logonly warn",
    "{resourceLocations: true}": "resourcelocations",
    "{restrictServices: true}": "restrictservices",
}
"""What may be written -> what people write in its place, in letters."""


def _meant(value: object) -> tuple[str, ...]:
    """What could stand in the place of a word that is neither on nor off, likeliest first."""
    typed = letters(value) if isinstance(value, str) else ""
    meant = [written for written, words in _WORDS.items() if typed in words.split()]
    return tuple(dict.fromkeys([*meant, *truths_meant(value, "on", "off")]))


def split_action(word: str) -> tuple[str, str | None]:
    """The model and the action of `MODEL:ACTION`; without one the action is None."""
    model, colon, action = word.rpartition(":")
    return (model.strip(), action.strip()) if colon else (word.strip(), None)


def is_resource(model: str) -> bool:
    """Whether it is written in full, `publishers/P/models/M`."""
    return _MODEL.fullmatch(model) is not None


def _services(value: object, problems: list[Problem]) -> tuple[str, ...] | None:
    if (wanted := switch(value)) is not None:
        return () if wanted else None
    return _words(value, ".restrictServices", _service, problems)


def _words(
    value: object, path: str, check: Callable[[str], Problem | str], problems: list[Problem]
) -> tuple[str, ...]:
    """A list of texts, or one text with commas; each is replaced by what `check` makes of it."""
    try:
        return read_words(value, "texts", check, may_be_empty=True)
    except BadInput as error:
        problems += [replace(problem, path=path + problem.path) for problem in error.problems]
        return ()


def _model(word: str) -> Problem | str:
    model, action = split_action(word)
    if action is not None and action not in ACTIONS:
        choices = tuple(f"{model}:{each}" for each in ACTIONS)
        message = f"unknown action {action!r}; it is one of {', '.join(ACTIONS)}"
        return Problem("", message, choices)
    if ("/models/" in model or model.startswith("publishers/")) and not is_resource(model):
        message = f"{shown(model)} is no model written in full, publishers/PUBLISHER/models/MODEL"
        return Problem("", message)
    return model if action is None else f"{model}:{action}"


def _service(word: str) -> Problem | str:
    if _SERVICE.fullmatch(word):
        return word
    hint = (f"{word}.googleapis.com",) if re.fullmatch(r"[a-z][a-z0-9-]*", word) else ()
    return Problem("", f"{shown(word)} is no service like storage.googleapis.com", hint)


def _feature(word: str) -> Problem | str:
    model, feature = split_action(word)
    if feature is None:
        if word in PARTNER_FEATURES:
            return word
    elif is_resource(model) and feature in PARTNER_FEATURES:
        return f"{model}:{feature}"
    message = (
        f"{shown(word)} is no feature of partner models; it is one of "
        f"{', '.join(PARTNER_FEATURES)}, or publishers/PUBLISHER/models/MODEL:FEATURE"
    )
    return Problem("", message, tuple(nearest(feature or word, PARTNER_FEATURES)))
