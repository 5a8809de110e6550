"""A stack's configuration: its keys, its defaults, and every mistake at once under its path."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.facts.library import newest
from availability.facts.needs import Need
from availability.input.errors import BadInput, Problem
from availability.input.values import date_text
from availability.placement.request import Request
from availability.places.residency import Guarantee, OwnResidency, Residency
from availability.stack.config import (
    Deployment,
    StackConfig,
    key_names,
    parse_deployment,
    parse_stack,
)
from availability.stack.empty_values import MEANT
from availability.stack.file import read_stack_file
from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.shape import names_of
from availability.stack.yaml_values import as_text

KEY = "vertex-residency:"
EU = Residency(("eu",))


def stack(deployments: object = None, **keys: object) -> dict[str, str]:
    """A valid stack with these keys; camelCase, None leaves one out, `gcp_project` is gcp:project.

    Lists and maps are handed over as JSON, as the engine does.
    """
    given: dict[str, object] = {
        "residency": "eu",
        "deployments": {"chat": {"model": "gemini-2.0-flash-001"}}
        if deployments is None
        else deployments,
        **keys,
    }
    return {
        ("gcp:" + key[4:] if key.startswith("gcp_") else KEY + key): (
            value if isinstance(value, str) else json.dumps(value)
        )
        for key, value in given.items()
        if value is not None
    }


def one(keys: dict[str, object] | None = None, **stack_keys: object) -> Deployment:
    config = parse_stack(stack({"chat": {"model": "m", **(keys or {})}}, **stack_keys))
    [deployment] = config.deployments
    return deployment


def mistakes(values: dict[str, str]) -> dict[str, Problem]:
    with pytest.raises(BadInput) as caught:
        parse_stack(values)
    found = {problem.path: problem for problem in caught.value.problems}
    assert len(found) == len(caught.value.problems)
    return found


def chat(keys: dict[str, object], **stack_keys: object) -> dict[str, Problem]:
    """The mistakes of a deployment called chat, by what follows its path."""
    found = mistakes(stack({"chat": {"model": "m", **keys}}, **stack_keys))
    return {path.removeprefix(f"{KEY}deployments.chat."): found[path] for path in found}


def deployment_keys(keys: dict[str, object]) -> DeploymentKeys:
    return DeploymentKeys.model_validate(keys)


def inheriting(keys: dict[str, object]) -> DeploymentKeys:
    """The keys under a stack that names no controls."""
    return deployment_keys(keys).model_copy(update={"controls": ()})


# What is valid


def test_the_least_that_a_stack_says():
    config = parse_stack(stack())
    assert config == StackConfig(
        snapshot=newest(),
        pinned=False,
        project=None,
        region=None,
        keys=StackKeys.model_validate(
            {"residency": "eu", "deployments": {"chat": {"model": "gemini-2.0-flash-001"}}}
        ),
        deployments=(
            Deployment(
                "chat",
                Request("gemini-2.0-flash-001", EU, stack_residency=EU),
                inheriting({"model": "gemini-2.0-flash-001", "allowPreview": True}),
            ),
        ),
    )


def test_everything_that_a_deployment_may_say():
    keys: dict[str, object] = {
        "model": " gemini-2.0-flash-001 ",
        "residency": {"within": ["de", "fr"], "excluding": "fr", "guarantee": "ml-processing"},
        "needs": ["tuning", "Batch-Prediction", "tuning"],
        "location": "Europe-West3",
        "prefer": ["europe-west4", "EU", "europe-west4"],
        "priorUsage": True,
        "allowPreview": False,
        "callers": ["group:a@b.example", "user:c@d.example", "group:a@b.example"],
    }
    deployment = one(keys, gcp_project="acme-prod", gcp_region="Europe-West4")
    assert deployment == Deployment(
        "chat",
        Request(
            "gemini-2.0-flash-001",
            Residency(("de", "fr"), ("fr",), Guarantee.ML_PROCESSING),
            (Need.TUNING, Need.BATCH_PREDICTION),
            "europe-west3",
            ("europe-west4", "eu"),
            prior_usage=True,
            allow_preview=False,
            region="europe-west4",
            stack_residency=EU,
        ),
        inheriting(keys),
    )
    assert deployment.callers == ("group:a@b.example", "user:c@d.example")


def value(deployment: Deployment, key: str) -> object:
    request = deployment.request
    found: dict[str, object] = {
        "residency": request.residency,
        "allowPreview": request.allow_preview,
        "callers": deployment.callers,
    }
    return found[key]


@pytest.mark.parametrize(
    ("key", "of_stack", "of_deployment", "expected"),
    [
        ("residency", "eu", ["de"], Residency(("de",))),
        (
            "residency",
            {"within": "eu", "excluding": "de", "guarantee": "ml-processing"},
            {"within": "fr", "guarantee": "endpoint"},
            Residency(("fr",)),
        ),
        # Only of a guarantee it takes a word to give it up.
        (
            "residency",
            {"within": "eu", "excluding": "de", "guarantee": "ml-processing"},
            {"within": "fr"},
            Residency(("fr",), guarantee=Guarantee.ML_PROCESSING),
        ),
        ("allowPreview", False, True, True),
        ("allowPreview", True, False, False),
        (
            "callers",
            ["user:a@b.example", "user:c@d.example"],
            ["user:e@f.example"],
            ("user:e@f.example",),
        ),
    ],
)
def test_a_deployments_value_replaces_the_stacks_and_never_merges(
    key: str, of_stack: object, of_deployment: object, expected: object
):
    assert value(one({key: of_deployment}, **{key: of_stack}), key) == expected


@pytest.mark.parametrize(
    ("key", "of_stack", "expected"),
    [
        ("residency", ["de", "fr"], Residency(("de", "fr"))),
        ("allowPreview", "false", False),
        ("callers", "user:a@b.example", ("user:a@b.example",)),
    ],
)
def test_a_deployment_without_a_value_has_the_stacks(key: str, of_stack: object, expected: object):
    assert value(one(None, **{key: of_stack}), key) == expected


def test_a_stack_without_a_residency_is_valid_where_every_deployment_has_one():
    values = stack({"a": {"model": "m", "residency": "de"}}, residency=None)
    assert parse_stack(values).deployments[0].request.residency == Residency(("de",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-05-12", "2025-05-12"),
        (" 2025-05-12 ", "2025-05-12"),
        ("2025-05-12 00:00:00 +0000 UTC", "2025-05-12"),
        ("2025-05-12T00:00:00Z", "2025-05-12"),
        ("newest", "newest"),
        ("2025-05-12 10:00:00 +0000 UTC", "2025-05-12 10:00:00 +0000 UTC"),
        ("2025-05-12 00:00:00 +0200 +0200", "2025-05-12 00:00:00 +0200 +0200"),
    ],
)
def test_an_unquoted_date_names_a_snapshot(text: str, expected: str):
    assert date_text(text) == expected


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        (None, (newest(), False)),
        ("newest", (newest(), False)),
        ("2025-05-12", ("2025-05-12", True)),
        ("2025-05-12 00:00:00 +0000 UTC", ("2025-05-12", True)),
    ],
)
def test_a_stack_pins_its_snapshot_or_follows_the_newest(
    snapshot: str | None, expected: tuple[str, bool]
):
    config = parse_stack(stack(snapshot=snapshot))
    assert (config.snapshot, config.pinned) == expected


@pytest.mark.parametrize("written", ["2025-05-12", '"2025-05-12"', "'2025-05-12'"])
def test_a_date_in_a_file_may_stand_without_quotes(written: str, tmp_path: Path):
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(
        f"config:\n  vertex-residency:snapshot: {written}\n  vertex-residency:residency: no\n"
        "  vertex-residency:deployments:\n    chat: {model: m}\n"
    )
    config = parse_stack(read_stack_file(file).values)
    assert (config.snapshot, config.pinned) == ("2025-05-12", True)
    assert config.deployments[0].request.residency == Residency(("no",))


@pytest.mark.parametrize("value", [True, "true", "True", "TRUE", " true"])
def test_prior_usage_is_declared_by_true_alone(value: object):
    assert one({"priorUsage": value}).request.prior_usage is True


@pytest.mark.parametrize("value", ["yes", "on", 1, 0, "", None, ["true"]])
@pytest.mark.parametrize("key", ["priorUsage", "allowPreview"])
def test_what_is_neither_true_nor_false_is_bad_input(key: str, value: object):
    with pytest.raises(BadInput, match="expected true or false"):
        one({key: value})


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("false", False), ("True", True), ("FALSE", False)]
)
def test_true_and_false_may_be_texts_at_both_levels(text: str, expected: bool):
    assert one({"allowPreview": text}).request.allow_preview is expected
    assert one(None, allowPreview=text).request.allow_preview is expected


@pytest.mark.parametrize(
    ("key", "as_text", "as_list"),
    [
        ("needs", "tuning, rag-corpus,", ["tuning", "rag-corpus"]),
        ("prefer", "europe-west4,eu", ["europe-west4", "eu"]),
        ("residency", "de,fr", ["de", "fr"]),
        (
            "callers",
            "user:a@b.example,group:c@d.example",
            ["user:a@b.example", "group:c@d.example"],
        ),
    ],
)
def test_a_text_with_commas_is_the_same_as_a_list(key: str, as_text: str, as_list: list[str]):
    assert one({key: as_text}) == one({key: as_list})
    assert one({key: as_text}) == one({key: ",".join(as_list)})


@pytest.mark.parametrize("key", ["needs", "prefer"])
@pytest.mark.parametrize("value", [" , ", ","])
def test_commas_without_words_are_an_empty_value(key: str, value: object):
    assert list(chat({key: value})) == [key]


def test_a_json_text_of_pulumi_config_set_is_a_list():
    config = parse_stack(stack(residency='["de", "fr"]'))
    assert config.deployments[0].request.residency == Residency(("de", "fr"))


def test_deployments_may_be_one_json_text():
    text = '{"chat": {"model": "m"}, "a-1": {"model": "n"}}'
    assert [one.name for one in parse_stack(stack(text)).deployments] == ["a-1", "chat"]


@pytest.mark.parametrize("name", ["a", "chat", "a-1", "a--b-", "a" * 40])
def test_a_name_of_small_letters_digits_and_hyphens_is_valid(name: str):
    assert parse_stack(stack({name: {"model": "m"}})).deployments[0].name == name


@pytest.mark.parametrize(
    "caller",
    [
        "user:a@b.example",
        "group:a.b-c@d.example",
        "serviceAccount:x@acme-prod.iam.gserviceaccount.com",
        "domain:acme.example",
        "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s",
        "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/group/g",
    ],
)
def test_an_iam_member_is_a_caller(caller: str):
    assert one({"callers": [caller]}).callers == (caller,)


@pytest.mark.parametrize("project", ["acme-dev", "a12345", "a" * 30, "acme.example:acme-dev"])
def test_a_project_id_is_valid(project: str):
    assert parse_stack(stack(gcp_project=project)).project == project


def test_keys_of_other_programs_are_passed_over():
    values = {**stack(), "aws:region": "us-east-1", "other:deployments": "{", "gcp:zone": "x"}
    assert parse_stack(values) == parse_stack(stack())


@pytest.mark.parametrize("value", ["", "  ", [], {}, None], ids=repr)
@pytest.mark.parametrize("key", [key for key in key_names() if key != "deployments"])
def test_an_empty_value_of_any_key_of_the_stack_is_bad_input(key: str, value: object):
    values = stack() | {KEY + key: "" if value is None else as_text(value)}
    assert {path.split(".")[0] for path in mistakes(values)} >= {KEY + key}


@pytest.mark.parametrize("key", ["gcp:project", "gcp:region"])
def test_an_empty_value_of_a_key_of_google_is_bad_input(key: str):
    assert list(mistakes(stack() | {key: ""})) == [key]


@pytest.mark.parametrize("value", ["", "  ", [], {}, None], ids=repr)
@pytest.mark.parametrize("key", names_of(DeploymentKeys))
def test_an_empty_value_of_any_key_of_a_deployment_is_bad_input(key: str, value: object):
    found = chat({key: value})
    assert any(path == key or path.startswith((f"{key}.", f"{key}[")) for path in found)


INNER: dict[str, dict[str, object]] = {
    "residency": {"within": "eu", "excluding": "de", "guarantee": "endpoint"},
    "guardrails": {
        "dryRun": True,
        "alsoAllow": {"models": ["gemini-3.8-flash"], "locations": ["eu"]},
        "restrictServices": ["storage.googleapis.com"],
        "resourceLocations": True,
        "partnerModelFeatures": ["web_search"],
    },
    "federation": {
        "github": {
            "repository": "a/b",
            "ownerId": 1,
            "repositoryId": 2,
            "branch": "main",
            "environment": "prod",
        },
        "oidc": {
            "issuer": "https://i.example",
            "condition": "assertion.sub == 'abcdefghij'",
            "principal": "subject/x",
            "mapping": {"attribute.a": "assertion.a"},
            "audiences": ["a"],
        },
    },
    "auditLogs": {"logTypes": ["DATA_READ"], "exemptedMembers": ["user:a@b.example"]},
    "privateAccess": {
        "network": "net",
        "subnetwork": {"europe-west4": "sub"},
        "address": "10.1.2.3",
        "dns": True,
        "globalAccess": True,
        "regionalEndpoints": ["europe-west4"],
    },
    "adopt": {"predict": "vertexCaller"},
    "colocate": {"[0]": ["chat", "search"]},
}


def places(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The ways to each value inside of a map of maps."""
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield (*path, key)
            yield from places(inner, (*path, key))


