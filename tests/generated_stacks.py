"""Stack files by the thousand: mutations of real ones that know the grammar, each from a seed.

- `generated(seed)` is a stack with its project, as structures and as the files' text.
- `Generated.values` is what the engine hands to the program, by a reading of its own: from the
  structures, never from the text that `plan` reads.
- `garbled(seed)` is a text only: a generated file with characters and pieces of YAML astray.

`random.Random` promises the same numbers for the same seed in every version of Python.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from tests.paths import ROOT

OURS = "vertex-residency"
EMPTY: list[Any] = ["", None, [], {}, "  "]


@dataclass
class Generated:
    """A stack with its project, and with the variables of the provider that are set."""

    config: dict[str, Any]
    project: str = OURS
    project_values: dict[str, Any] = field(default_factory=dict[str, Any])
    environment: dict[str, str] = field(default_factory=dict[str, str])
    text: str = ""
    project_text: str = ""

    @property
    def values(self) -> dict[str, str]:
        """Configuration key -> the text that `pulumi.Config` has for it."""
        own = {full(key, self.project): value for key, value in self.config.items()}
        return {key: as_text(value) for key, value in {**self.project_values, **own}.items()}


def full(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)  # as Go's json.Marshal does


def write(folder: Path, made: Generated) -> Path:
    """The files of a generated stack `dev` in a folder; the path of its own."""
    (folder / "stacks").mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(made.project_text, encoding="utf-8")
    path = folder / "stacks" / "Pulumi.dev.yaml"
    path.write_text(made.text, encoding="utf-8")
    return path


def generated(seed: int) -> Generated:
    """A stack, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - no secret, and the same in every run
    config = copy.deepcopy(rng.choice(_bases()))
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3])):
        _mutate(config, rng)
    made = Generated(config)
    if rng.random() < 0.15:
        made.project = rng.choice(["team-b", "vertex-residency-2", "acme"])
    if rng.random() < 0.3:
        key = rng.choice([*_KEYS, "gcp:project", "gcp:region"])
        made.project_values = {full(key, OURS): rng.choice(_KEYS.get(key, _GOOGLE.get(key, [""])))}
        made.project_values = {
            key: value for key, value in made.project_values.items() if value is not None
        }
    if rng.random() < 0.15:
        made.environment["GOOGLE_CLOUD_PROJECT"] = "acme-environment"
    if rng.random() < 0.1:
        made.environment["GOOGLE_REGION"] = "europe-west1"
    made.text = "config:\n" + _block(config, rng, 1) if config else "config: {}\n"
    made.project_text = _project_text(made)
    return made


def styled(config: dict[str, Any], seed: int) -> str:
    """The text of a stack file with this configuration, in styles by the seed."""
    rng = random.Random(seed)  # noqa: S311 - no secret, and the same in every run
    return "config:\n" + _block(config, rng, 1)


