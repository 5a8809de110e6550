"""Every member of a closed vocabulary is served wherever the vocabulary is."""

from __future__ import annotations

import re

import pytest

from availability.cloud.guardrails.decide import NEED_SERVICES
from availability.cloud.permissions import PREDICT, caller_permissions
from availability.cloud.service_agents import AGENTS
from availability.cloud.services import SERVICES, Feature
from availability.explanation.alternatives.single import KINDS, Kind
from availability.explanation.rules.said import what_is_waived
from availability.facts.controls import FEATURES
from availability.facts.library import load, snapshot_ids
from availability.facts.needs import Need
from availability.facts.snapshot import Call, Citation, Commitment, ContextSize, Family
from availability.placement.endpoints import FORMS
from availability.placement.place import place
from availability.placement.request import Request
from availability.placement.rules import OF_LOCATIONS, OF_MODEL, WAIVABLE, Rule
from availability.placement.warnings import WarningId
from availability.places.areas import ADEQUACY_TERMS, AREA_TERMS, REST_OF, excluded_area, term_area
from availability.places.geography import distance, places, regions
from availability.places.residency import Guarantee, Residency
from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.review.changes import ChangeKind
from availability.stack.shape import names_of


def test_every_family_does_one_kind_of_work_and_every_kind_is_done():
    assert set(KINDS) == set(Family)
    assert set(KINDS.values()) == set(Kind)


OF_THEIR_OWN = {Need.TUNING, Need.BATCH_PREDICTION, Need.CONTEXT_CACHING, Need.RAG_CORPUS}
"""The needs that take calls besides those to the model. All others are part of these."""


def test_every_need_with_calls_of_its_own_has_permissions_and_predict_has_too():
    assert set(caller_permissions()) == {*OF_THEIR_OWN, PREDICT}
    assert {*NEED_SERVICES, *AGENTS, *FEATURES} <= OF_THEIR_OWN
    assert all(
        permission.startswith("aiplatform.")
        for permissions in caller_permissions().values()
        for permission in permissions
    )
    assert caller_permissions()[PREDICT] == ("aiplatform.endpoints.predict",)


def test_the_rules_are_those_of_the_design():
    assert [rule.value for rule in Rule] == [
        "unknown-model",
        "unknown-location",
        "legacy",
        "retired",
        "preview",
        "capability",
        "not-served",
        "residency",
        "ml-processing",
        "data-sharing",
        "controls",
        "pinned",
        "colocation",
    ]
    assert [one.value for one in Guarantee] == ["endpoint", "ml-processing"]


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_location_of_a_snapshot_is_a_known_place(name: str):
    assert load(name).location_ids <= set(places())


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_region_of_a_snapshot_has_coordinates(name: str):
    inside = load(name).location_ids & set(regions())
    assert all(distance(one, one) == 0 for one in inside)


def test_every_multi_region_is_a_jurisdiction_with_a_rest():
    assert {code for code, place in places().items() if place.kind == "multi-region"} == set(
        REST_OF
    )


def test_every_way_to_call_a_model_has_a_form_or_a_reason_why_there_is_none():
    assert set(FORMS) == set(Call)


def test_every_feature_has_its_service():
    assert set(SERVICES) == set(Feature)


@pytest.mark.parametrize("term", [*AREA_TERMS, *ADEQUACY_TERMS])
def test_every_area_holds_something_and_goes_when_it_is_excluded(term: str):
    assert term_area(term)
    assert term_area(term) <= excluded_area(term)


@pytest.mark.parametrize("member", [*Rule, *WarningId])
def test_every_rule_and_every_warning_has_its_meaning_in_a_sentence(member: Rule | WarningId):
    assert re.fullmatch(r"[A-Z][^.]*\.", member.meaning)


@pytest.mark.parametrize("warning", WarningId)
def test_every_warning_is_about_a_key_of_the_stack(warning: WarningId):
    namespace, _, name = warning.key.partition(":")
    known = names_of(StackKeys) if namespace == "vertex-residency" else ("project", "region")
    assert name in known


@pytest.mark.parametrize("member", [*Rule, *ChangeKind])
def test_a_rule_and_a_kind_of_change_is_about_keys_of_a_deployment(member: Rule | ChangeKind):
    assert {*member.keys} <= {*names_of(DeploymentKeys), "residency.guarantee"}
    assert member.keys or isinstance(member, ChangeKind)


def test_every_rule_that_does_not_speak_of_other_locations_alone_has_its_place_among_the_deciding():
    assert {*Rule} - {*OF_MODEL, *OF_LOCATIONS} == {Rule.NOT_SERVED, Rule.PINNED}


def test_the_rules_decide_in_the_order_of_their_ranks_which_no_two_share():
    assert OF_MODEL == (
        Rule.UNKNOWN_MODEL,
        Rule.RETIRED,
        Rule.UNKNOWN_LOCATION,
        Rule.LEGACY,
        Rule.CAPABILITY,
        Rule.CONTROLS,
        Rule.DATA_SHARING,
        Rule.PREVIEW,
    )
    assert OF_LOCATIONS == (
        Rule.RESIDENCY,
        Rule.CAPABILITY,
        Rule.ML_PROCESSING,
        Rule.CONTROLS,
        Rule.PREVIEW,
        Rule.COLOCATION,
    )
    for ranks in (
        [rule.model_rank for rule in OF_MODEL],
        [rule.location_rank for rule in OF_LOCATIONS],
        [rule.waiver_rank for rule in WAIVABLE],
    ):
        assert len({*ranks}) == len(ranks)


def test_only_rules_about_the_model_can_be_accepted():
    about_places = {
        Rule.NOT_SERVED,
        Rule.RESIDENCY,
        Rule.ML_PROCESSING,
        Rule.PINNED,
        Rule.COLOCATION,
    }
    assert not about_places & {*WAIVABLE}


@pytest.mark.parametrize("rule", Rule)
def test_exactly_a_rule_that_a_person_may_accept_has_words_for_what_is_waived(rule: Rule):
    snapshot = load("2025-05-12")
    request = Request("gemini-2.0-flash-001", Residency(("eu",)))
    placed = place(request, snapshot, snapshot.date)
    assert placed.named
    try:
        words = what_is_waived(placed, placed.named, rule, snapshot)
    except ValueError:
        words = ""
    assert bool(words) is (rule in WAIVABLE)


@pytest.mark.parametrize("size", [*ContextSize, None])
def test_only_a_commitment_for_the_largest_size_covers_every_size(size: ContextSize | None):
    cite = Citation(source="page")
    largest = [*ContextSize][-1]
    covering = [
        limit for limit in ContextSize if Commitment(area="eu", up_to=limit, cite=cite).covers(size)
    ]
    assert covering == [*ContextSize][[*ContextSize].index(size or largest) :]