def emptied(value: object, way: tuple[str, ...], empty: object) -> object:
    """The same map of maps with an empty value at the end of a way."""
    if not way:
        return empty
    assert isinstance(value, dict)
    inner = cast("dict[str, object]", value)
    return {**inner, way[0]: emptied(inner[way[0]], way[1:], empty)}


@pytest.mark.parametrize("empty", ["", None, [], {}], ids=repr)
@pytest.mark.parametrize(
    "way", [way for way in places(INNER) if len(way) > 1 and "[0]" not in way], ids=".".join
)
def test_an_empty_value_inside_of_a_key_is_bad_input(way: tuple[str, ...], empty: object):
    if empty == [] and way[-1] in MEANT:
        return  # an empty list of these says that nothing more is allowed
    full = ".".join(way)
    value = emptied(INNER[way[0]], way[1:], empty)
    found = mistakes(stack(**{way[0]: value}))
    assert any(
        path == KEY + full or path.startswith((f"{KEY}{full}.", f"{KEY}{full}[")) for path in found
    )


@pytest.mark.parametrize("key", sorted(MEANT))
def test_an_empty_list_of_what_guardrails_allow_allows_nothing_more(key: str):
    assert parse_stack(stack(guardrails={key: [], "dryRun": True})).keys.guardrails


