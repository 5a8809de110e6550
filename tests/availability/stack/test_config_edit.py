"""A change of a configuration in the text of its file: the values of the CLI, and nothing else."""

from __future__ import annotations

import difflib
import json
import random
from pathlib import Path
from typing import Any, cast

import pytest

from availability.explanation.alternatives.steps import path_text
from availability.input.errors import BadInput
from availability.stack.config_change import (
    ConfigChange,
    NotChangeable,
    changed,
    coerced,
    parsed_path,
)
from availability.stack.config_edit import with_changes
from availability.stack.file import encoded, read_stack_file
from availability.stack.source import Source, read_source
from tests.generated_stacks import generated, write

HEAD = "config:\n  # the project\n  gcp:project: acme\n  vertex-residency:residency: eu # why\n"
DEPLOYMENTS = "vertex-residency:deployments"


def source_of(folder: Path, text: str | bytes) -> Source:
    path = folder / "Pulumi.dev.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_source(path)


def change(path: str, value: object = None) -> ConfigChange:
    """A change of a key of `chat`, or of any key that is given with its namespace."""
    full = path if ":" in path else f"{DEPLOYMENTS}.chat.{path}"
    return ConfigChange(parsed_path(full, "vertex-residency", is_path=True), value)


RESIDENCY = [
    change("residency"),
    change("residency.within", "eu,us"),
    change("residency.guarantee", "endpoint"),
]


def chat_after(folder: Path, chat: str, *changes: ConfigChange) -> str:
    """The lines of `chat` after the changes; the rest is as it was."""
    head = f"{HEAD}  {DEPLOYMENTS}:\n"
    after = with_changes(source_of(folder, head + chat), changes)
    assert after.text.startswith(head)
    return after.text.removeprefix(head)


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (
            "    chat:\n      model: a  # x\n",
            [change("model", "b")],
            "    chat:\n      model: b  # x\n",
        ),
        ("    chat: {model: 'a'}", [change("model", "b")], "    chat: {model: 'b'}"),
        ('    "chat": {"model": "a"}', [change("model", "b")], '    "chat": {"model": "b"}'),
        (
            "    chat:\n      model: >-\n        a\n\n      # x\n      needs: [b]\n",
            [change("model", "b")],
            "    chat:\n      model: b\n\n      # x\n      needs: [b]\n",
        ),
        (
            "    chat:\n      # 1\n      residency: de # 2\n      # 3\n      model: a",
            [change("residency")],
            "    chat:\n      # 1\n      # 3\n      model: a",
        ),
        (
            "    chat:\n      model: a # 1\n      # 2\n      residency: de",
            [change("residency")],
            "    chat:\n      model: a # 1\n      # 2",
        ),
        (
            (
                "    chat:\n      residency:\n        within: de\n        guarantee: endpoint # x\n"
                "\n      model: a\n"
            ),
            [change("residency")],
            "    chat:\n\n      model: a\n",
        ),
        (
            (
                "    chat:\n      residency: # 1\n        # 2\n        within: de # 3\n"
                "      model: a\n"
            ),
            RESIDENCY,
            (
                "    chat:\n      residency: # 1\n        # 2\n        within: eu,us # 3\n"
                "        guarantee: endpoint\n      model: a\n"
            ),
        ),
        (
            "    chat:\n      residency: de # 1\n      model: a\n",
            RESIDENCY,
            (
                '    chat:\n      residency: {within: "eu,us", guarantee: endpoint} # 1\n'
                "      model: a\n"
            ),
        ),
        (
            (
                "    chat:\n      residency: # 1\n      - de # 2\n      - fr\n      # 3\n"
                "      model: a\n"
            ),
            [change("residency", "no")],
            '    chat:\n      residency: "no" # 1\n      # 3\n      model: a\n',
        ),
        (
            "    chat: { residency: de , model: a }\n",
            [change("residency")],
            "    chat: { model: a }\n",
        ),
        (
            '    chat: {"model": "a",\n      "residency": {"within": ["de"]}}\n',
            [change("residency"), change("allowPreview", True)],
            '    chat: {"model": "a", "allowPreview": true}\n',
        ),
        (
            (
                "    chat:\n      needs:\n      - a # 1\n      # 2\n      -   b\n      - c\n"
                "      model: a\n"
            ),
            [change("needs[1]"), change("needs[2]", "d"), change("needs[0]", 5)],
            (
                "    chat:\n      needs:\n      - 5 # 1\n      # 2\n      - c\n      - d\n"
                "      model: a\n"
            ),
        ),
        (
            "    chat:\n      model: a\n      needs: [b]\n",
            [change("needs[0]"), change("prefer[0]", "eu")],
            "    chat:\n      model: a\n      prefer: [eu]\n      needs: []\n",
        ),
        (
            "    chat:\n      model: a\n      residency:\n",
            [change("residency", "a: b")],
            '    chat:\n      model: a\n      residency: "a: b"\n',
        ),
        (
            "    other: &r de\n    chat: {model: a, residency: *r}\n",
            [change("residency", "eu")],
            "    other: &r de\n    chat: {model: a, residency: eu}\n",
        ),
        (
            "    chat:\n      <<: {residency: de}\n      model: a\n",
            [change("residency", "eu")],
            "    chat:\n      <<: {residency: de}\n      model: a\n      residency: eu\n",
        ),
    ],
)
def test_only_what_changes_changes(
    before: str, changes: list[ConfigChange], after: str, tmp_path: Path
) -> None:
    assert chat_after(tmp_path, before, *changes) == after


