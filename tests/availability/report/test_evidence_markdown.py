"""The evidence as Markdown, by a parser of somebody else's: what was typed is code, all else words.

And where processing is kept is said of no deployment of any model without the statement for it.
"""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.input.printed import plain
from availability.report.evidence import evidence_document
from availability.report.evidence_markdown import evidence_markdown
from availability.report.markdown import link, prose
from availability.stack.evidence import evidence_of
from availability.stack.source import read_source
from tests.availability.cli_runs import Run, run
from tests.availability.hostile import MARK, assert_plain_text, hostile_texts, yaml_text

PARSER = MarkdownIt("commonmark").enable("table")
OWN = "vertex-residency:"


@settings(max_examples=200, deadline=None)
@given(text=hostile_texts)
def test_prose_is_the_text_and_nothing_else(text: str) -> None:
    [_, inline, _] = PARSER.parse(f"x {prose(text)} y")
    assert {one.type for one in inline.children or ()} <= {"text", "text_special"}
    assert "".join(one.content for one in inline.children or ()) == f"x {plain(text)} y"
    row = f"| {prose(text)} | end |"
    cells = [one for one in PARSER.parse(f"| a | b |\n| --- | --- |\n{row}") if one.children]
    assert [one.content for one in cells][3:] == ["end"]


@settings(max_examples=200, deadline=None)
@given(text=hostile_texts, path=hostile_texts)
def test_a_link_has_its_text_and_one_address(text: str, path: str) -> None:
    url = f"https://docs.example/{path}".encode("utf-8", "replace").decode()
    [_, inline, _] = PARSER.parse(link(text, url))
    first, *words, last = inline.children or []
    assert (first.type, last.type) == ("link_open", "link_close")
    assert str(first.attrs["href"]).startswith("https://docs.example/")
    assert "".join(one.content for one in words) == plain(text)


STACK: dict[str, Any] = {
    "gcp:project": "acme-prod",
    f"{OWN}snapshot": "2026-11-12",
    f"{OWN}residency": "eu",
    f"{OWN}asOf": "2026-11-20",
    f"{OWN}federation": {
        "oidc": {
            "issuer": "https://issuer.example",
            "condition": "assertion.sub == 'models-runner-4711'",
            "principal": "subject/models-runner-4711",
        }
    },
    f"{OWN}deployments": {
        "chat": {
            "model": "gemini-3.5-flash",
            "callers": ["federation", "group:all@acme.example"],
            "accept": [{"rule": "preview", "until": "2026-12-24", "reason": "asked for"}],
        },
        "lost": {"model": "gemini-9"},
    },
}


def changed(where: str, text: str) -> dict[str, Any]:
    """The stack with the text where a person can type any."""
    stack = json.loads(json.dumps(STACK))
    chat = stack[f"{OWN}deployments"]["chat"]
    match where:
        case "reason":
            chat["accept"][0]["reason"] = text
        case "model":
            stack[f"{OWN}deployments"]["lost"]["model"] = text
        case "principal":
            word = re.sub(r"[\s*]", "_", text)
            stack[f"{OWN}federation"]["oidc"]["principal"] = f"subject/{word}"
        case _:
            chat["callers"].append(f"group:{re.sub(r'[^!-~]', '', text)}@acme.example")
    return stack


def filed(stack: dict[str, Any], folder: Path, name: str = "prod", form: str = "markdown") -> Run:
    path = folder / f"Pulumi.{name}.yaml"
    lines = [f"  {yaml_text(key)}: {yaml_text(value)}\n" for key, value in stack.items()]
    path.write_text(f"config:\n{''.join(lines)}", encoding="utf-8")
    return run("evidence", str(path), "--format", form)


def headings(tokens: list[Token], *tags: str) -> list[Token]:
    return [
        following
        for one, following in itertools.pairwise(tokens)
        if one.type == "heading_open" and one.tag in tags
    ]