def garbled(seed: int) -> str:
    """The text of a stack file with something astray in it, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - no secret, and the same in every run
    text = generated(seed).text
    for _ in range(rng.choice([1, 1, 2, 3, 5])):
        at = rng.randrange(len(text) + 1)
        if rng.random() < 0.6:
            text = text[:at] + rng.choice(_PIECES) + text[at:]
        else:
            text = text[:at] + text[at + rng.randint(1, 4) :]
    return text


_PIECES = [
    *"[]{}:,-?&*!|>%@`'\"#\t\n\\~",
    *(
        "&a ",
        "*a",
        "<<: *a\n",
        "!!int ",
        "!!binary ",
        "!!str ",
        "--- \n",
        "...\n",
        "- ",
        ": ",
        "? ",
    ),
    *(
        "0x1F",
        "017",
        "1_000",
        ".inf",
        "9" * 5000,
        "2026-10-10",
        "null",
        "no",
        "é",
        "\ufeff",
        "\x07",
    ),
    *(
        "%YAML 1.1\n---\n",
        "%TAG ! tag:x,1:\n---\n",
        "[" * 300,
        "{a: " * 300,
        "- " * 300,
        "a" * 9999,
    ),
]

_MODELS = [
    *("gemini-3.8-flash", "gemini-embedding-2", "claude-sonnet-5-5", "gemini-3.5-flash"),
    *("gemini-2.0-flash-001", "text-embedding-005", "Gemini 3.8 Flash", "gemini-3.8-flsh"),
    *("claude-3-7-sonnet@20250219", "google/gemini-3.8-flash", "anthropic/gemini-3.8-flash"),
]
_TERMS = [
    *("eu", "eea", "us", "any", "de", "fr", "europe", "jp", "global", "europe-west4", "no"),
    *("Germany", "frankfurt", "EU", "eu-adequate", "asia-pacific", "uk", "mars"),
]
_PLACES = ["europe-west4", "eu", "us", "global", "us-central1", "europe-west-4", "asia-northeast1"]
_NEEDS = [
    *("context-caching", "batch-prediction", "tuning", "rag-corpus", "provisioned-throughput"),
    *("Tuning", "caching", "singing"),
]
_MEMBERS = ["group:chat@acme.example", "user:a@acme.example", "federation", "allUsers", "nobody"]
_SWITCHES: list[Any] = [True, False, "on", "off", "true", "perhaps", "no", 1]
_GITHUB = {"github": {"repository": "acme/app", "ownerId": 12345, "branch": "main"}}
_WAIVERS: list[Any] = [
    [{"rule": "retired", "until": "2099-01-01", "reason": "moving"}],
    [{"rule": "preview", "until": "2026-01-01", "reason": "x"}],
    [{"rule": "residency", "until": "2099-01-01", "reason": "x"}],
    [{"rule": "retired"}],
    [{"warning": "partner-terms", "until": "2099-01-01", "reason": "read"}],
    [{"warning": "endpoint-guarantee", "until": "2026-01-01", "reason": "x"}],
    [{"warning": "retiring", "until": "2099-01-01", "reason": "x"}],
    [{"warning": "partner-terms", "rule": "retired", "until": "2099-01-01", "reason": "x"}],
]
_RESIDENCIES: list[Any] = [
    *_TERMS,
    *([one, other] for one, other in itertools.pairwise(_TERMS)),
    "de, fr",
    {"within": "eu", "guarantee": "ml-processing"},
    {"within": "any", "guarantee": "endpoint"},
    {"within": "eu", "excluding": "de"},
    {"within": ["de", "fr"], "excluding": ["fr"]},
    {"within": "any", "guarantee": "ml-processing"},
    {"within": "eu", "excluding": ""},
    {"within": "eu", "guarantee": None},
    {"excluding": "de"},
    '["eu","us"]',
]
_KEYS: dict[str, list[Any]] = {
    "snapshot": ["2026-10-10", "2025-05-12", "newest", "2024-01-01", 20261010],
    "residency": _RESIDENCIES,
    "allowPreview": _SWITCHES,
    "asOf": ["2026-10-12", "2025-05-12", "yesterday", 5],
    "retirementWarning": [30, "90", -1, True, 1.5],
    "callers": [_MEMBERS[:1], _MEMBERS[0], _MEMBERS[2:3], _MEMBERS, [_MEMBERS[3]]],
    "federation": [_GITHUB, {"github": {"repository": "acme"}}, {"oidc": {"issuer": "x"}}, "on"],
    "auditLogs": [*_SWITCHES, {"logTypes": ["DATA_READ"]}, {"logTypes": "ADMIN_WRITE"}],
    "serviceAgents": _SWITCHES,
    "guardrails": [
        *_SWITCHES,
        {"dryRun": True},
        {"alsoAllow": {"models": ["gemini-3.8-flash"], "locations": ["us"]}},
        {"partnerModelFeatures": []},
        {"restrictServices": True, "resourceLocations": "on"},
        {"dryrun": True},
    ],
    "privateAccess": [
        {"network": "projects/acme-dev/global/networks/main"},
        {"network": "main", "subnetwork": "sub", "dns": False},
        {"network": "Main"},
        "off",
        "on",
    ],
    "publish": ["secrets", "parameters", "off", "on", "files"],
    "caching": ["on", "off", True, False, "maybe"],
    "colocate": [[["chat", "search"]], ["chat", "search"], [["chat"]], [["chat", "nobody"]]],
    "generation": [1, 2, "3", 0, "x"],
    "protect": _SWITCHES,
    "adopt": [{"predict": "vertexCaller"}, {"tuning": "a.b"}, {"predict": "x y"}, ["predict"]],
}
_DEPLOYMENT: dict[str, list[Any]] = {
    "model": _MODELS,
    "residency": _RESIDENCIES,
    "needs": [[one] for one in _NEEDS] + [["tuning", "batch-prediction"], "tuning", 3],
    "location": _PLACES,
    "prefer": [[one] for one in _PLACES] + [_PLACES[:2], "eu,us"],
    "priorUsage": _SWITCHES,
    "allowPreview": _SWITCHES,
    "contextSize": ["64k", "128k", "1m", "2m", 64],
    "accept": _WAIVERS,
    "callers": [_MEMBERS[:1], _MEMBERS[2:3], _MEMBERS[3:], "user:"],
    "serviceAccountUsers": [_MEMBERS[1:2], ["x"]],
    "workloadIdentityUsers": [["federation"], ["serviceAccount:acme.svc.id.goog[ns/app]"], ["x"]],
}
_GOOGLE: dict[str, list[Any]] = {
    "gcp:project": ["acme-dev", "Acme", "a", 123456, "example.com:acme-dev"],
    "gcp:region": ["europe-west4", "EUROPE-WEST4", "us-central1", "mars", "eu"],
    "gcp:zone": ["europe-west4-a"],
}
_STRANGE = [
    *("gcp:projekt", "vertex-residecny:guardrails", "vertex-residenc:protect", "gpc:project"),
    *("aws:region", "other:residency", "vertex:residency", "pulumi:tags", "residency"),
    *("vertex-residency:residancy", "vertex-residency:guardrail", "protect", "team-b:colour"),
]


def _bases() -> list[dict[str, Any]]:
    files = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
    real = [
        _typed(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["config"])  # noqa: S506 - it makes texts only
        for path in files
    ]
    rich = copy.deepcopy(real[0])
    rich |= {
        f"{OURS}:{key}": value
        for key, value in {
            "snapshot": "2026-10-10",
            "residency": "eu",
            "callers": ["federation", "group:chat@acme.example"],
            "federation": _GITHUB,
            "guardrails": {"dryRun": True, "alsoAllow": {"locations": ["eu"]}},
            "auditLogs": {"logTypes": ["DATA_READ"]},
            "publish": "parameters",
            "caching": "off",
            "protect": "on",
            "generation": 2,
        }.items()
    }
    return [*real, rich, rich]


def _typed(value: Any) -> Any:
    """What a file says, once it is read as texts alone."""
    if isinstance(value, dict):
        return {key: _typed(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_typed(one) for one in cast("list[Any]", value)]
    return {"true": True, "false": False}.get(value, value)


def _mutate(config: dict[str, Any], rng: random.Random) -> None:
    changes: list[Callable[[dict[str, Any], random.Random], None]] = [
        *(_of_deployment, _set_key, _empty, _drop, _misspell, _strange, _add_deployment),
        *(_google, _reshape),
        *[_asks_for_more] * 9,
    ]
    change = rng.choice(changes)
    change(config, rng)


def _set_key(config: dict[str, Any], rng: random.Random) -> None:
    key = rng.choice(list(_KEYS))
    config[f"{OURS}:{key}"] = copy.deepcopy(rng.choice(_KEYS[key]))


def _google(config: dict[str, Any], rng: random.Random) -> None:
    key = rng.choice(list(_GOOGLE))
    config[key] = rng.choice([*_GOOGLE[key], *EMPTY[:2]])


def _deployments(config: dict[str, Any]) -> dict[str, Any]:
    found = config.get(f"{OURS}:deployments")
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _maps(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The deployments that are maps."""
    found = _deployments(config).values()
    return [cast("dict[str, Any]", one) for one in found if isinstance(one, dict)]