def test_a_value_beyond_all_depth_is_one_mistake():
    values = stack() | {KEY + "callers": "[" * 50_000 + "]" * 50_000}
    assert "nested" in mistakes(values)[KEY + "callers"].message


@settings(deadline=None, max_examples=100)
@given(st.permutations(["chat", "a", "b-2", "z", "search"]), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(names: list[str], random: object):
    deployments = {name: {"model": "m", "residency": name[:0] + "de"} for name in names}
    values = stack(deployments, gcp_project="acme-dev", snapshot="2025-05-12")
    turned = dict(reversed(list(values.items())))
    expected = parse_stack(
        stack(dict(sorted(deployments.items())), gcp_project="acme-dev", snapshot="2025-05-12")
    )
    assert parse_stack(values) == parse_stack(turned) == expected


# What is not


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("ned", ("needs",)),
        ("need", ("needs",)),
        ("calers", ("callers",)),
        ("loc", ("location",)),
        ("lokation", ("location",)),
    ],
)
def test_a_misspelt_key_is_answered_with_what_is_meant_and_no_other(
    key: str, meant: tuple[str, ...]
):
    assert chat({key: "x"})[key].suggestions == meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("yes", ("true",)),
        ("ture", ("true",)),
        ("Disabled", ("false",)),
        (0, ("false",)),
        ("maybe", ()),
        ("tuning", ()),
        (3, ()),
        (["true"], ()),
        ({}, ()),
    ],
)
def test_true_and_false_are_offered_only_for_what_says_one_of_them(
    value: object, meant: tuple[str, ...]
):
    assert chat({"priorUsage": value})["priorUsage"].suggestions == meant


