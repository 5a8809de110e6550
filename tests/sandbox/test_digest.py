"""Previews in short: nothing is told twice, and nothing that is about an error is left out."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from sandbox.digest import can_be_short, digest
from sandbox.events import Message, Step, read_events
from sandbox.workspace import Result

STACK = "pulumi:pulumi:Stack"
BINDING = "gcp:projects/iAMMember:IAMMember"
ENDPOINT = "vertex-residency:index:ModelEndpoint"
TABLE = "Stack dev, snapshot 2026-10-10: all 1 placed.\ndeployment  model\nchat        gemini"


def step(op: str, kind: str, name: str, *diffs: str, grant: str = "") -> Step:
    return Step(op, f"urn:pulumi:dev::acme::{kind}::{name}", kind, diffs, grant)


def result(
    *messages: Message,
    steps: Sequence[Step] = (),
    stdout: str = "",
    status: int = 0,
    **changes: int,
) -> Result:
    return Result(status, stdout, "", tuple(steps), changes, messages=messages)


def warning(resource: str, text: str) -> Message:
    return Message("warning", resource, text)


def info(resource: str, text: str) -> Message:
    return Message("info", resource, text)


def test_a_warning_is_told_once_with_all_that_it_is_about() -> None:
    promise = "endpoint-guarantee: The endpoint in eu is no promise\n  about processing."
    terms = "partner-terms: somebody has to accept them."
    lines = digest(
        {
            "dev": result(warning("chat", promise), warning("", "stale: old"), warning("a", terms)),
            "prod": result(warning("chat", promise), warning("b", terms), warning("c", terms)),
        }
    )
    assert lines[:9] == [
        "3 warnings:",
        "  stale: old",
        "      (dev)",
        "  partner-terms: somebody has to accept them.",
        "      (dev: a; prod: b, c)",
        "  endpoint-guarantee: The endpoint in eu is no promise",
        "    about processing.",
        "      (dev: chat; prod: chat)",
        "",
    ]


def test_warnings_of_one_id_stand_together_in_the_order_of_their_first() -> None:
    texts = ["b: 1", "a: 1", "b: 2", "No id.", "a: 2"]
    lines = digest({"dev": result(*(warning("chat", text) for text in texts))})
    told = [line.strip() for line in lines[1:] if not line.startswith("      ")]
    assert told[:5] == ["b: 1", "b: 2", "a: 1", "a: 2", "No id."]


def test_a_warning_of_many_deployments_counts_them() -> None:
    many = [warning(f"chat-{n:03}", "a: b") for n in range(1000)]
    [about] = [line for line in digest({"dev": result(*many)}) if "chat-000" in line]
    assert about.endswith("chat-019 and 980 more)")


def test_what_is_told_is_the_same_in_whatever_order_the_resources_come() -> None:
    told = [warning("b", "a: 1"), warning("a", "a: 1"), info("b", "x"), info("a", "x")]
    assert digest({"dev": result(*told)}) == digest({"dev": result(*reversed(told))})


def test_the_last_that_is_told_of_a_stack_ends_what_is_shown_of_it_and_is_whole() -> None:
    bindings = "3 IAM bindings of 2 roles:\n  roles/a\n    b  c\n    d  e"
    change = "added: lab:\n  new\n  and long\n  in four lines"
    told = [info("", text) for text in (change, bindings, TABLE)]
    lines = digest({"dev": result(*told, same=3)})
    assert lines == [
        "dev: 3 unchanged",
        *(f"  {line}" for line in change.split("\n")),
        "  3 IAM bindings of 2 roles (3 more lines with --verbose)",
        *(f"  {line}" for line in TABLE.split("\n")),
    ]


def test_a_new_stack_says_how_many_resources_of_a_type_it_gets() -> None:
    made = [
        step("create", STACK, "acme-dev"),
        *(step("create", BINDING, f"binding-{n}", grant="roles/a to b") for n in range(30)),
        step("create", ENDPOINT, "chat"),
    ]
    text = "\n".join(
        [
            *("Previewing update (dev):", " + x create", "Outputs:", "    snapshot: {"),
            *("        a: 1", "    }", "    deployments: 2", "Resources:", "    + 32 to create"),
        ]
    )
    lines = digest({"dev": result(steps=made, stdout=text, create=32)})
    assert lines[:3] == [
        "dev: 32 to create",
        f"  30 gcp:projects:IAMMember, 1 {STACK}, 1 {ENDPOINT}",
        "  outputs: snapshot, deployments",
    ]


def test_what_changes_of_a_stack_that_is_up_is_told_line_by_line() -> None:
    steps = [
        step("same", STACK, "acme-dev"),
        step("create", BINDING, "binding-1", grant="roles/a to user:b"),
        step("update", "gcp:projects/iAMCustomRole:IAMCustomRole", "role", "permissions", "title"),
        *(step("delete", BINDING, f"binding-{n}") for n in range(2, 25)),
    ]
    text = (
        "Outputs:\n  ~ deployments: {\n      ~ chat: 1 => 2\n    }\nResources:\n    ~ 1 to update"
    )
    lines = digest({"dev": result(steps=steps, stdout=text, create=1, update=1, delete=23, same=1)})
    assert lines[:3] == [
        "dev: 1 to create, 1 to update, 23 to delete, 1 unchanged",
        "  create gcp:projects:IAMMember binding-1 (roles/a to user:b)",
        "  update gcp:projects:IAMCustomRole role [permissions, title]",
    ]
    assert [line for line in lines if line.startswith("  delete")] == [
        f"  delete gcp:projects:IAMMember binding-{n}" for n in range(2, 22)
    ]
    assert "  and to delete 3 gcp:projects:IAMMember" in lines
    assert [line.strip() for line in lines[lines.index("  outputs:") :][:4]] == [
        "outputs:",
        "~ deployments: {",
        "~ chat: 1 => 2",
        "}",
    ]


def test_of_large_outputs_the_names_of_those_that_change_are_told() -> None:
    inside = [f"        ~ chat-{n}: 1 => 2" for n in range(30)]
    outputs = ["  ~ deployments: {", *inside, "    }", "    snapshot: 1", "  + new        : 2"]
    lines = digest({"dev": result(stdout="\n".join(["Outputs:", *outputs]), same=1)})
    assert lines[1:] == ["  outputs that change: deployments, new"]


def test_a_replacement_is_told_once_and_a_property_once() -> None:
    halves = ("create-replacement", "replace", "delete-replaced")
    steps = [step(op, BINDING, "b", "role", "role") for op in halves for _ in range(2)]
    lines = digest({"dev": result(steps=steps, replace=1)})
    assert lines == ["dev: 1 to replace", "  replace gcp:projects:IAMMember b [role]"]


def test_what_is_told_of_resources_is_told_once_and_long_texts_by_their_first_sentence() -> None:
    long = "In eu: eu is the\n  only location. " + "Processing is committed. " * 10
    short = "An acknowledgement of v1.5 holds. It does."
    lines = digest({"dev": result(info("a", long), info("b", long), info("c", short))})
    assert lines[1:3] == ["  a, b: In eu: eu is the only location.", f"  c: {short}"]


@pytest.mark.parametrize(
    ("of", "short"),
    [
        (result(warning("chat", "a: b")), True),
        (result(status=1), False),
        (result(status=-9), False),
        (result(Message("error", "", "no place")), False),
    ],
)
def test_what_is_about_an_error_is_not_shortened(of: Result, short: bool) -> None:
    assert can_be_short(of) is short


def test_the_commands_of_a_warning_are_those_of_the_sandbox() -> None:
    lines = digest({"dev": result(warning("chat", "a: run `pulumi up` now"))})
    assert "  a: run `python -m sandbox up dev` now" in lines


def test_the_messages_of_an_event_log_are_read_without_colours(tmp_path: Path) -> None:
    urn = "urn:pulumi:dev::acme::vertex-residency:index:ModelEndpoint::chat"
    stack = "urn:pulumi:dev::acme::pulumi:pulumi:Stack::acme-dev"
    events = [
        {"urn": urn, "severity": "warning", "message": "<{%reset%}>a: b\n  c<{%reset%}>\n"},
        {"urn": stack, "severity": "info", "message": "  d"},
        {"severity": "info#err", "message": "e"},
        {"urn": urn, "severity": "info", "message": "now", "ephemeral": True},
        {"urn": urn, "severity": "debug", "message": "found"},
        {"urn": urn, "severity": "info", "message": "<{%reset%}>\n"},
    ]
    path = tmp_path / "events.json"
    path.write_text("".join(json.dumps({"diagnosticEvent": event}) + "\n" for event in events))
    assert read_events(path).messages == (
        Message("warning", "chat", "a: b\n  c"),
        Message("info", "", "  d"),
        Message("info#err", "", "e"),
    )


def test_a_binding_s_step_says_who_is_given_what(tmp_path: Path) -> None:
    state = {"inputs": {"role": "roles/a", "member": "user:b", "project": "p"}}
    base = {"urn": f"urn:pulumi:dev::acme::{BINDING}::binding-1", "type": BINDING}
    steps = [
        {**base, "op": "create", "new": state, "old": None},
        {**base, "op": "delete", "old": state},
        {**base, "op": "create", "new": {"inputs": {"role": "roles/a"}}},
    ]
    path = tmp_path / "events.json"
    lines = [json.dumps({"resourcePreEvent": {"metadata": each}}) for each in steps]
    path.write_text("\n".join([*lines, ""]))
    grants = [each.grant for each in read_events(path).steps]
    assert grants == ["roles/a to user:b", "roles/a to user:b", ""]