@pytest.mark.parametrize(
    ("chat", "place", "why"),
    [
        ("    b: &b {model: a}\n    chat: *b\n", "7:11", "it is an alias of b"),
        ("    chat: &b\n      model: a\n    b: *b\n", "6:11", "an alias stands for this, too"),
        ("    chat: {model: &m a}\n    b: {model: *m}\n", "6:19", "an alias stands for this, too"),
    ],
)
def test_what_an_alias_shares_is_left_to_a_person(
    chat: str, place: str, why: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as raised:
        chat_after(tmp_path, chat, change("model", "b"))
    said = str(raised.value)
    assert said.startswith(f"{tmp_path / 'Pulumi.dev.yaml'}:{place}: ")
    assert why in said
    assert said.endswith(f"by hand, set {DEPLOYMENTS}.chat.model to b")


@pytest.mark.parametrize(
    ("chat", "path"),
    [
        ("    chat:\n      <<: {residency: de}\n      model: a\n", "residency"),
        (
            "    chat:\n      <<: {residency: de}\n      residency: fr\n      model: a\n",
            "residency",
        ),
        ("    chat:\n      ? residency\n      : de\n      model: a\n", "residency"),
        ("    chat: {model: a # x\n      , residency: de}\n", "residency"),
        ("    chat: {residency: {within: &a de}, model: *a}\n", "residency"),
    ],
)
def test_what_cannot_be_taken_out_is_left_to_a_person(chat: str, path: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"by hand, remove {DEPLOYMENTS}.chat.{path}"):
        chat_after(tmp_path, chat, change(path))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with mark", "utf-16-be with mark"]
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n# ende ✓\n"])
def test_encoding_line_ends_and_the_end_stay(
    encoding: str, line_break: str, end: str, tmp_path: Path
) -> None:
    def bytes_of(text: str) -> bytes:
        codec, _, mark = encoding.partition(" with ")
        marked = f"\ufeff{text}" if mark else text
        return marked.replace("\n", line_break).encode(codec)

    head = f"# für 😀\n{HEAD}  {DEPLOYMENTS}:\n    chat:\n      model: "
    source = source_of(tmp_path, bytes_of(f"{head}a # 😀\n      residency: de{end}"))
    after = with_changes(
        source, [change("model", "b"), change("residency"), change("allowPreview", True)]
    )
    expected = bytes_of(f"{head}b # 😀\n      allowPreview: true{end}")
    assert encoded(after.text, source.content) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "config:\n  gcp:zone: a-b\n"),
        ("# nothing", "# nothing\nconfig:\n  gcp:zone: a-b\n"),
        ("encryptionsalt: v1\r\n", "encryptionsalt: v1\r\nconfig:\r\n  gcp:zone: a-b\r\n"),
        ("config:\n", 'config: {"gcp:zone": a-b}\n'),
        ("config: {}\n", 'config: {"gcp:zone": a-b}\n'),
        ("config: {a:b: c}\n", 'config: {a:b: c, "gcp:zone": a-b}\n'),
        ("config:\n  gcp:config:zone: x\n", "config:\n  gcp:config:zone: a-b\n"),
        ("config:\n  a:b:\n    c: d\n", "config:\n  gcp:zone: a-b\n  a:b:\n    c: d\n"),
    ],
)
def test_a_key_of_the_stack_is_set_in_any_file(before: str, after: str, tmp_path: Path) -> None:
    assert with_changes(source_of(tmp_path, before), [change("gcp:zone", "a-b")]).text == after


