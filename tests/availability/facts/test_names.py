"""The names that a model is known by, and what an answer says of those that are gone."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from availability.explanation.answers import answer
from availability.facts import names
from availability.facts.library import load
from availability.facts.names import UnknownModel, all_models, near_models, resolve_model
from availability.placement.endpoints import model_resource
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.places.residency import Residency
from tests.availability.cli_runs import run

SNAPSHOT, DAY = "2026-11-12", dt.date(2026, 11, 27)
EU = Residency.parse("eu")

# Google's "Request predictions with Claude models", as stored copies of 2025 have it.
LISTED = {
    "claude-opus-4-5@20251101": "claude-opus-4-5",
    "claude-opus-4-1@20250805": "claude-opus-4-1",
    "claude-opus-4@20250514": "claude-opus-4",
    "claude-sonnet-4-5@20250929": "claude-sonnet-4-5",
    "claude-sonnet-4@20250514": "claude-sonnet-4",
    "claude-3-7-sonnet@20250219": "claude-3-7-sonnet",
    "claude-3-5-sonnet-v2@20241022": "claude-3-5-sonnet-v2",
    "claude-haiku-4-5@20251001": "claude-haiku-4-5",
    "claude-3-5-haiku@20241022": "claude-3-5-haiku",
    "claude-3-5-sonnet@20240620": "claude-3-5-sonnet",
    "claude-3-opus@20240229": "claude-3-opus",
    "claude-3-haiku@20240307": "claude-3-haiku",
}
# Id -> (the day of its shutdown, what its card names in its place).
GONE = {
    "gemini-3-pro-preview": ("2026-03-26", "gemini-3.1-pro-preview"),
    "gemini-2.5-flash-preview-09-2025": ("2026-07-09", "gemini-2.5-flash"),
    "gemini-2.5-flash-lite-preview-09-2025": ("2026-07-09", "gemini-2.5-flash-lite"),
    "gemini-3.1-flash-lite-preview": ("2026-07-09", "gemini-3.1-flash-lite"),
    "gemini-live-2.5-flash-preview-native-audio-09-2025": (
        "2026-03-19",
        "gemini-live-2.5-flash-native-audio",
    ),
    "gemini-3.1-flash-image-preview": ("2026-07-17", "gemini-3.1-flash-image"),
    "gemini-3-pro-image-preview": ("2026-07-17", "gemini-3-pro-image"),
    "veo-2.0-generate-exp": ("2026-04-02", "veo-2.0-generate-001"),
    "veo-2.0-generate-preview": ("2026-04-02", "veo-2.0-generate-001"),
}
FORMS = (
    "{model}",
    "{publisher}/{model}",
    "models/{model}",
    "publishers/{publisher}/models/{model}",
    "projects/acme/publishers/{publisher}/models/{model}",
    "projects/acme/locations/eu/publishers/{publisher}/models/{model}",
    "//aiplatform.googleapis.com/projects/1/locations/eu/publishers/{publisher}/models/{model}",
    "vertex_ai/{model}",
    "vertex_ai/{publisher}/{model}",
    "vertex_ai_beta/{model}",
    "vertexai/{model}",
    "google-vertex/{model}",
    "google-vertex-anthropic/{model}",
    "google-vertex:{model}",
    "google_vertexai:{model}",
    "vertex:{model}",
)


@pytest.mark.parametrize(("name", "model"), LISTED.items())
def test_an_id_with_a_day_that_google_listed_is_the_model(name: str, model: str):
    assert resolve_model(name, load(SNAPSHOT)).id == model
    assert resolve_model(f"anthropic/{name}", load(SNAPSHOT)).id == model


@pytest.mark.parametrize(("name", "model"), LISTED.items())
def test_an_id_with_another_day_is_unknown_and_comes_near_the_model(name: str, model: str):
    other = f"{name[:-2]}99"
    with pytest.raises(UnknownModel):
        resolve_model(other, load(SNAPSHOT))
    assert near_models(other, load(SNAPSHOT))[0].id == model


@pytest.mark.parametrize("form", FORMS)
def test_every_model_is_known_by_what_clients_and_resources_write(form: str):
    snapshot = load(SNAPSHOT)
    for named in all_models(snapshot):
        name = form.format(publisher=named.entry.publisher, model=named.id)
        assert resolve_model(name, snapshot) == named
        assert resolve_model(f" {name.upper()}\n", snapshot) == named
        assert resolve_model(name.replace("-", "\u2011"), snapshot) == named


def test_what_an_answer_prints_as_the_resource_is_a_name_of_its_model():
    snapshot = load(SNAPSHOT)
    for named, location in itertools.product(all_models(snapshot), ("eu", "global", "us-east5")):
        resource = model_resource(named, location, "acme-dev")
        assert resolve_model(resource, snapshot) == named


@pytest.mark.parametrize(
    "name",
    [
        "gemini/gemini-3.8-flash",
        "anthropic/gemini-3.8-flash",
        "projects/acme/models/gemini-3.8-flash",
        "models/google/gemini-3.8-flash",
        "publishers/anthropic/models/gemini-3.8-flash",
        "vertex_ai/vertex_ai/gemini-3.8-flash",
        "gemini-3.8-flash-latest",
        "gemini-3.8-flash@default",
    ],
)
def test_a_name_that_says_something_else_is_unknown(name: str):
    with pytest.raises(UnknownModel):
        resolve_model(name, load(SNAPSHOT))
    assert near_models(name, load(SNAPSHOT))[0].id == "gemini-3.8-flash"


@pytest.mark.parametrize(("location", "warned"), [("us-central1", True), ("eu", False)])
def test_a_location_in_a_name_pins_nothing_and_is_warned_about(location: str, warned: bool):
    name = f"projects/acme/locations/{location}/publishers/google/models/gemini-3.8-flash"
    said = answer(Request(name, EU), load(SNAPSHOT), DAY)
    assert isinstance(said.result, Placement)
    assert said.result.location == "eu"
    texts = [each.text for each in said.warnings if each.id is WarningId.LOCATION_IN_NAME]
    assert len(texts) == warned
    assert all("'us-central1', which pins nothing: it is placed in eu" in text for text in texts)


@pytest.mark.parametrize(("name", "gone"), GONE.items())
def test_a_model_that_is_gone_is_retired_and_says_since_when_and_what_replaces_it(
    name: str, gone: tuple[str, str]
):
    day, successor = gone
    said = answer(Request(name, EU), load(SNAPSHOT), DAY)
    assert isinstance(said.result, Refusal)
    assert Rule.RETIRED in said.result.model_rules
    assert Rule.UNKNOWN_MODEL not in said.result.model_rules
    done = run("resolve", name, "--residency=eu", f"--snapshot={SNAPSHOT}", f"--as-of={DAY}")
    printed = " ".join(f"{done.out} {done.err}".split())
    assert re.search(rf"is shut down (?:after|since) {day}", printed)
    assert f"Its source names {successor} in its place" in printed


def test_the_older_snapshots_are_as_they_were():
    for snapshot, name in itertools.product(("2025-05-12", "2026-10-10"), GONE.keys()):
        if name in ("gemini-3-pro-preview", "veo-2.0-generate-exp"):
            with pytest.raises(UnknownModel):
                resolve_model(name, load(snapshot))


def test_an_unknown_model_is_answered_as_one():
    done = run("resolve", "gemini-3.8", "--residency=eu", "--json", f"--snapshot={SNAPSHOT}")
    assert [reason["rule"] for reason in done.document["refusal"]["reasons"]] == ["unknown-model"]


Scored = list[tuple[float, int, tuple[str, ...]]]


def every_spelling_compared(typed: tuple[str, ...], spelt: names._Spelt) -> Scored:
    """What `names._likest` answers, from the parts of every spelling, the hopeless ones too."""
    numbered = any(part.isdigit() for part in typed)
    known = [
        tuple(part for part in names._parts(line) if numbered or not part.isdigit())
        for line in spelt.lines
    ]
    like = names._alike(typed, frozenset(itertools.chain.from_iterable(known)))
    scored = [(names._tokens(typed, parts, like), at, parts) for at, parts in enumerate(known)]
    few = [one for one in scored if one[0] > names._FEW]
    return sorted(few, key=lambda one: -one[0])[: names._COMPARED]


def misspelt() -> list[str]:
    """Names with a letter left out, two letters changed, no signs, no numbers, or half of them."""
    found: list[str] = []
    for number, named in enumerate(all_models(load(SNAPSHOT))[::4]):
        at = number % len(named.id)
        found += [
            named.id[:at] + named.id[at + 1 :],
            named.id[:at] + named.id[at:][:2][::-1] + named.id[at + 2 :],
            re.sub(r"[-.@]", "", named.id),
            re.sub(r"\d+", "", named.entry.name),
            named.id[: max(4, len(named.id) // 2)],
        ]
    return found


def test_no_spelling_that_is_left_out_would_have_come_near(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    snapshot, tried = load(SNAPSHOT), misspelt()
    quick = [near_models(name, snapshot) for name in tried]
    monkeypatch.setattr(names, "_likest", every_spelling_compared)
    assert [near_models(name, snapshot) for name in tried] == quick
    assert sum(map(bool, quick)) > len(quick) / 2
