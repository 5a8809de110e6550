"""Nothing that is typed reaches a terminal, a CI system, a page or the engine as code."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from availability.input.clock import today
from availability.input.errors import BadInput
from availability.input.wrap import folded
from availability.report.text import problem_lines, refused_plan_lines
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import plan
from availability.stack.reading import Stack
from tests.availability.cli_runs import Run, run
from tests.availability.hostile import MARK, assert_plain_text, hostile_texts, yaml_text
from tests.availability.sarif_schema import SARIF
from tests.thorough import thorough

OWN = "vertex-residency:"
STACK: dict[str, Any] = {
    "gcp:project": "acme-prod",
    "gcp:region": "europe-west4",
    f"{OWN}snapshot": "2026-10-10",
    f"{OWN}residency": "eu",
    f"{OWN}asOf": "2026-10-10",
    f"{OWN}callers": ["group:all@acme.example", "federation"],
    f"{OWN}federation": {
        "oidc": {
            "issuer": "https://issuer.example",
            "audiences": ["https://a.example"],
            "condition": "assertion.sub == 'models-runner-4711'",
            "principal": "subject/models-runner-4711",
            "mapping": {"google.subject": "assertion.sub"},
        }
    },
    f"{OWN}publish": "secrets",
    f"{OWN}deployments": {
        "chat": {
            "model": "gemini-3.5-flash",
            "needs": ["context-caching"],
            "prefer": ["europe-west4"],
            "accept": [{"rule": "preview", "until": "2026-12-24", "reason": "asked for"}],
        },
        "refused": {
            "model": "gemini-3.5-flash",
            "residency": {"within": ["jp"], "excluding": ["us"], "guarantee": "endpoint"},
            "location": "europe-west1",
            "contextSize": "1m",
        },
    },
}
"""A stack that is read without a mistake, with a refusal and a warning that quotes its reason."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a structure, and of every map and list."""
    steps: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        steps = list(cast("dict[str, Any]", value).items())
    if isinstance(value, list):
        steps = list(enumerate(cast("list[Any]", value)))
    inner = [one for step, each in steps for one in places(each, (*path, step))]
    return [*([path] if path else []), *inner]


def changed(path: tuple[Any, ...], text: str, *, as_key: bool) -> dict[str, Any]:
    """The stack with the text as the value at the path, or as the key of that value."""
    stack = copy.deepcopy(STACK)
    holder: Any = stack
    for step in path[:-1]:
        holder = holder[step]
    if as_key and isinstance(path[-1], str):
        holder[text] = holder.pop(path[-1])
    else:
        holder[path[-1]] = text
    return stack


REASON = (f"{OWN}deployments", "chat", "accept", 0, "reason")
stacks = st.builds(
    changed, st.sampled_from([*places(STACK), *[REASON] * 9]), hostile_texts, as_key=st.booleans()
)
file_names = st.just("Pulumi.prod.yaml") | hostile_texts.map(
    lambda text: f"Pulumi.{text.replace('/', '').replace(chr(0), '')}.yaml"
)