@pytest.mark.parametrize("text", ["config:\n  a:b: c", "config: {a:b: c}\n"])
def test_without_its_last_key_a_configuration_is_empty(text: str, tmp_path: Path) -> None:
    after = with_changes(source_of(tmp_path, text), [change("a:b")])
    assert after.stack.file.values == {}


def test_secrets_and_what_stands_beside_the_configuration_stay(tmp_path: Path) -> None:
    lines = "  other:token:\n    secure:   'v1:cc'   # ours\n"
    end = "encryptionsalt:   v1:9999   # ours\n"
    source = source_of(tmp_path, f"{HEAD}{lines}{end}")
    after = with_changes(source, [change("gcp:project", "b")])
    assert after.text == f"{HEAD}{lines}{end}".replace("acme", "b")
    with pytest.raises(BadInput, match="is no map"):
        with_changes(source, [change("other:token.a.b", "x"), change("other:token.a.b.c", "x")])


VALUES: list[object] = [
    *("eu", "a,b", "no", "~", "null", "1.0", "0x1F", "017", "2026-10-10", "12:30:45", "a: b", "#x"),
    *("- x", "'", '"', "a\nb", "tab\t", " x ", "é 😀", "\x7f\u2028\ufeff", "a:b", "", "{a}", "*a"),
    *(True, False, 0, -5, 2**63, 1.5),
    *(["a", ["b", {}]], [], {"a": {"b": [1, "2"]}, "x y": "1"}),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize(
    "text",
    ["x", "'x'", '"x"', "[x, y]", "{a: x}", '{"a": "x"}', "\n      - x\n      - y", "|\n      x"],
)
def test_any_value_is_written_such_that_it_is_read_as_it_is(
    text: str, value: object, tmp_path: Path
) -> None:
    source = source_of(tmp_path, f"config:\n  a:b:\n    c: {text}\n    d: {text}\n")
    config = cast(
        "dict[str, Any]", with_changes(source, [change("a:b.c", value)]).stack.file.config
    )
    assert json.dumps(config["a:b"]["c"]) == json.dumps(value)
    assert config["a:b"]["d"] == cast("dict[str, Any]", source.stack.file.config["a:b"])["d"]


def paths_in(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(cast("dict[Any, Any]", value).items())
    elif isinstance(value, list):
        pairs = list(enumerate(cast("list[Any]", value)))
    inner = [below for key, item in pairs for below in paths_in(item, (*path, key))]
    return [path, *inner] if path else inner


def test_generated_stack_files_say_what_was_asked_for_and_keep_their_comments(
    tmp_path: Path,
) -> None:
    made = 0
    for seed in range(250):
        rng = random.Random(seed)  # noqa: S311 - no secret, and the same in every run
        stack = generated(seed)
        path = write(tmp_path, stack)
        text = stack.text.replace("\n", "\r\n") if seed % 3 == 0 else stack.text
        path.write_bytes(text.encode())
        try:
            source = read_source(path)
        except BadInput:
            continue
        before = dict(source.stack.file.config)
        at = rng.choice(paths_in(before, ()))
        step = ConfigChange(at, rng.choice([None, None, "x,y", True, ["a", {"b": "c"}], "new"]))
        try:
            wanted = changed(before, [step])
        except NotChangeable:
            continue
        after = with_changes(source, [step])  # nothing of these files is left to a person
        path.write_bytes(encoded(after.text, source.content))
        read = read_stack_file(path, project=stack.project)
        assert json.dumps(read.config, sort_keys=True) == json.dumps(wanted, sort_keys=True), text
        untouched(source.text, after.text)
        made += 1
    assert made > 150


def untouched(before: str, after: str) -> None:
    """At most one line is new, and what is gone stood together, without blanks and comments."""
    marks = [
        line[0]
        for line in difflib.ndiff(before.splitlines(True), after.splitlines(True))
        if line[0] != "?" and line[2:].strip() and not line[2:].lstrip().startswith("#")
    ]
    assert marks.count("+") <= 1
    assert " " not in "".join(marks).strip(" ").strip("+")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("gcp:project", ("gcp:project",)),
        ("residency", ("acme:residency",)),
        ("a:config:b.c", ("a:b", "c")),
        ("a:b[0][12].c", ("a:b", 0, 12, "c")),
        ('a:b["x.y"]["q\\"r"].z', ("a:b", "x.y", 'q"r', "z")),
        ('["a.b"].c', ("acme:a.b", "c")),
    ],
)
def test_a_path_is_read_as_the_cli_reads_it(text: str, path: tuple[object, ...]) -> None:
    assert parsed_path(text, "acme", is_path=True) == path
    if "." not in str(path[0]):
        assert parsed_path(path_text(cast("Any", path)), "acme", is_path=True) == path


