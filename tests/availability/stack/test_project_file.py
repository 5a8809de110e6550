"""Pulumi.yaml gives stacks their values as the engine has it, and `plan` judges by both."""

import json
from pathlib import Path

import pytest

from availability.command_line.cli import main
from availability.input.errors import NAMESPACE, BadInput
from availability.stack.config import parse_stack
from availability.stack.empty_values import empty_values
from availability.stack.file import read_stack_file
from availability.stack.project_file import completed, project_of, read_project_file
from tests.paths import ROOT

HEAD = "runtime: python\nstackConfigDir: stacks\n"
CHAT = "  vertex-residency:deployments: {chat: {model: gemini-3.8-flash}}\n"


def project(folder: Path, config: str, stack: str = CHAT, name: str = NAMESPACE) -> Path:
    """A project with a stack dev; answers the path of the stack's file."""
    (folder / "stacks").mkdir(exist_ok=True)
    (folder / "Pulumi.yaml").write_text(f"name: {name}\n{HEAD}{config}", encoding="utf-8")
    path = folder / "stacks" / "Pulumi.dev.yaml"
    path.write_text(f"config:\n{stack}", encoding="utf-8")
    return path


def values(path: Path) -> dict[str, str]:
    found = project_of(path)
    assert found is not None
    return completed(read_stack_file(path, project=found.name), found)


@pytest.mark.parametrize(
    ("config", "key", "expected"),
    [
        ("config:\n  vertex-residency:residency: {value: eu}\n", "residency", "eu"),
        ("config:\n  vertex-residency:residency: {default: eu}\n", "residency", "eu"),
        ("config:\n  vertex-residency:residency: eu\n", "residency", "eu"),
        ("config:\n  residency: {default: [eu, us]}\n", "residency", '["eu", "us"]'),
        ("config:\n  residency: [eu, us]\n", "residency", '["eu", "us"]'),
        ("config:\n  protect: true\n", "protect", "true"),
        ("config:\n  protect: {value: false}\n", "protect", "false"),
        ("config:\n  generation: 2\n", "generation", "2"),
        ("config:\n  residency.within: {value: eu}\n", "residency", '{"within": "eu"}'),
        ("config:\n  residency: {value: no}\n", "residency", "no"),
    ],
)
def test_a_value_of_the_project_is_that_of_a_stack_without_one(
    config: str, key: str, expected: str, tmp_path: Path
) -> None:
    assert values(project(tmp_path, config))[f"{NAMESPACE}:{key}"] == expected


@pytest.mark.parametrize("word", ["value", "default"])
def test_a_stacks_own_value_counts_before_that_of_its_project(word: str, tmp_path: Path) -> None:
    config = f"config:\n  residency: {{{word}: us}}\n"
    path = project(tmp_path, config, CHAT + "  vertex-residency:residency: eu\n")
    assert values(path)[f"{NAMESPACE}:residency"] == "eu"


