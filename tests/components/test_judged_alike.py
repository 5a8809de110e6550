"""`plan` and the program judge alike: the same verdict, the same places, the same mistakes."""

import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

from availability.explanation.answers import to_json
from availability.input.errors import BadInput
from availability.placement.request import Placement
from availability.report.text import problem_lines, refused_plan_lines
from availability.stack.google_config import VARIABLES, with_environment
from availability.stack.reading import plan_file, read_stack
from components.registration.diagnostics import InputError
from tests.components.recording import Program, configure
from tests.generated_stacks import Generated, generated, write
from tests.paths import ROOT


def by_plan(path: Path, environment: dict[str, str]) -> tuple[str, Any]:
    """The verdict of `plan`, and what it says."""
    stack = None
    try:
        stack = read_stack(path)
        made = plan_file(stack, environment)
    except BadInput as error:
        return "bad input", "\n".join(problem_lines(error, stack))
    if made.refused:
        return "refused", "\n".join(refused_plan_lines(made, stack))
    return "placed", {
        one.name: (answer.result.location, to_json(answer, made.config.project)["placement"])
        for one, answer in made.answers
        if isinstance(answer.result, Placement)
    }


def by_program(folder: Path, made: Generated) -> tuple[str, Any]:
    """The verdict of the program under mocks, and what it says.

    The engine hands over a map, so any order will do.
    """
    program = Program(preview=True, project=made.project)
    configure(dict(reversed(made.values.items())))
    main = folder / "__main__.py"
    main.write_bytes((ROOT / "__main__.py").read_bytes())
    try:
        program.run(lambda: runpy.run_path(str(main), run_name="__main__"))
    except pulumi.RunError as error:
        if isinstance(error, InputError):
            return "bad input", str(error).partition("\n")[2]
        return "refused", str(error)
    return "placed", program.exports["deployments"]


def differences(seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """What the two judge differently of a generated stack; None where they agree."""
    made = generated(seed)
    path = write(folder, made)
    with monkeypatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        planned = by_plan(path, made.environment)
        ran = by_program(folder, made)
    kind, said = planned
    if kind == "placed" and ran[0] == "placed":
        said = {name: (where, one["endpointUrl"]) for name, (where, one) in said.items()}
        theirs = {name: (one["location"], one["endpointUrl"]) for name, one in ran[1].items()}
        ran = (kind, theirs)
    else:
        said = said.replace(str(path), "stacks/Pulumi.dev.yaml")
    return None if (kind, said) == ran else f"seed {seed}\n{made.text}\n{(kind, said)}\n{ran}"


def all_differences(seeds: range, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found = (differences(seed, folder, monkeypatch) for seed in seeds)
    return [one for one in found if one]


def test_generated_stacks_are_judged_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all_differences(range(60), tmp_path, monkeypatch) == []


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 2000, 250))
def test_two_thousand_generated_stacks_are_judged_alike(
    start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all_differences(range(start, start + 250), tmp_path, monkeypatch) == []


def test_the_generated_stacks_are_of_every_kind(tmp_path: Path) -> None:
    kinds = [
        by_plan(write(tmp_path, made), made.environment)[0] for made in map(generated, range(60))
    ]
    assert min(kinds.count(kind) for kind in ("placed", "refused", "bad input")) >= 3


@pytest.mark.parametrize("key", VARIABLES)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_the_variables_of_the_provider_are_read_as_it_reads_them(
    key: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pulumi_gcp as gcp

    configure({})
    environment = {name: f"from-{name.lower()}" for name in VARIABLES[key][-count:]}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    theirs = gcp.config.project if key == "gcp:project" else gcp.config.region
    assert with_environment({}, environment) == {key: theirs}
