"""Pulumi.yaml and the reference page say what the declarations of the keys say."""

from __future__ import annotations

import pytest

from availability.stack.keys import DeploymentKeys, StackKeys, WaiverKeys
from availability.stack.project_file import read_project_file
from availability.stack.reference import page, project_file, rules_page
from availability.stack.shape import Form, InProject, Keys
from tests.paths import ROOT


def test_the_committed_project_is_the_one_that_the_keys_make() -> None:
    committed = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    assert project_file(committed) == committed


def test_the_committed_reference_page_is_the_one_that_the_keys_make() -> None:
    assert page() == (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_the_committed_page_of_rules_is_the_one_that_the_tables_make() -> None:
    assert rules_page() == (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_the_project_has_the_value_of_every_key_that_is_marked() -> None:
    marked = {
        f"vertex-residency:{field.alias}": mark.value
        for field in StackKeys.model_fields.values()
        for mark in field.metadata
        if isinstance(mark, InProject)
    }
    assert read_project_file(ROOT / "Pulumi.yaml").values == marked


def test_the_value_of_the_project_says_the_same_as_leaving_the_key_out() -> None:
    marked = {
        name: (field, mark.value)
        for name, field in StackKeys.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, InProject) and name != "snapshot"
    }
    given = StackKeys.model_validate({field.alias: value for field, value in marked.values()})
    left_out = StackKeys.model_validate({})
    assert {name: getattr(given, name) for name in marked} == {
        name: getattr(left_out, name) for name in marked
    }


@pytest.mark.parametrize("shape", [StackKeys, DeploymentKeys, WaiverKeys])
def test_every_key_says_what_it_is_for_and_what_may_be_written(shape: type[Keys]) -> None:
    for name, field in shape.model_fields.items():
        assert field.description, name
        assert len([mark for mark in field.metadata if isinstance(mark, Form)]) == 1, name


def test_all_before_the_keys_of_the_project_stays() -> None:
    committed = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
    head = committed.partition("config:\n")[0]
    assert project_file(f"{head}config:\n  a: b\n") == committed