def test_a_map_of_the_stack_is_completed_by_a_path_of_the_project(tmp_path: Path) -> None:
    config = "config:\n  residency.guarantee: {value: ml-processing}\n"
    path = project(tmp_path, config, CHAT + "  vertex-residency:residency: {within: eu}\n")
    found = json.loads(values(path)[f"{NAMESPACE}:residency"])
    assert found == {"within": "eu", "guarantee": "ml-processing"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("runtime: python\n", "name"),
        ("name: 5\nruntime: python\n", "name"),
        ("- name\n", "a map"),
        ("name: [\n", "YAML"),
        ("name: a\nconfig: [1]\n", "map of keys"),
        ("name: a\nconfig: {x: {value: 1, default: 2}}\n", "both"),
        ("name: a\nconfig: {gcp:project: {default: acme-dev}}\n", "value instead of default"),
        ("name: a\nconfig: {gcp:project: {type: string, value: x}}\n", "no type"),
        ("name: a\nconfig: {gcp:project: {description: x}}\n", "needs a value"),
        ("name: a\nconfig: {x: {vale: 1}}\n", "unknown key 'vale'"),
        ("name: a\nconfig: {x: 1.5}\n", "whole number"),
        ("name: a\nconfig: {x: }\n", "whole number"),
        ("name: a\nconfig: {x: 2026-10-10}\n", "quotes"),
        ("name: a\nconfig: {'a:b:c': {value: 1}}\n", "no key"),
        ("name: a\nconfig: stacks\nstackConfigDir: other\n", "both name a folder"),
    ],
)
def test_what_the_engine_refuses_of_a_project_is_bad_input(
    content: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "Pulumi.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=words):
        read_project_file(path)


def test_a_declared_key_without_a_value_is_asked_of_every_stack(tmp_path: Path) -> None:
    path = project(tmp_path, "config:\n  residency: {description: where}\n")
    with pytest.raises(BadInput) as caught:
        values(path)
    assert [one.path for one in caught.value.problems] == [f"{NAMESPACE}:residency"]


@pytest.mark.parametrize("folder", ["other", "stacks/deeper", "."])
def test_a_file_outside_of_the_folder_of_stacks_belongs_to_no_project(
    folder: str, tmp_path: Path
) -> None:
    project(tmp_path, "config:\n  residency: {value: eu}\n")
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert project_of(tmp_path / folder / "Pulumi.dev.yaml") is None


def planned(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["plan", str(path), "--as-of", "2026-10-12"])
    done = capsys.readouterr()
    return status, done.out + done.err


def test_plan_places_by_the_values_of_the_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "config:\n  residency: {value: eu}\n  gcp:project: {value: acme-dev}\n"
    status, text = planned(project(tmp_path, config), capsys)
    assert (status, "/projects/acme-dev/locations/eu/" in text) == (0, True)


def test_a_mistake_of_the_project_is_said_with_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "config:\n  residency: {value: Germany}\n  gcp:project: {value: acme-dev}\n"
    status, text = planned(project(tmp_path, config), capsys)
    assert status == 2
    assert "Pulumi.yaml)" in text


def test_a_project_of_another_name_has_its_keys_in_full(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = CHAT + "  vertex-residency:residency: eu\n  gcp:project: acme-dev\n"
    assert planned(project(tmp_path, "", stack, "team-b"), capsys)[0] == 0
    bare = stack.replace("vertex-residency:residency", "residency")
    status, text = planned(project(tmp_path, "", bare, "team-b"), capsys)
    assert status == 2
    assert "team-b:residency" in text


@pytest.mark.parametrize(
    ("stack", "path"),
    [
        (CHAT + "  vertex-residency:residency: eu\n", "gcp:project"),
        (
            CHAT + "  vertex-residency:residency: eu\n  gcp:project: acme-dev\n"
            "  vertex-residency:caching: off\n",
            "gcp:region",
        ),
    ],
)
def test_what_the_program_needs_of_google_plan_needs_as_well(
    stack: str, path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = planned(project(tmp_path, "", stack), capsys)
    assert status == 2
    assert f"{path}: missing" in text
    assert f"pulumi config set {path}" in text


def test_the_variables_of_the_provider_stand_in_for_the_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "acme-env")
    monkeypatch.setenv("GCLOUD_REGION", "europe-west4")
    stack = CHAT + "  vertex-residency:residency: eu\n  vertex-residency:caching: off\n"
    status, text = planned(project(tmp_path, "", stack), capsys)
    assert (status, "/projects/acme-env/" in text) == (0, True)


def test_what_comes_from_an_environment_is_said_to_be_unknown_offline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project(tmp_path, "", CHAT + "  vertex-residency:residency: eu\n")
    path.write_text("environment: [acme/prod]\n" + path.read_text(), encoding="utf-8")
    status, text = planned(path, capsys)
    assert status == 0
    assert "unknown-offline" in text
    path.write_text("environment: [acme/prod]\nconfig: {}\n", encoding="utf-8")
    status, text = planned(path, capsys)
    assert status == 2
    assert "acme/prod gives (Pulumi ESC) is unknown offline" in text


def test_an_encrypted_project_is_unknown_offline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = CHAT + "  vertex-residency:residency: eu\n  gcp:project: {secure: v1:abc}\n"
    status, text = planned(project(tmp_path, "", stack), capsys)
    assert (status, "gcp:project is encrypted" in " ".join(text.split())) == (0, True)


def test_the_project_itself_declares_no_empty_value_and_only_valid_ones() -> None:
    found = read_project_file(ROOT / "Pulumi.yaml")
    assert found.values
    assert [
        problem for key, one in found.values.items() for problem in empty_values(one, key)
    ] == []
    assert found.required == ()
    least = {f"{NAMESPACE}:residency": "eu", f"{NAMESPACE}:deployments": '{"a": {"model": "m"}}'}
    assert parse_stack({**{key: str(one) for key, one in found.values.items()}, **least})
