"""Caching under mocks: one setting of the project, by a word of the stack."""

from typing import Any, cast

import pulumi
import pytest

from components import Caching, CachingArgs
from tests.components.recording import CACHE_CONFIG, FLASH, SERVICE, Program
from tests.components.whole_program import run, stack_values


def test_without_the_key_googles_default_is_left_alone(program: Program) -> None:
    run(program, stack_values())
    assert program.of_type(CACHE_CONFIG) == []


@pytest.mark.parametrize(("word", "disabled"), [("off", True), ("false", True), ("on", False)])
def test_the_word_is_the_setting(program: Program, word: str, disabled: bool) -> None:
    run(program, stack_values(caching=word))
    [config] = program.of_type(CACHE_CONFIG)
    assert config.inputs == {"disableCache": disabled, "project": "acme-dev"}
    [models] = [
        one
        for one in program.of_type(SERVICE)
        if one.inputs["service"] == "aiplatform.googleapis.com"
    ]
    assert models.urn in config.depends_on


def test_explicit_caches_beside_caching_that_is_off_are_warned_about(program: Program) -> None:
    run(program, stack_values(caching="off"))
    assert [text for _, text in program.warnings if text.startswith("explicit-caches: ")]


@pytest.mark.parametrize(
    ("word", "deployments"),
    [("on", None), ("off", {"lab": {"model": FLASH}})],
    ids=["caching is on", "no explicit caches"],
)
def test_nothing_else_is_warned_about(
    program: Program, word: str, deployments: dict[str, Any] | None
) -> None:
    values = stack_values(deployments, caching=word) if deployments else stack_values(caching=word)
    run(program, values)
    assert not [text for _, text in program.warnings if "explicit-caches" in text]


@pytest.mark.parametrize("word", ["no", "disabled", "1"])
def test_another_word_is_bad_input(program: Program, word: str) -> None:
    with pytest.raises(pulumi.RunError, match="vertex-residency:caching: expected on or off"):
        run(program, stack_values(caching=word))
    assert program.registered == []


def test_an_unknown_setting_is_a_bad_argument(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match=r"caching\.enabled: "):
        program.run(lambda: Caching("caching", cast("CachingArgs", {})))


def test_a_region_is_needed_to_set_it(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match="gcp:region: missing: caching is set by way of"):
        run(program, stack_values(caching="off", gcp__region=""))
    assert program.registered == []
    run(program, stack_values(gcp__region=""))
    assert program.registered


def test_an_unknown_key_of_caching_is_said(program: Program) -> None:
    args: Any = {"enabled": True, "projct": "acme-dev"}
    with pytest.raises(pulumi.RunError, match="unknown key 'projct'"):
        program.run(lambda: Caching("caching", args))