@pytest.mark.parametrize(
    ("keys", "path", "suggestion", "words"),
    [
        ({"model": None}, "model", None, "model"),
        ({"model": ""}, "model", None, "model"),
        ({"model": "  "}, "model", None, "model"),
        ({"model": 3}, "model", None, "model"),
        ({"model": ["a"]}, "model", None, "model"),
        ({"residency": "Germany"}, "residency", "de", "Germany"),
        ({"residency": "frankfurt"}, "residency", "europe-west3", "frankfurt"),
        ({"residency": []}, "residency", None, "empty"),
        ({"residency": ""}, "residency", None, "empty"),
        ({"residency": None}, "residency", None, ""),
        ({"residency": "global"}, "residency", "any", "any"),
        ({"residency": {"within": "mars"}}, "residency.within", None, "mars"),
        ({"residency": {"excluding": "de"}}, "residency.within", None, "within"),
        ({"residency": {"within": "eu", "wihtout": "de"}}, "residency.wihtout", None, "wihtout"),
        ({"residency": {"within": "eu", "exluding": 1}}, "residency.exluding", "excluding", "key"),
        (
            {"residency": {"within": "eu", "guarantee": "ml-procesing"}},
            "residency.guarantee",
            "ml-processing",
            "guarantee",
        ),
        (
            {"residency": {"within": "any", "guarantee": "ml-processing"}},
            "residency.guarantee",
            None,
            "area",
        ),
        ({"residency": {"within": "de", "excluding": "eu"}}, "residency.excluding", None, "de"),
        ({"needs": ["singing"]}, "needs[0]", None, "singing"),
        ({"needs": ["tuning", "caching"]}, "needs[1]", "context-caching", "caching"),
        ({"needs": "fine-tuning"}, "needs", "tuning", "fine-tuning"),
        ({"needs": "context_caching"}, "needs", "context-caching", "context_caching"),
        ({"needs": 3}, "needs", None, "list"),
        ({"needs": {"tuning": True}}, "needs", None, "list"),
        ({"needs": [1]}, "needs", None, "list"),
        ({"location": "europe-west-4"}, "location", "europe-west4", "europe-west-4"),
        ({"location": "frankfurt"}, "location", "europe-west3", "frankfurt"),
        ({"location": ["europe-west4"]}, "location", None, "location"),
        ({"location": "mars"}, "location", None, "mars"),
        ({"location": ""}, "location", None, ""),
        ({"prefer": ["europe-west4", "frankfrt"]}, "prefer[1]", "europe-west3", "frankfrt"),
        ({"prefer": "tokyo"}, "prefer", "asia-northeast1", "tokyo"),
        ({"prefer": 1}, "prefer", None, "list"),
        ({"priorUsage": "perhaps"}, "priorUsage", None, "perhaps"),
        ({"priorUsage": "yes"}, "priorUsage", "true", "true or false"),
        ({"priorUsage": []}, "priorUsage", None, "true or false"),
        ({"allowPreview": 3}, "allowPreview", None, "true or false"),
        ({"allowPreview": 0}, "allowPreview", "false", "true or false"),
        ({"callers": []}, "callers", None, "empty"),
        ({"callers": "a@b.example"}, "callers", "user:a@b.example", "IAM member"),
        ({"callers": ["user:a@b.example", "allUsers"]}, "callers[1]", None, "everybody"),
        ({"callers": "allAuthenticatedUsers"}, "callers", None, "everybody"),
        (
            {"callers": "x@y.iam.gserviceaccount.com"},
            "callers",
            "serviceAccount:x@y.iam.gserviceaccount.com",
            "IAM member",
        ),
        ({"callers": ["user:"]}, "callers[0]", None, "IAM member"),
        ({"callers": ["users:a@b.example"]}, "callers[0]", None, "IAM member"),
        ({"callers": ["deleted:user:a@b.example"]}, "callers[0]", None, "IAM member"),
        ({"callers": 1}, "callers", None, "list"),
        ({"modle": "x"}, "modle", "model", "modle"),
        ({"prior_usage": True}, "prior_usage", "priorUsage", "prior_usage"),
        ({"allow-preview": True}, "allow-preview", "allowPreview", "allow-preview"),
        ({"Model": "x"}, "Model", "model", "Model"),
        ({"snapshot": "2025-05-12"}, "snapshot", None, "unknown key"),
        ({"xyzzy": 1}, "xyzzy", None, "unknown key"),
    ],
)
def test_a_mistake_in_a_deployment_is_said_under_its_path(
    keys: dict[str, object], path: str, suggestion: str | None, words: str
):
    found = chat(keys)
    assert list(found) == [path]
    assert words in found[path].message
    if suggestion is not None:
        assert suggestion in found[path].suggestions