def _of_deployment(config: dict[str, Any], rng: random.Random) -> None:
    if maps := _maps(config):
        key = rng.choice(list(_DEPLOYMENT))
        rng.choice(maps)[key] = copy.deepcopy(rng.choice(_DEPLOYMENT[key]))


def _asks_for_more(config: dict[str, Any], rng: random.Random) -> None:
    """Something valid of a deployment, which may leave no location for it."""
    if maps := _maps(config):
        key, choices = rng.choice(
            [
                (
                    "residency",
                    [*_TERMS[:6], "jp", ["de", "in"], {"within": "us", "excluding": "us-east1"}],
                ),
                (
                    "residency",
                    [{"within": one, "guarantee": "ml-processing"} for one in _TERMS[:6]],
                ),
                ("location", ["europe-west4", "us", "global", "asia-northeast1"]),
                ("needs", [["tuning"], ["rag-corpus"], ["batch-prediction", "context-caching"]]),
                ("model", _MODELS[:6]),
                ("allowPreview", [False]),
            ]
        )
        rng.choice(maps)[key] = copy.deepcopy(rng.choice(choices))


def _add_deployment(config: dict[str, Any], rng: random.Random) -> None:
    name = rng.choice(["more", "a", "Chat", "chat_bot", "x" * 41, "extra-1", "1st", ""])
    one: dict[str, Any] = {"model": rng.choice(_MODELS)}
    for key in rng.sample(list(_DEPLOYMENT), rng.randint(0, 3)):
        one[key] = copy.deepcopy(rng.choice(_DEPLOYMENT[key]))
    if found := _deployments(config):
        found[name] = one


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each (container, key or index) inside of a value."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(cast("dict[Any, Any]", value).items())
    elif isinstance(value, list):
        pairs = list(enumerate(cast("list[Any]", value)))
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def _empty(config: dict[str, Any], rng: random.Random) -> None:
    container, key = rng.choice(list(_places(config)))
    container[key] = copy.deepcopy(rng.choice(EMPTY))


