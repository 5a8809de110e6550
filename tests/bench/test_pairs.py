"""What ours and LiteLLM are asked."""

from __future__ import annotations

from availability.facts.library import load, newest
from availability.facts.names import all_models
from availability.placement.place import place
from availability.placement.request import Placement
from bench.pairs import names, pair_requests, pairs
from bench.requests import TODAY


def test_the_pairs_are_the_live_models_in_every_location():
    snapshot = load(newest())
    found = [*pairs(snapshot)]
    models = {named.id for named, _ in found}
    assert len(found) == len(models) * len(snapshot.locations) > 2_000
    retired = {named.id for named in all_models(snapshot) if named.is_retired(TODAY)}
    assert retired
    assert not models & retired


def test_a_placement_is_in_the_location_that_is_asked_for():
    snapshot = load(newest())
    asked = [*zip(pairs(snapshot), pair_requests(snapshot), strict=True)][::7]
    for (named, location), request in asked:
        result = place(request, snapshot, TODAY)
        if isinstance(result, Placement):
            assert result.location == location
            assert location in named.entry.served


def test_litellm_may_know_a_model_with_its_publisher_and_without():
    named = next(one for one in all_models(load(newest())) if one.entry.publisher == "qwen")
    assert names(named)[0] == named.id
    assert f"qwen/{named.id}" in names(named)
