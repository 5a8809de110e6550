"""The keys `generation`, `protect`, `takeOver` and `adopt`."""

import json

import pytest

from availability.input.errors import BadInput
from availability.stack.config import parse_stack
from availability.stack.keys import StackKeys

BASE = {
    "vertex-residency:residency": "eu",
    "vertex-residency:deployments": json.dumps(
        {"chat": {"model": "gemini-3.8-flash", "needs": ["context-caching"]}}
    ),
}


def keys(**values: str) -> StackKeys:
    own = {f"vertex-residency:{key}": value for key, value in values.items()}
    return parse_stack(BASE | own).keys


def wrong(**values: str) -> list[tuple[str, str, tuple[str, ...]]]:
    with pytest.raises(BadInput) as caught:
        keys(**values)
    return [(one.path, one.message, one.suggestions) for one in caught.value.problems]


def test_by_default_ids_are_the_first_and_nothing_is_protected_or_taken() -> None:
    read = keys()
    assert (read.generation, read.protect, dict(read.adopt)) == (1, False, {})
    assert read.take_over is False


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("2", 2), (" 9999 ", 9999)])
def test_a_generation_is_a_whole_number_however_it_was_set(text: str, number: int) -> None:
    assert keys(generation=text).generation == number


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "two", "10000", "true", "[1]", "01"])
def test_any_other_generation_is_bad_input(text: str) -> None:
    [(path, message, _)] = wrong(generation=text)
    assert path == "vertex-residency:generation"
    assert "whole number from 1 to 9999" in message


def test_protect_is_true_or_false() -> None:
    assert keys(protect="true").protect is True
    [(path, _, choices)] = wrong(protect="yes")
    assert (path, choices) == ("vertex-residency:protect", ("true",))


@pytest.mark.parametrize(("text", "on"), [("true", True), ("false", False)])
def test_a_take_over_is_asked_for_by_true_or_false(text: str, *, on: bool) -> None:
    assert keys(takeOver=text).take_over is on


@pytest.mark.parametrize(
    ("text", "meant"), [("yes", ("true",)), ("1", ("true",)), ("all", ()), ("[true]", ())]
)
def test_any_other_take_over_is_bad_input(text: str, meant: tuple[str, ...]) -> None:
    [(path, _, choices)] = wrong(takeOver=text)
    assert (path, choices) == ("vertex-residency:takeOver", meant)


def test_roles_are_adopted_by_need() -> None:
    adopt = {"predict": "vertexCaller", "context-caching": "vertex.cacher_2"}
    assert dict(keys(adopt=json.dumps(adopt)).adopt) == adopt


@pytest.mark.parametrize(
    ("adopt", "path", "suggestions"),
    [
        ({"predct": "vertexCaller"}, ".predct", ("predict",)),
        ({"provisioned-throughput": "vertexCaller"}, ".provisioned-throughput", ()),
        ({"predict": "projects/acme/roles/vertexCaller"}, ".predict", ("vertexCaller",)),
        ({"predict": "roles/aiplatform.user"}, ".predict", ()),
        ({"predict": "my-role"}, ".predict", ()),
        ({"predict": ["a"]}, ".predict", ()),
        ({"predict": "same", "tuning": "same"}, ".tuning", ()),
    ],
)
def test_what_can_t_be_adopted_is_named(
    adopt: dict[str, object], path: str, suggestions: tuple[str, ...]
) -> None:
    [(found, _, offered)] = wrong(adopt=json.dumps(adopt))
    assert found == f"vertex-residency:adopt{path}"
    assert offered[: len(suggestions)] == suggestions


def test_every_mistake_is_reported_together() -> None:
    adopt = json.dumps({"predict": "a", "chat": "vertexCaller"})
    assert len(wrong(generation="x", protect="x", adopt=adopt)) == 4


def test_adopt_is_a_map() -> None:
    [(path, message, _)] = wrong(adopt="vertexCaller")
    assert path == "vertex-residency:adopt"
    assert "map" in message


def test_a_role_is_adopted_for_what_somebody_needs() -> None:
    [(path, message, _)] = wrong(adopt=json.dumps({"tuning": "vertexTuner"}))
    assert path == "vertex-residency:adopt.tuning"
    assert message.startswith("no deployment needs tuning")
