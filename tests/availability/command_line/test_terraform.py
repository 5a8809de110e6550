"""The command `terraform`: the protocol of the `external` data source, and the example module."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.availability.cli_runs import Run, run
from tests.paths import ROOT

EXAMPLE = ROOT / "examples" / "terraform"
CHAT = {"model": "gemini-3.8-flash", "residency": "eu", "snapshot": "2026-11-12"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Any:
    def ask(query: object) -> Run:
        content = query if isinstance(query, bytes) else json.dumps(query).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return run("terraform")

    return ask


def test_a_placement_is_a_flat_map_of_texts(asked: Any):
    answer = asked(CHAT | {"project": "acme-dev", "guarantee": "ml-processing"})
    assert answer.status == 0
    assert answer.err == ""
    path = "projects/acme-dev/locations/eu/publishers/google/models/gemini-3.8-flash"
    assert answer.document == {
        "location": "eu",
        "endpoint_url": f"https://aiplatform.eu.rep.googleapis.com/v1/{path}:generateContent",
        "model_resource": path,
        "boundary": "eu",
    }


@pytest.mark.parametrize(
    ("more", "location"),
    [
        ({"residency": "eu,us"}, "us"),
        ({"residency": "any"}, "global"),
        ({"residency": "any", "excluding": "us,cn"}, "eu"),
        ({"residency": "any", "location": "eu"}, "eu"),
        ({"needs": "context-caching, function-calling"}, "eu"),
    ],
)
def test_a_query_says_what_a_deployment_does(asked: Any, more: dict[str, str], location: str):
    same = ["resolve", CHAT["model"], "--snapshot", CHAT["snapshot"], "--json"]
    options = {"needs": "--need", "location": "--location", "excluding": "--excluding"}
    query = CHAT | more
    same += ["--residency", query["residency"]]
    for key, option in options.items():
        same += [option, query[key]] if key in query else []
    assert asked(query).document["location"] == location
    assert run(*same).document["placement"]["location"] == location


def test_what_there_is_none_of_is_an_empty_text(asked: Any):
    answer = asked(CHAT | {"model": "gemini-3.8-live", "residency": "us-central1"})
    assert answer.document["location"] == "us-central1"
    assert answer.document["endpoint_url"] == ""
    assert asked(CHAT | {"residency": "any"}).document["boundary"] == ""


def test_a_refusal_is_told_on_standard_error_with_status_1(asked: Any):
    answer = asked(CHAT | {"residency": "de"})
    assert (answer.status, answer.out) == (1, "")
    assert "gemini-3.8-flash is served nowhere in Germany." in answer.err


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, "model: missing"),
        ({"model": "gemini-3.8-flash"}, "residency: missing"),
        (CHAT | {"residency": ""}, "residency: empty"),
        (CHAT | {"guarantee": " "}, "guarantee: empty"),
        (CHAT | {"needs": "tunin"}, "needs: unknown need 'tunin'"),
        (CHAT | {"needs": ","}, "needs: empty"),
        (CHAT | {"need": "tuning"}, "did you mean needs"),
        (CHAT | {"residency": "Germany"}, "did you mean de"),
        (CHAT | {"residency": ["eu"]}, "residency: expected a text"),
        (CHAT | {"location": "frankfurt"}, "europe-west3"),
        (CHAT | {"project": "9"}, "no project id"),
        (CHAT | {"snapshot": "1999-01-01"}, "snapshot: "),
        ([], "expected a JSON object"),
        (b"", "is no JSON"),
        (b"\xff", "is no JSON"),
    ],
    ids=str,
)
def test_bad_input_names_the_key_and_what_would_be_valid(asked: Any, query: object, told: str):
    answer = asked(query)
    assert (answer.status, answer.out) == (2, "")
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_mistakes_are_told_together(asked: Any):
    err = asked({"model": "m", "residency": "eurpe", "location": "x", "project": "9"}).err
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        "residency",
        "location",
        "project",
    ]


def block(text: str, start: str) -> str:
    """What stands between the braces behind a start."""
    return text.partition(start)[2].partition("\n    } :")[0]


def test_the_example_asks_what_the_command_takes_and_reads_what_it_answers():
    main = (EXAMPLE / "placement" / "main.tf").read_text()
    keys = re.findall(r"^ +(\w+) += ", block(main, "in {"), re.MULTILINE)
    values = {
        "model": "gemini-3.8-flash",
        "residency": "eu,us",
        "excluding": "us",
        "guarantee": "ml-processing",
        "needs": "context-caching",
        "location": "eu",
        "project": "acme-dev",
        "snapshot": "2026-11-12",
    }
    assert sorted(keys) == sorted(values)
    answer = as_terraform_calls_it(values)
    outputs = (EXAMPLE / "placement" / "outputs.tf").read_text()
    assert set(re.findall(r"result\.(\w+)", outputs)) == set(answer)


def as_terraform_calls_it(query: Mapping[str, str]) -> dict[str, str]:
    """The default program of the example, in its folder, with the command of this checkout."""
    variables = (EXAMPLE / "placement" / "variables.tf").read_text()
    found = re.search(r'default += (\["vertex-residency".*\])', variables)
    assert found is not None
    _, *words = json.loads(found[1])
    done = subprocess.run(
        [sys.executable, "-m", "availability", *words],
        cwd=EXAMPLE,
        env={"PYTHONPATH": str(ROOT)},
        input=json.dumps(query).encode(),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert all(isinstance(value, str) for value in answer.values())
    return answer


def test_the_example_is_placed():
    text = (EXAMPLE / "main.tf").read_text()
    given = dict(re.findall(r'^  (model|guarantee|snapshot) += "(.*)"$', text, re.MULTILINE))
    lists = dict(re.findall(r"^  (residency|needs) += (\[.*\])$", text, re.MULTILINE))
    query = given | {key: ",".join(json.loads(value)) for key, value in lists.items()}
    assert as_terraform_calls_it(query)["location"] == "eu"
