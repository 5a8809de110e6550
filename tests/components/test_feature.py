"""Every key that asks for a component names its module, and every such module is named by a key."""

from __future__ import annotations

from collections import Counter
from importlib import import_module

import pytest

from availability.stack.keys import StackKeys
from availability.stack.shape import registered_by
from components.feature import StackFeature
from components.stack import FEATURES
from tests.paths import ROOT

OF_NO_KEY = {"project"}
"""The component of what every stack needs, whatever its keys."""
NO_COMPONENT = {"__init__", "__main__", "conclusion", "feature", "program", "stack"}
MODULES = {path.stem for path in (ROOT / "components").glob("*.py")} - NO_COMPONENT


def test_every_component_is_that_of_one_key() -> None:
    assert Counter(registered_by(StackKeys).values()) == Counter(MODULES - OF_NO_KEY)


@pytest.mark.parametrize("name", sorted(MODULES - OF_NO_KEY))
def test_a_component_that_a_key_asks_for_says_how_it_is_registered(name: str) -> None:
    assert isinstance(import_module(f"components.{name}").FEATURE, StackFeature)


@pytest.mark.parametrize("name", sorted((NO_COMPONENT | OF_NO_KEY) - {"__main__"}))
def test_what_no_key_asks_for_is_no_feature(name: str) -> None:
    assert not hasattr(import_module(f"components.{name}"), "FEATURE")


def test_features_are_registered_after_those_that_they_use() -> None:
    modules = [feature.register.__module__ for feature in FEATURES]
    assert modules == [
        "components.federation",
        "components.endpoint",
        "components.guardrails",
        "components.audit_logs",
        "components.service_agents",
        "components.private_access",
        "components.caching",
        "components.publication",
    ]
