"""Nothing is left for pip to resolve: the locks name every distribution, version and extra.

What is installed is what the locks say, so its own metadata tells what they have to say.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.paths import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")


def locked(text: str) -> dict[str, Requirement]:
    """Distribution -> its pin, of those that this platform installs."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    plain = (re.sub(r"\s--hash=\S+", "", line.partition(" #")[0]).strip() for line in lines)
    pins = [Requirement(line) for line in plain if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in pins if here(pin)}


def here(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def needed(pin: Requirement) -> Iterator[Requirement]:
    """What a locked distribution needs by its metadata, its locked extras included."""
    for line in metadata.requires(pin.name) or ():
        requirement = Requirement(line)
        if any(here(requirement, extra) for extra in ("", *pin.extras)):
            yield requirement


def asked_for(lock: str) -> list[Requirement]:
    """What `pyproject.toml` asks for, which the lock was compiled from."""
    project: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = [*project["project"]["dependencies"]]
    lines += project["dependency-groups"]["dev"] if lock == "requirements-dev.txt" else []
    return [requirement for requirement in map(Requirement, lines) if here(requirement)]


def left_to_resolve(pins: Mapping[str, Requirement], roots: list[Requirement]) -> list[str]:
    """What pip would have to find a version of by itself."""
    wanted = [("pyproject.toml", root) for root in roots]
    wanted += [(name, one) for name, pin in pins.items() for one in needed(pin)]
    return [
        f"{asker}: {requirement}"
        for asker, requirement in wanted
        for pin in [pins.get(canonicalize_name(requirement.name))]
        if pin is None
        or not requirement.extras <= pin.extras
        or not requirement.specifier.contains(str(pin.specifier).removeprefix("=="))
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_all_that_its_distributions_need_with_their_extras(lock: str) -> None:
    pins = locked((ROOT / lock).read_text())
    assert len(pins) > 25
    assert left_to_resolve(pins, asked_for(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_installed_is_what_a_lock_says(lock: str) -> None:
    pins = locked((ROOT / lock).read_text())
    installed = {name: metadata.version(pin.name) for name, pin in pins.items()}
    assert installed == {name: str(pin.specifier).removeprefix("==") for name, pin in pins.items()}


def test_a_lock_without_an_extra_is_found_out() -> None:
    text = (ROOT / "requirements-dev.txt").read_text()
    pins = locked(text.replace("google-auth[requests]==", "google-auth=="))
    [left] = left_to_resolve(pins, asked_for("requirements-dev.txt"))
    assert left.startswith("google-genai: google-auth[requests]")


@pytest.mark.parametrize("lock", [*LOCKS, "policy/requirements.txt", "bench/requirements.txt"])
def test_a_lock_names_a_hash_for_every_pin_and_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.findall(r"(?m)^[A-Za-z0-9][^\n]*==(?:[^\n]*\\\n)*[^\n]*", text)
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_set_up_leaves_pip_nothing_to_resolve_or_build() -> None:
    makefile = re.sub(r"\\\n", " ", (ROOT / "Makefile").read_text())
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert installs
    for line in installs:
        assert {"--no-deps", "--require-hashes", "--only-binary"} <= set(line.split())