@pytest.mark.parametrize(
    ("keys", "path", "suggestion"),
    [
        ({"snapshot": "2020-01-01"}, "snapshot", newest()),
        ({"snapshot": "today"}, "snapshot", newest()),
        ({"snapshot": ["2025-05-12"]}, "snapshot", None),
        ({"snapshot": "2025-05-12 10:00:00 +0000 UTC"}, "snapshot", "2025-05-12"),
        ({"residency": "Germany"}, "residency", "de"),
        ({"residency": {"within": "de", "excluding": "de"}}, "residency.excluding", None),
        ({"residency": []}, "residency", None),
        ({"allowPreview": "perhaps"}, "allowPreview", None),
        ({"allowPreview": "yess"}, "allowPreview", "true"),
        ({"callers": []}, "callers", None),
        ({"callers": "nobody"}, "callers", None),
        ({"deployment": {}}, "deployment", "deployments"),
        ({"residancy": "eu"}, "residancy", "residency"),
        ({"priorUsage": "true"}, "priorUsage", None),
        ({"location": "eu"}, "location", None),
        ({"gcp_project": "Acme"}, "gcp:project", None),
        ({"gcp_project": "acme"}, "gcp:project", None),
        ({"gcp_project": "acme-dev-"}, "gcp:project", None),
        ({"gcp_project": "a" * 31}, "gcp:project", None),
        ({"gcp_project": "123456789"}, "gcp:project", None),
        ({"gcp_project": "acme-dev\n"}, "gcp:project", None),
    ],
)
def test_a_mistake_of_the_whole_stack_is_said_under_its_path(
    keys: dict[str, object], path: str, suggestion: str | None
):
    found = mistakes(stack(**keys))
    full = path if path.startswith("gcp:") else KEY + path
    assert list(found) == [full]
    if suggestion is not None:
        assert suggestion in found[full].suggestions