def _drop(config: dict[str, Any], rng: random.Random) -> None:
    container, key = rng.choice(list(_places(config)))
    del container[key]


def _misspell(config: dict[str, Any], rng: random.Random) -> None:
    maps: list[tuple[Any, Any]] = [pair for pair in _places(config) if isinstance(pair[0], dict)]
    container, key = cast("tuple[dict[str, Any], str]", rng.choice(maps))
    at = rng.randrange(len(key) + 1)
    wrong = rng.choice([key[:at] + key[at + 1 :], key[:at] + "e" + key[at:], key.swapcase()])
    if wrong not in container and wrong.count(":") <= 1:
        container[wrong] = container.pop(key)


def _strange(config: dict[str, Any], rng: random.Random) -> None:
    config.setdefault(rng.choice(_STRANGE), rng.choice(["on", "eu", True, "acme-dev", None]))


def _reshape(config: dict[str, Any], rng: random.Random) -> None:
    """The same in another shape: a text as a list, a list as a text, a value in a map."""
    container, key = rng.choice(list(_places(config)))
    value = container[key]
    if isinstance(value, list) and all(isinstance(one, str) for one in cast("list[Any]", value)):
        container[key] = ",".join(cast("list[str]", value))
    else:
        shapes: list[Any] = [[value], {"value": value}, as_text(value), [[value]]]
        container[key] = rng.choice(shapes)


def _project_text(made: Generated) -> str:
    """A Pulumi.yaml, with the values in one of the spellings that its name allows."""
    lines = [f"name: {made.project}", "runtime: python", "stackConfigDir: stacks"]
    if made.project_values:
        lines.append("config:")
    for key, value in made.project_values.items():
        word = "default" if key.startswith(f"{made.project}:") else "value"
        lines.append(f"  {key}: {json.dumps({word: value}, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


# A writer of YAML in many styles


def _block(value: dict[str, Any], rng: random.Random, level: int) -> str:
    return "".join(_entry(key, one, rng, level) for key, one in value.items())


def _entry(key: str, value: Any, rng: random.Random, level: int) -> str:
    indent = "  " * level
    comment = rng.choice(["", "", "", f"{indent}# a comment: with [signs]\n", "\n"])
    start = f"{comment}{indent}{_scalar(key, rng)}:"
    if isinstance(value, dict) and value and rng.random() < 0.7:
        inner = cast("dict[str, Any]", value)
        return f"{start}\n{_block(inner, rng, level + 1)}"
    if isinstance(value, list) and value and rng.random() < 0.5:
        items = cast("list[Any]", value)
        return f"{start}\n" + "".join(f"{indent}  - {_flow(one, rng)}\n" for one in items)
    return f"{start} {_flow(value, rng)}{rng.choice(['', '', '   # why'])}\n"


def _flow(value: Any, rng: random.Random) -> str:
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value)
        pairs = (f"{_scalar(key, rng)}: {_flow(one, rng)}" for key, one in inner.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one, rng) for one in cast("list[Any]", value)) + "]"
    return _scalar(value, rng)


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@-]*(?::[A-Za-z][A-Za-z0-9_./@-]*)?")
_WORDS = {"null", "true", "false", "~"}
"""What is no text without quotes, in any case."""


def _scalar(value: Any, rng: random.Random) -> str:
    match value:
        case None:
            return rng.choice(["~", "null", "Null"])
        case bool():
            return str(value).lower() if rng.random() < 0.7 else str(value)
        case int():
            return str(value) if rng.random() < 0.8 or value < 0 else hex(value)
        case float():
            return repr(value)
        case str() if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return rng.choice([value, value, json.dumps(value), f"'{value}'", f"!!str {value}"])
        case _:
            text = str(value)
            return rng.choice([json.dumps(text), "'" + text.replace("'", "''") + "'"])