def typed_outside_of_code(tokens: list[Token]) -> list[str]:
    """The texts that have the mark of what was typed and are no code."""
    inner = [child for one in tokens for child in (one.children or [one])]
    code = ("code_inline", "fence")
    return [one.content for one in inner if MARK in one.content and one.type not in code]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.sampled_from(["reason", "model", "principal", "caller"]), text=hostile_texts)
def test_what_was_typed_is_code_everywhere(where: str, text: str, tmp_path: Path) -> None:
    made = filed(changed(where, text), tmp_path)
    assert_plain_text(made.out)
    assert_plain_text(made.err)
    assert made.status in (1, 2)
    tokens = PARSER.parse(made.out)
    assert typed_outside_of_code(tokens) == []
    assert not [one for one in tokens if one.type.startswith("html")]
    if made.status == 1:
        assert MARK in made.out
        told = [one.content for one in headings(tokens, "h1", "h2")]
        assert told == ["Evidence for the stack `prod`", "chat", "lost"]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=st.sampled_from(["reason", "model", "principal", "caller"]), text=hostile_texts)
def test_json_is_lines_of_text_that_mean_what_was_typed(
    where: str, text: str, tmp_path: Path
) -> None:
    made = filed(changed(where, text), tmp_path, form="json")
    assert all(line.isprintable() for line in made.out.split("\n"))
    document = json.loads(made.out)
    if where == "reason" and made.status == 1:
        [waiver] = document["deployments"][0]["waivers"]
        assert waiver["reason"] == text.strip() or MARK in waiver["reason"]


def test_the_name_of_a_stack_is_code(tmp_path: Path) -> None:
    name = "x`<b>*y*"
    made = filed(STACK, tmp_path, name)
    [heading] = headings(PARSER.parse(made.out), "h1")
    assert [one.type for one in heading.children or ()] == ["text", "code_inline"]


# Every model of every snapshot


RESIDENCIES: tuple[Any, ...] = ("any", "eu", {"within": ["us", "de", "jp"]})


def every_model(name: str, residency: Any, folder: Path) -> Path:
    """A stack that places every model of a snapshot."""
    deployments = {
        f"m{index}": {"model": f"{named.entry.publisher}/{named.id}"}
        for index, named in enumerate(all_models(load(name)))
    }
    config = {
        "gcp:project": "acme-prod",
        f"{OWN}snapshot": name,
        f"{OWN}asOf": name,
        f"{OWN}residency": residency,
        f"{OWN}deployments": deployments,
    }
    path = folder / "Pulumi.every.yaml"
    path.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    return path


def sections(out: str) -> dict[str, str]:
    """Name of a deployment -> its section."""
    parts = re.split(r"^## (\S+)$", out, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("residency", RESIDENCIES, ids=str)
@pytest.mark.parametrize("name", snapshot_ids())
def test_no_section_says_kept_within_without_the_statement(
    name: str, residency: Any, tmp_path: Path
) -> None:
    filed = evidence_of(read_source(every_model(name, residency, tmp_path)), {})
    out, document = evidence_markdown(filed), cast("Any", evidence_document(filed))
    by_name, kept = sections(out), 0
    assert set(by_name) == {one["name"] for one in document["deployments"]}
    for one in document["deployments"]:
        said = re.findall(r"kept within ([a-z0-9-]+)", by_name[one["name"]])
        rows = re.findall(rf"^\| {one['name']} \|.*\|$", out, re.MULTILINE)
        assert [row.count("kept within") for row in rows] == [int(bool(one["boundary"]))]
        assert said == ([one["boundary"]] if one["boundary"] else [])
        statements = [
            fact
            for fact in one["facts"]
            if fact["what"] == "processing"
            and fact["text"].endswith(f"within {one['boundary']}, by a published commitment.")
        ]
        assert bool(statements) or not one["boundary"]
        assert all(fact["cite"]["url"] in by_name[one["name"]] for fact in statements)
        if one["location"] and not one["boundary"]:
            assert "No page commits to where its requests are processed" in by_name[one["name"]]
        kept += bool(said)
    assert kept or name == "2025-05-12" or residency == "any"