@pytest.mark.parametrize(
    ("deployments", "path"),
    [
        ({}, "deployments"),
        ("", "deployments"),
        ([], "deployments"),
        ([{"model": "m"}], "deployments"),
        ("chat", "deployments"),
        ("{chat", "deployments"),
        (3, "deployments"),
        ({"chat": None}, "deployments.chat"),
        ({"chat": "gemini-2.0-flash-001"}, "deployments.chat"),
        ({"chat": ["m"]}, "deployments.chat"),
        ({"chat": {}}, "deployments.chat.model"),
        ({"Chat": {"model": "m"}}, "deployments.Chat"),
        ({"1chat": {"model": "m"}}, "deployments.1chat"),
        ({"-": {"model": "m"}}, "deployments.-"),
        ({"": {"model": "m"}}, "deployments."),
        ({"a_b": {"model": "m"}}, "deployments.a_b"),
        ({"a" * 41: {"model": "m"}}, "deployments." + "a" * 41),
        ({"chät": {"model": "m"}}, "deployments.chät"),
        ({"chat\n": {"model": "m"}}, "deployments.chat\n"),
    ],
)
def test_deployments_of_another_shape_or_name_are_bad_input(deployments: object, path: str):
    assert list(mistakes(stack(deployments))) == [KEY + path]


def test_a_stack_without_deployments_is_bad_input():
    values = stack()
    del values[KEY + "deployments"]
    assert list(mistakes(values)) == [KEY + "deployments"]


@pytest.mark.parametrize(
    ("name", "suggestion"), [("Chat", "chat"), ("a_b", "a-b"), ("Chat Bot", "chat-bot")]
)
def test_an_invalid_name_is_answered_with_a_valid_one(name: str, suggestion: str):
    found = mistakes(stack({name: {"model": "m"}}))
    assert found[f"{KEY}deployments.{name}"].suggestions == (suggestion,)


def test_no_residency_anywhere_is_bad_input_for_each_deployment_without_one():
    values = stack(
        {"a": {"model": "m"}, "b": {"model": "m", "residency": "de"}, "c": {"model": "m"}},
        residency=None,
    )
    found = mistakes(values)
    assert list(found) == [f"{KEY}deployments.a.residency", f"{KEY}deployments.c.residency"]
    assert all("any" in problem.message for problem in found.values())


