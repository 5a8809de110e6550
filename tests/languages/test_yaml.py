"""The example in YAML lives through all that happens to a stack, and its mistakes are told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sandbox.emulator.faults import NOT_YET
from tests.languages.programs import Program
from tests.paths import ROOT

Programs = Callable[[Path], Program]
ENDPOINT = "vertex-residency:ModelEndpoint"
EXAMPLE = ROOT / "examples" / "yaml"

pytestmark = [pytest.mark.languages, pytest.mark.timeout(900)]


Document = dict[str, Any]


def edit(program: Program, change: Callable[[Document], object]) -> None:
    """Changes the program's resources, and what names one that is gone of its outputs."""
    path, yaml = program.project / "Pulumi.yaml", YAML()
    document: Document = yaml.load(path)  # pyright: ignore[reportUnknownMemberType]
    resources: Document = document["resources"]
    change(resources)
    outputs: dict[str, str] = document["outputs"]
    for name, value in [*outputs.items()]:
        if value[2:].partition(".")[0] not in resources:
            del outputs[name]
    yaml.dump(document, path)  # pyright: ignore[reportUnknownMemberType]


def test_the_example_is_made_stays_shrinks_and_goes(program: Programs) -> None:
    example = program(EXAMPLE)
    # APIs that are enabled are not active yet: components wait by one hook that they share.
    example.environment[NOT_YET] = "service-disabled:2"
    first = example.up()
    assert first.status == 0, first.text
    made = example.grants()
    assert {role.rpartition("/")[2].partition("_")[0] for role, _ in made} == {
        "vertexResidencyPredict",
        "vertexResidencyContextCaching",
    }
    assert len(first.ops("IAMMember")) == 2, "one binding for what both endpoints ask for"
    assert example.outputs()["chat"]["GOOGLE_CLOUD_LOCATION"] == "eu"
    again = example.up()
    assert again.status == 0, again.text
    assert set(again.changes) == {"same"}, again.text
    # The one that asked first for the binding goes: it is the other one's, too.
    for gone, left in (("chat", "vertexResidencyPredict"), ("search", "")):
        edit(example, lambda resources, gone=gone: resources.pop(gone))
        shrunk = example.up()
        assert shrunk.status == 0, shrunk.text
        now = {role for role, _ in example.grants()}
        assert now == {role for role, _ in made if left and left in role}
    ended = example.destroy()
    assert ended.status == 0, ended.text
    assert not example.grants()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"residency": {"within": ["eux"]}, "retirementWarning": 2.5},
            (
                "'chat' has a problem: 2 mistakes in the arguments of chat:",
                "property residency.within[0] with value '{eux}' has a problem: ",
                "property retirementWarning with value '{2.5}' has a problem: ",
            ),
        ),
        (
            {"residency": {"within": ["no"]}},
            ("property residency with value '{map[within:{[{no}]}]}' has a problem: refused: ",),
        ),
    ],
    ids=["mistakes", "refusal"],
)
def test_a_refusal_and_mistakes_are_told_by_their_property(
    given: Document, said: tuple[str, ...], program: Programs
) -> None:
    example = program(EXAMPLE)

    def spoil(resources: Document) -> None:
        resources.clear()
        properties = {"model": "gemini-3.8-flash", "snapshot": "2026-11-12", **given}
        resources["chat"] = {"type": ENDPOINT, "properties": properties}

    edit(example, spoil)
    told = example.preview().text
    assert "Traceback" not in told
    assert "Unexpected <class" not in told
    assert [words for words in said if words not in told] == [], told


def test_what_decides_a_placement_has_to_be_known_and_no_secret(program: Programs) -> None:
    example = program(EXAMPLE)

    def spoil(resources: Document) -> None:
        resources.pop("chat")
        resources["account"] = {
            "type": "gcp:serviceaccount:Account",
            "properties": {"accountId": "somebody"},
        }
        resources["search"]["properties"] |= {
            "model": {"fn::secret": "hush-hush"},
            "location": "${account.uniqueId}",
            "priorUsage": True,
            "retirementWarning": 30,
        }

    edit(example, spoil)
    told = example.preview()
    assert told.status != 0
    assert "hush-hush" not in told.text
    assert "model: its value is secret" in told.text
    assert (
        "location with value 'output<null>{}' has a problem: its value is known only after"
        in told.text
    )
    assert "Traceback" not in told.text


def test_an_explicit_provider_says_the_project(program: Programs) -> None:
    example = program(EXAMPLE)

    def elsewhere(resources: Document) -> None:
        for resource in resources.values():
            resource.setdefault("options", {})["providers"] = ["${elsewhere}"]
        resources["elsewhere"] = {
            "type": "pulumi:providers:gcp",
            "properties": {"project": "acme-elsewhere"},
        }
        resources["account"] = {
            "type": "gcp:serviceaccount:Account",
            "properties": {"accountId": "somebody"},
            "options": {"provider": "${elsewhere}", "dependsOn": ["${project}"]},
        }
        resources["search"]["properties"]["callers"] = ["serviceAccount:${account.email}"]

    edit(example, elsewhere)
    done = example.up()
    assert done.status == 0, done.text
    assert example.outputs()["search"]["GOOGLE_CLOUD_PROJECT"] == "acme-elsewhere"
    assert not [row.id for row in example.cloud() if "acme-dev" in row.id]
    members = {member for _, member in example.grants()}
    assert "serviceAccount:somebody@acme-elsewhere.iam.gserviceaccount.com" in members
    assert set(example.up().changes) == {"same"}
    assert example.destroy().status == 0