@pytest.mark.parametrize(
    "text", ["", "a:b.", "a:b.[0]", "[0]", "a:b[x]", "a:b[", "a:b:c", 'a:b["c]']
)
def test_what_is_no_path_is_said(text: str) -> None:
    with pytest.raises(NotChangeable):
        parsed_path(text, "acme", is_path=True)


def test_without_path_dots_are_part_of_a_key() -> None:
    assert parsed_path("a:b.c[0]", "acme", is_path=False) == ("a:b.c[0]",)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("true", True), ("false", False), ("True", "True"), ("0", 0), ("00", "00"), ("-05", -5)),
        *(("+5", 5), ("1.0", "1.0"), ("", ""), ("1_0", "1_0"), ("٣", "٣")),
        (str(2**64 - 1), 2**64 - 1),
        (str(2**64), str(2**64)),
        (str(-(2**63)), -(2**63)),
        (f"+{2**63}", f"+{2**63}"),
    ],
)
def test_a_text_inside_of_a_value_is_what_the_cli_takes_it_for(text: str, value: object) -> None:
    assert (coerced(text), type(coerced(text))) == (value, type(value))


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ({}, "a:b.c.d", "x", {"a:b": {"c": {"d": "x"}}}),
        ({}, "a:b[2]", "x", {"a:b": [None, None, "x"]}),
        ({"a:b": "text"}, "a:b.c", "x", {"a:b": {"c": "x"}}),
        ({"a:b": None}, "a:b.c", "x", {"a:b": {"c": "x"}}),
        ({"a:b": ["x"]}, "a:b[1].c", "y", {"a:b": ["x", {"c": "y"}]}),
        ({"a:b": {"c": "x"}}, "a:b.c.d", None, {"a:b": {"c": "x"}}),
        ({"a:b": {"c": "x"}}, "a:b.c", None, {"a:b": {}}),
        ({"a:b": ["x", "y"]}, "a:b[0]", None, {"a:b": ["y"]}),
        ({"a:b": ["x"]}, "a:b[7]", None, {"a:b": ["x"]}),
        ({"a:b": "x"}, "a:b", None, {}),
        ({}, "a:b.c", None, {}),
    ],
)
def test_changes_are_those_of_the_cli(
    before: dict[str, object], path: str, value: object, after: dict[str, object]
) -> None:
    assert changed(before, [change(path, value)]) == after


@pytest.mark.parametrize(
    ("before", "path"),
    [
        ({"a:b": {"c": "x"}}, "a:b.c.d"),
        ({"a:b": {"c": {}}}, "a:b.c[0]"),
        ({"a:b": ["x"]}, "a:b[2]"),
        ({"a:b": ["x"]}, "a:b.c"),
        ({"a:b": {}}, "a:b.secure"),
        ({"a:b": {"c": {"secure": "v1"}}}, "a:b.c.d"),
        ({}, "a:b[999999999]"),
    ],
)
def test_what_the_cli_refuses_is_refused(before: dict[str, object], path: str) -> None:
    with pytest.raises(NotChangeable):
        changed(before, [change(path, "x")])