def test_all_mistakes_are_reported_at_once():
    values = stack(
        {
            "Chat": {"model": "", "needs": ["x", "tuning", "y"], "colour": 1},
            "ok": {"model": "m"},
            "search": "m",
            "other": {"residency": {"within": "mars", "guarantee": "z"}, "location": "venus"},
        },
        snapshot="1999-01-01",
        residency="atlantis",
        allowPreview="perhaps",
        callers="nobody",
        modle="x",
        gcp_project="A",
    )
    assert set(mistakes(values)) == {
        "gcp:project",
        KEY + "snapshot",
        KEY + "residency",
        KEY + "allowPreview",
        KEY + "callers",
        KEY + "modle",
        KEY + "deployments.Chat",
        KEY + "deployments.Chat.model",
        KEY + "deployments.Chat.needs[0]",
        KEY + "deployments.Chat.needs[2]",
        KEY + "deployments.Chat.colour",
        KEY + "deployments.search",
        KEY + "deployments.other.model",
        KEY + "deployments.other.residency.within",
        KEY + "deployments.other.residency.guarantee",
        KEY + "deployments.other.location",
    }


def test_an_unknown_key_is_said_with_all_keys_that_there_are():
    of_stack = mistakes(stack(xyzzy="1"))[KEY + "xyzzy"].message
    of_deployment = chat({"xyzzy": 1})["xyzzy"].message
    assert all(
        key in of_stack
        for key in ("allowPreview", "callers", "deployments", "residency", "snapshot")
    )
    keys = ("allowPreview", "callers", "location", "model")
    more = ("needs", "prefer", "priorUsage", "residency")
    assert all(key in of_deployment for key in (*keys, *more))


def test_a_message_is_one_line_in_a_persons_words():
    values = stack({"chat": {"model": 3, "needs": 3, "priorUsage": 3, "callers": 3}}, snapshot="x")
    for problem in mistakes(values).values():
        assert "\n" not in str(problem)
        assert "pydantic" not in str(problem)
        assert "Input should" not in str(problem)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.just("eu"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "model",
                    "residency",
                    "within",
                    "excluding",
                    "guarantee",
                    "needs",
                    "location",
                    "prefer",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
keys_of_a_stack = st.sampled_from(
    ["snapshot", "residency", "allowPreview", "callers", "deployments", "gcp_project", "x"]
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(keys_of_a_stack, json_values, max_size=5), json_values)
def test_anything_is_a_configuration_or_bad_input(keys: dict[str, object], chat_keys: object):
    deployments = keys.pop("deployments", {"chat": chat_keys})
    values = stack(deployments, **keys)
    try:
        deployment_names = {one.name for one in parse_stack(values).deployments}
    except BadInput as error:
        assert error.problems  # noqa: PT017 - or there are deployments
        return
    assert deployment_names


def test_a_component_reads_its_arguments_as_a_stack_reads_its_deployments():
    keys: dict[str, object] = {
        "model": "m",
        "residency": {"within": ["eu"]},
        "prior_usage": True,
        "allow_preview": None,
    }
    keys |= {"snapshot": "2025-05-12", "as_of": "2025-06-01", "retirement_warning": 30}
    found = parse_deployment("chat", keys, "europe-west4")
    request = Request("m", EU, prior_usage=True, region="europe-west4", retirement_warning=30)
    own = inheriting({"model": "m", "residency": "eu", "priorUsage": True, "allowPreview": True})
    assert found == ("2025-05-12", Deployment("chat", request, own), dt.date(2025, 6, 1))


def test_a_request_has_the_keys_of_its_deployment_in_the_same_types():
    keys, request = (get_type_hints(shape) for shape in (DeploymentKeys, Request))
    shared = request.keys() & keys.keys()
    assert shared == keys.keys() - {"callers", "service_account_users", "workload_identity_users"}
    # A residency as it is written may leave its guarantee to the stack.
    assert (keys["residency"], request["residency"]) == (OwnResidency | None, Residency)
    shared = shared - {"residency"}
    inherited = get_type_hints(StackKeys).keys() & shared
    assert {name: request[name] for name in shared - inherited} == {
        name: keys[name] for name in shared - inherited
    }
    assert {name: request[name] | None for name in inherited} == {
        name: keys[name] for name in inherited
    }


def test_the_mistakes_in_a_components_arguments_are_reported_at_once():
    keys: dict[str, object] = {"modle": "m", "needs": ["x"], "snapshot": "1999-01-01"}
    with pytest.raises(BadInput) as caught:
        parse_deployment("chat", keys, None)
    assert {problem.path for problem in caught.value.problems} == {
        "chat.modle",
        "chat.model",
        "chat.needs[0]",
        "chat.snapshot",
        "chat.residency",
    }


@pytest.mark.parametrize(
    "namespace",
    [
        "Vertex-Residency",
        "vertexresidency",
        "vertex_residency",
        "vertex-residecny",
        "vertex-residenc",
        "vertx-residency",
        "vertex-residence",
        "vertex-residencies",
        "vertex",
        "residency",
        "vertex-res",
    ],
)
def test_a_misspelt_namespace_is_answered_with_the_right_one(namespace: str):
    values = {**stack(), f"{namespace}:residency": "de"}
    with pytest.raises(BadInput) as caught:
        parse_stack(values)
    [problem] = caught.value.problems
    assert problem.suggestions == ("vertex-residency:residency",)


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        ("gcp:projekt", "gcp:project"),
        ("gcp:Project", "gcp:project"),
        ("gcp:projects", "gcp:project"),
        ("gcp:regoin", "gcp:region"),
        ("gcp:userProjectOveride", "gcp:userProjectOverride"),
        ("gcp:billing_project", "gcp:billingProject"),
        ("gpc:project", "gcp:project"),
        ("gcpp:region", "gcp:region"),
    ],
)
def test_a_misspelt_key_of_google_is_answered_with_the_right_one(key: str, suggestion: str):
    [problem] = mistakes(stack() | {key: "acme-dev"}).values()
    assert (problem.path, problem.suggestions[:1]) == (key, (suggestion,))