EXAMPLES = thorough(90, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(stack: dict[str, Any], name: str, folder: Path) -> Path:
    path = folder / name
    lines = [f"  {yaml_text(key)}: {yaml_text(value)}\n" for key, value in stack.items()]
    path.write_text(f"config:\n{''.join(lines)}", encoding="utf-8")
    return path


def planned(stack: dict[str, Any], name: str, folder: Path, form: str) -> Run:
    done = run("plan", str(written(stack, name, folder)), "--format", form)
    assert done.status in (1, 2)
    return done


def test_the_stack_is_refused_and_not_bad_input_where_nothing_is_hostile(tmp_path: Path) -> None:
    done = planned(STACK, "Pulumi.prod.yaml", tmp_path, "text")
    assert done.status == 1
    assert "1 of 2 refused: refused" in done.out
    assert "Reason: asked for" in done.out


@EXAMPLES
@given(stack=stacks, name=file_names)
@example(
    stack=changed((f"{OWN}deployments", "chat"), "x\n::stop-commands::t", as_key=True),
    name="Pulumi.prod.yaml",
)
@example(stack=STACK, name="Pulumi.\n::stop-commands::t\x1b[2J<{%x%}>##[x].yaml")
def test_a_text_is_lines_of_text(stack: dict[str, Any], name: str, tmp_path: Path) -> None:
    done = planned(stack, name, tmp_path, "text")
    assert_plain_text(done.out)
    assert_plain_text(done.err)


@EXAMPLES
@given(stack=stacks, name=file_names)
@example(stack=STACK, name="Pulumi.##[group]\u202e\x9b.yaml")
def test_json_is_json_that_prints_as_text_and_means_what_was_typed(
    stack: dict[str, Any], name: str, tmp_path: Path
) -> None:
    done = planned(stack, name, tmp_path, "json")
    assert all(line.isprintable() for line in done.out.split("\n"))
    assert not re.search(r"##[\w-]*\[", done.out)
    document = json.loads(done.out)
    assert "errors" in document or document["deployments"]


@EXAMPLES
@given(stack=stacks, name=file_names)
def test_annotations_are_a_command_of_ours_each_and_nothing_else(
    stack: dict[str, Any], name: str, tmp_path: Path
) -> None:
    done = planned(stack, name, tmp_path, "github")
    for line in done.out.removesuffix("\n").split("\n"):
        match = re.fullmatch(
            r"::(error|warning|notice) (?:file=([^,:]*),line=\d+,col=\d+,)?title=([^,:]*)::(.*)",
            line,
        )
        assert match is not None, line
        for part in match.groups(default="")[1:]:
            data = part.replace("%0D", "\r").replace("%0A", "\n")
            assert_plain_text(data.replace("%3A", ":").replace("%2C", ",").replace("%25", "%"))


@EXAMPLES
@given(stack=stacks, name=file_names)
@example(
    stack=changed((f"{OWN}deployments", "chat"), "[a](http://e.x)", as_key=True),
    name="Pulumi.prod.yaml",
)
def test_sarif_is_a_valid_log_without_links(
    stack: dict[str, Any], name: str, tmp_path: Path
) -> None:
    done = planned(stack, name, tmp_path, "sarif")
    assert all(line.isprintable() for line in done.out.split("\n"))
    document = json.loads(done.out)
    jsonschema.validate(document, SARIF)
    for result in document["runs"][0]["results"]:
        text = result["message"]["text"]
        assert_plain_text(text)
        assert not re.search(r"\[[^\]]*\]\(", text)
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote_to_bytes(uri).decode() == f"file://{tmp_path / name}"


OURS = re.compile(
    r"<details open><summary>[a-z-]+</summary>\n"
    r"|<details><summary>\d+ warnings?</summary>\n"
    r"|<details><summary>All locations, each with its reasons</summary>\n"
    r"|</details>\n?"
)


@EXAMPLES
@given(stack=stacks, name=file_names)
@example(
    stack=changed((f"{OWN}deployments", "chat", "model"), f"```\n{MARK} @a <b> | `", as_key=False),
    name="Pulumi.prod.yaml",
)
@example(stack=changed(("gcp:project",), f"```\n</details>{MARK}", as_key=False), name="a`b.yaml")
def test_markdown_shows_what_was_typed_in_code_only(
    stack: dict[str, Any], name: str, tmp_path: Path
) -> None:
    done = planned(stack, name, tmp_path, "markdown")
    assert all(line.isprintable() for line in done.out.split("\n"))
    tokens = MarkdownIt("commonmark").enable("table").parse(done.out)
    assert [one.type for one in tokens].count("heading_open") == 1
    rows = 0
    for token in tokens:
        assert token.type not in ("code_block", "bullet_list_open", "blockquote_open", "hr")
        if token.type == "html_block":
            assert OURS.fullmatch(token.content), token.content
        if token.type == "tr_open":
            rows += 1
        if token.type != "inline":
            continue
        for inner in token.children or ():
            assert inner.type in ("text", "code_inline", "strong_open", "strong_close"), inner
            assert inner.type == "code_inline" or MARK not in inner.content, inner
    cells = sum(one.type in ("td_open", "th_open") for one in tokens)
    assert cells == 5 * rows
    assert rows == (3 if done.status == 1 else 0)


@EXAMPLES
@given(stack=stacks)
def test_the_program_s_diagnostics_are_lines_of_text(stack: dict[str, Any], tmp_path: Path) -> None:
    try:
        file = read_stack_file(written(stack, "Pulumi.prod.yaml", tmp_path))
        made = plan(parse_stack(file.values), "prod", today())
    except BadInput as error:
        assert_plain_text("\n".join(problem_lines(error)))
        return
    assert_plain_text("\n".join(refused_plan_lines(made, Stack(file))))
    warnings = [*made.warnings, *(one for _, its in made.answers for one in its.warnings)]
    for one in warnings:
        assert_plain_text(one.text)
        assert_plain_text(folded(f"{one.id}: {one.text}"))


@EXAMPLES
@given(stack=stacks, name=file_names, form=st.sampled_from(["text", "json", "markdown"]))
@example(stack=STACK, name="Pulumi.\n::stop-commands::t\x1b[2J<{%x%}>##[x].yaml", form="text")
@example(stack=STACK, name="Pulumi.`|<details>.yaml", form="markdown")
def test_what_a_snapshot_does_to_any_stack_is_told_in_text(
    stack: dict[str, Any], name: str, form: str, tmp_path: Path
) -> None:
    path = str(written(stack, name, tmp_path))
    done = run("diff", "2026-10-10", "2026-11-12", "--stacks", path, "--format", form)
    assert done.status in (1, 2)
    for text in (done.out, done.err):
        assert all(line.isprintable() for line in text.split("\n"))
        if form == "text":
            assert_plain_text(text)
    if form == "json":
        assert done.status == 2 or len(json.loads(done.out)["stacks"]) == 2
    if form == "markdown":
        tokens = MarkdownIt("commonmark").enable("table").parse(done.out)
        inner = [one for token in tokens for one in token.children or ()]
        assert all(one.type == "code_inline" or MARK not in one.content for one in inner)
        assert all(MARK not in one.content for one in tokens if one.type == "html_block")


def test_a_long_reason_is_no_command_where_its_line_is_broken(tmp_path: Path) -> None:
    reason = " ".join(["::error::boo"] * 12)
    done = planned(changed(REASON, reason, as_key=False), "Pulumi.prod.yaml", tmp_path, "text")
    assert done.out.count(":error::boo") == 12
    assert r" \x3a:error::boo" in done.out
    assert_plain_text(done.out)


def test_a_line_of_a_stack_file_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(
        "config:\n  vertex-residency:deployments:\n    chat:\n      ::add-mask::x: y\n",
        encoding="utf-8",
    )
    done = run("plan", str(path))
    assert "\n    \\x3a:add-mask::x: y\n" in done.err
    assert_plain_text(done.err)


OPTIONS = {
    "resolve": ["--residency", "--excluding", "--guarantee", "--need", "--context-size"],
    "models": ["--region", "--as-of", "--snapshot", "--residency"],
    "matrix": ["--model", "--snapshot"],
    "plan": ["--format", "--as-of"],
    "locations": ["--snapshot"],
    "snapshots": ["--snapshot"],
    "facts": ["--snapshot"],
    "diff": ["--format", "--as-of", "--stacks"],
}
OPTIONS["resolve"] += ["--location", "--prefer", "--project", "--region", "--why", "--snapshot"]
ODD = ["--", "-", "", "=", " ", ",", "--json", "\udc80", "a" * 9000, "9999-12-31", "0001-01-01"]
words = hostile_texts | st.sampled_from(ODD)


@settings(max_examples=150, deadline=None)
@given(
    option=st.sampled_from([(name, one) for name, all_ in OPTIONS.items() for one in all_]),
    word=words,
    apart=st.booleans(),
    as_json=st.booleans(),
)
@example(option=("resolve", "--region"), word="--", apart=False, as_json=False)
@example(option=("matrix", "--model"), word="--", apart=False, as_json=True)
def test_whatever_an_option_is_given_is_answered_in_text(
    option: tuple[str, str], word: str, apart: bool, as_json: bool
) -> None:
    command, name = option
    given = [name, word] if apart else [f"{name}={word}"]
    needed = {
        "resolve": ["gemini-3.5-flash", "--residency=eu"],
        "plan": ["x.yaml"],
        "facts": ["gemini-3.5-flash"],
        "diff": ["2026-10-10", "2026-11-12"],
    }
    done = run(command, *needed.get(command, []), *given, *["--json"] * as_json)
    assert done.status in (0, 1, 2)
    assert done.out + done.err
    for text in (done.out, done.err):
        assert all(line.isprintable() for line in text.split("\n"))
        if not as_json:
            assert_plain_text(text)
    assert not as_json or not done.out or json.loads(done.out)


@settings(max_examples=60, deadline=None)
@given(
    command=st.sampled_from(["facts", "diff", "resolve", "matrix"]),
    given_words=st.lists(words, min_size=1, max_size=2),
)
@example(command="facts", given_words=["\x00::error::x/y"])
@example(command="diff", given_words=["\x00.json", "/\ud800"])
def test_whatever_a_model_or_a_snapshot_is_called_is_answered_in_text(
    command: str, given_words: list[str]
) -> None:
    option = {"resolve": ["--residency=eu"], "matrix": ["--model"]}.get(command, [])
    done = run(command, *option, *given_words)
    assert done.status in (0, 1, 2)
    assert_plain_text(done.out)
    assert_plain_text(done.err)


@settings(max_examples=40, deadline=None)
@given(argv=st.lists(words, min_size=1, max_size=4))
def test_whatever_is_typed_in_the_place_of_a_command_is_answered_in_text(argv: list[str]) -> None:
    done = run(*(word for word in argv if not word.startswith("-h")))
    assert done.status == 2
    assert_plain_text(done.out)
    assert_plain_text(done.err)


@pytest.mark.parametrize("name", list(OPTIONS))
def test_an_option_of_nothing_but_dashes_is_bad_input(name: str) -> None:
    for option in OPTIONS[name]:
        done = run(name, f"{option}=--")
        assert done.status == 2
        assert done.err == f"{option}: '--' is no value\n"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_any_day_can_be_judged_by(day: str) -> None:
    for model in ("gemini-2.5-pro", "gemini-3.5-flash"):
        done = run("resolve", model, "--residency", "jp,eu", "--as-of", day)
        assert done.status in (0, 1)


@pytest.mark.parametrize(
    "argv",
    [("plan",), ("pin",), ("diff", "2026-10-10", "2026-11-12", "--stacks")],
    ids=lambda argv: argv[0],
)
def test_a_stack_whose_name_no_file_can_have_is_bad_input(argv: tuple[str, ...]) -> None:
    done = run(*argv, "Pulumi.a\0b.yaml")
    assert (done.status, done.out) == (2, "")
    assert "cannot be read" in done.err
    assert "\0" not in done.err
