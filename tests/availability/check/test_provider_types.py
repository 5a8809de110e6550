"""The table of the provider's resources is complete, and right, by the installed `pulumi_gcp`."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from availability.check.provider_types import Group, Unset, resource_types, type_of
from tests.availability.check.installed_provider import (
    Declared,
    declared,
    has_resource,
    nested_inputs,
)

OF_VERTEX_AI = ("vertex", "vectorsearch", "colab")
"""The modules whose every resource is one of Vertex AI."""
BESIDE = ("secretmanager", "parametermanager", "storage", "bigquery")
"""The modules of which those with a place are in the table."""
PLACE = re.compile("location|region|replic")

TABLE = {row.pulumi: row for row in resource_types()}


def has_place(resource: Declared) -> bool:
    return any(PLACE.search(name) for name in resource.inputs)


@pytest.mark.parametrize("module", OF_VERTEX_AI)
def test_every_resource_of_vertex_ai_is_in_the_table(module: str):
    resources = declared(module)
    assert len(resources) > 2
    assert {one.token for one in resources} <= set(TABLE)


@pytest.mark.parametrize("module", BESIDE)
def test_every_resource_beside_it_that_has_a_place_is_in_the_table(module: str):
    resources = [one for one in declared(module) if has_place(one)]
    assert resources
    assert {one.token for one in resources} <= set(TABLE)


def test_every_row_is_a_resource_of_the_provider():
    assert [token for token in TABLE if not has_resource(token)] == []


@pytest.mark.parametrize("module", [*OF_VERTEX_AI, *BESIDE])
def test_every_row_has_inputs_of_its_resource(module: str):
    own = {one.token: one for one in declared(module)}
    rows = [row for token, row in TABLE.items() if token.startswith(f"gcp:{module}/")]
    assert rows
    for row in rows:
        inputs = own[row.pulumi].inputs
        for key in (*row.place, *filter(None, [row.name])):
            first, *nested = key.split(".")
            assert first in inputs, row.pulumi
            assert all(f"def {name}(" in nested_inputs(module) for name in nested), row.pulumi


@pytest.mark.parametrize("module", OF_VERTEX_AI)
def test_a_resource_of_vertex_ai_has_all_inputs_in_its_row_that_say_a_place(module: str):
    for resource in declared(module):
        said = {name for name in resource.inputs if PLACE.search(name)}
        assert set(TABLE[resource.token].place) == said


def test_a_row_has_a_place_or_says_why_not():
    for row in resource_types():
        assert bool(row.place) != bool(row.why), row.terraform
        assert row.place or row.unset is Unset.REQUIRED


def test_each_spelling_stands_once():
    spellings = Counter(name for row in resource_types() for name in (row.terraform, row.pulumi))
    assert [name for name, count in spellings.items() if count > 1] == []


def test_both_spellings_are_the_same_type():
    for row in resource_types():
        assert type_of(row.terraform) is type_of(row.pulumi) is row


@pytest.mark.parametrize(
    "name", ["google_vertex_ai_time_machine", "gcp:vertex/aiTimeMachine:AiTimeMachine"]
)
def test_a_type_of_a_newer_provider_is_checked_by_its_location_and_region(name: str):
    known = type_of(name)
    assert (known.group, known.place) == (Group.VERTEX_AI, ("location", "region"))


def test_of_another_type_nothing_but_its_texts_is_known():
    assert type_of("google_compute_instance").group is Group.OTHER