@pytest.mark.parametrize(
    "key",
    [
        "gcp:zone",
        "gcp:computeCustomEndpoint",
        "gcp:somethingNew",
        "aws:region",
        "google-native:project",
        "vertex:model",
        "vertex-ai:deployments",
        "pulumi:tags",
        "other:guardrails",
        "team-b:colour",
    ],
)
def test_a_key_of_another_program_is_no_misspelling(key: str):
    assert parse_stack(stack() | {key: "x"}, project_name="team-b")


@pytest.mark.parametrize("name", ["guardrails", "vertex-residency.protect"])
def test_a_key_of_ours_in_the_namespace_of_another_project_is_bad_input(name: str):
    with pytest.raises(BadInput) as caught:
        parse_stack(stack() | {f"team-b:{name}": "on"}, project_name="team-b")
    [problem] = caught.value.problems
    assert problem.suggestions == (KEY + name.removeprefix("vertex-residency."),)


@pytest.mark.parametrize("key", ["needs", "callers", "prefer", "residency"])
def test_an_empty_word_of_a_list_is_bad_input(key: str):
    with pytest.raises(BadInput, match="expected a"):
        one({key: ["", "tuning"]})


def test_a_list_in_quotes_is_one_mistake_that_says_what_to_write():
    with pytest.raises(BadInput) as caught:
        one({"residency": '["eu","us"]'})
    [problem] = caught.value.problems
    assert problem.suggestions == ("eu,us",)


def test_mistakes_are_told_in_one_order_whatever_the_order_of_the_keys() -> None:
    values = {
        "vertex-residecny:guardrails": "on",
        "VERTEX-RESIDENCY:protect": "on",
        "gcp:projekt": "acme",
        "gcp:regoin": "europe-west4",
        **stack(protekt="on", publsh="secrets", caching="perhaps", callers=["nobody", "anybody"]),
    }
    told: list[list[str]] = []
    for ordered in (values, dict(reversed(values.items())), dict(sorted(values.items()))):
        with pytest.raises(BadInput) as raised:
            parse_stack(ordered)
        told.append([str(problem) for problem in raised.value.problems])
    assert len(told[0]) >= 8
    assert told[0] == told[1] == told[2]


def test_a_map_is_handed_over_by_its_keys_as_the_engine_does() -> None:
    value = {"b": {"d": [2, 1], "c": None}, "a": True}
    assert as_text(value) == '{"a": true, "b": {"c": null, "d": [2, 1]}}'
