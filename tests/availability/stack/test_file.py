"""A stack file is read as the engine reads it, and what is wrong with it is said with its place."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.input.errors import BadInput, Problem
from availability.stack.config import parse_stack
from availability.stack.file import Position, StackFile, read_stack_file, stack_name
from availability.stack.plan import Plan, plan
from tests.paths import ROOT


def read(folder: Path, content: str | bytes, name: str = "Pulumi.dev.yaml") -> StackFile:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_stack_file(file)


def problem(folder: Path, content: str | bytes) -> Problem:
    with pytest.raises(BadInput) as caught:
        read(folder, content)
    [found] = caught.value.problems
    return found


SCALARS: list[tuple[str, object]] = [
    ("no", "no"),
    ("yes", "yes"),
    ("on", "on"),
    ("n", "n"),
    ("True", "true"),
    ("true", "true"),
    ("FALSE", "false"),
    ("2025-05-12", "2025-05-12 00:00:00 +0000 UTC"),
    ('"2025-05-12"', "2025-05-12"),
    ("2025-05-12T10:00:00+02:00", "2025-05-12 10:00:00 +0200 +0200"),
    ("2025-05-12T10:00:00Z", "2025-05-12 10:00:00 +0000 UTC"),
    ("2025-05-12 10:00:00", "2025-05-12 10:00:00 +0000 UTC"),
    ("2025-05-12T10:00:00-05:30", "2025-05-12 10:00:00 -0530 -0530"),
    ("2025-05-12T10:00:00.5Z", "2025-05-12 10:00:00.5 +0000 UTC"),
    ("2025-5-2", "2025-05-02 00:00:00 +0000 UTC"),
    ("2025-13-12", "2025-13-12"),
    ("0001-01-01", "0001-01-01 00:00:00 +0000 UTC"),
    ("1.0", "1"),
    ("1.50", "1.5"),
    ("017", "15"),
    ("0o17", "15"),
    ("08", "8"),
    ("0x1F", "31"),
    ("-0x1F", "-31"),
    ("0b11", "3"),
    ("1e3", "1000"),
    ("1_000", "1000"),
    ("+5", "5"),
    ("1:30", "1:30"),
    ("1.2.3", "1.2.3"),
    ("1e-7", "1e-7"),
    ("0.00001", "0.00001"),
    ("null", ""),
    ("~", ""),
    ("", ""),
    ("!!str 12", "12"),
    ("!!str true", "true"),
    ("!!binary aGVsbG8=", "hello"),
    ('"017"', "017"),
    ("'yes'", "yes"),
    ("ü", "ü"),
    ('"\\u00fc"', "ü"),
    ("|\n    a\n    b", "a\nb\n"),
    (">-\n    eu,\n    de", "eu, de"),
    (">\n    a\n    b\n\n    c", "a b\nc\n"),
    ("eu,\n    de", "eu, de"),
    ("{}", {}),
    ("[]", []),
    ("[no, 1.0, ~, 2025-05-12]", ["no", 1, None, "2025-05-12 00:00:00 +0000 UTC"]),
    ("{a: null, b: }", {"a": None, "b": None}),
    ("{3: a, true: b, 1.5: c}", {"3": "a", "true": "b", "1.5": "c"}),
    ("{2025-05-12: a}", {"2025-05-12 00:00:00 +0000 UTC": "a"}),
    ('["a<b>&c"]', ["a<b>&c"]),
    ("[1e3, 0x1F, 1_0, 017]", [1000, 31, 10, 15]),
    ("'[\"eu\"]'", ["eu"]),
    ("9" * 400, "9" * 400),
    ("1" + "0" * 308, "1e+308"),
    ("18446744073709551615", "18446744073709551615"),
    ("18446744073709551616", "18446744073709552000"),
    ("1e400", "1e400"),
    ("-0", "0"),
    ("! 12", "12"),
    ("!foo 12", "12"),
    ("!!float 5", "5"),
    ("!!seq x", "x"),
    ("2025-05-12T10:00:00", "2025-05-12T10:00:00"),
    ("2025-05-12 1:2:3", "2025-05-12 01:02:03 +0000 UTC"),
    ("2025-02-29", "2025-02-29"),
    ("2024-02-29", "2024-02-29 00:00:00 +0000 UTC"),
    ("{.inf: a}", {"+Inf": "a"}),
    ("{~: a}", {"<nil>": "a"}),
]


def value_of(text: str) -> object:
    """What `pulumi.Config` hands over: a text, or JSON for a list or a map."""
    return json.loads(text) if text[:1] in ("[", "{") else text


@pytest.mark.parametrize(("written", "expected"), SCALARS)
def test_a_value_is_what_the_engine_makes_of_it(written: str, expected: object, tmp_path: Path):
    values = read(tmp_path, f"config:\n  x:key: {written}\n").values
    assert value_of(values["x:key"]) == expected


WHOLE: list[tuple[str, str, dict[str, object] | None]] = [
    (
        "anchor and merge",
        "config:\n  x:a: &a {p: 1, q: [2]}\n  x:b:\n    <<: *a\n    q: 3\n  x:c: *a\n",
        {"x:a": {"p": 1, "q": [2]}, "x:b": {"p": 1, "q": 3}, "x:c": {"p": 1, "q": [2]}},
    ),
    (
        "merge of several",
        "base: &a {p: 1, q: 2}\nother: &o {q: 5, r: 6}\nconfig:\n  x:b:\n    <<: [*a, *o]\n",
        {"x:b": {"p": 1, "q": 2, "r": 6}},
    ),
    (
        "merge at the top",
        "base: &a {x:p: 1}\nconfig:\n  <<: *a\n  x:q: 2\n",
        {"x:p": "1", "x:q": "2"},
    ),
    ("older spelling", "config:\n  x:config:a: eu\n", {"x:a": "eu"}),
    ("no namespace", "config:\n  residency: eu\n", {"vertex-residency:residency": "eu"}),
    ("no config", "other:\n  x:a: 1\n", {}),
    ("empty config", "config:\n", {}),
    ("empty file", "", {}),
    ("only a comment", "# nothing\n", {}),
    ("a leading ---", "---\nconfig:\n  x:a: 1\n", {"x:a": "1"}),
    ("a closing ...", "config:\n  x:a: 1\n...\n", {"x:a": "1"}),
    ("a byte order mark", "\ufeffconfig:\n  x:a: 1\n", {"x:a": "1"}),
    ("Windows line ends", "config:\r\n  x:a: eu\r\n  x:b: de\r\n", {"x:a": "eu", "x:b": "de"}),
    ("a tab before a value", "config:\n  x:a:\teu\n", {"x:a": "eu"}),
    ("a second document", "config:\n  x:a: 1\n---\nconfig:\n  x:b: 2\n", {"x:a": "1"}),
    ("a tag of one's own", "config:\n  x:a: !foo bar\n", {"x:a": "bar"}),
    ("a header for YAML 1.1", "%YAML 1.1\n---\nconfig:\n  x:a: 1\n", {"x:a": "1"}),
    (
        "a tag that only looks like YAML's own",
        "config:\n  x:a: !<tag:yamlXorg,2002:int> 0x1F\n",
        {"x:a": "0x1F"},
    ),
    (
        "a header for tags",
        "%TAG ! tag:yaml.org,2002:\n---\nconfig:\n  x:a: !int 5\n",
        {"x:a": "5"},
    ),
    ("a name without letters", "config:\n  'x:': 1\n  ':a': 2\n", {"x:": "1", ":a": "2"}),
    ("a number beside config", "other: .inf\nconfig: {x:a: 1}\n", {"x:a": "1"}),
    ("a header for YAML 1.2", "%YAML 1.2\n---\nconfig:\n  x:a: 1\n", None),
    ("an unknown directive's version", "%YAML 2.0\n---\nconfig:\n  x:a: 1\n", None),
    ("no text as !!int", 'config:\n  x:a: !!int ""\n', None),
    ("a fraction as !!int", "config:\n  x:a: !!int 1.5\n", None),
    ("a word as !!bool", "config:\n  x:a: !!bool yes\n", None),
    ("no base64", 'config:\n  x:a: !!binary "%%%"\n', None),
    ("base64 of another length", "config:\n  x:a: !!binary aGV8=\n", None),
    ("a number as a key of the file", "1: 2\nconfig: {x:a: 1}\n", None),
    ("a number as a key of config", "config: {1: 2}\n", None),
    ("a list of providers", "secretsprovider: [1]\nconfig: {x:a: 1}\n", None),
    ("duplicate keys beside config", "other: {a: 1, a: 2}\nconfig: {x:a: 1}\n", None),
    ("duplicate keys", "config:\n  x:a: 1\n  x:a: 2\n", None),
    ("duplicate keys inside", "config:\n  x:a: {b: 1, b: 2}\n", None),
    ("config twice", "config:\n  x:a: 1\nconfig:\n  x:b: 1\n", None),
    ("merged twice", "b: &a {p: 1}\nconfig:\n  x:b:\n    <<: *a\n    <<: *a\n", None),
    ("a list for config", "config: [1]\n", None),
    ("a text for config", "config: hello\n", None),
    ("a list", "- config\n", None),
    ("a text", "hello\n", None),
    ("a tab for indentation", "config:\n\tx:a: 1\n", None),
    ("an unknown anchor", "config:\n  x:a: *q\n", None),
    ("an anchor in itself", "config:\n  x:a: &q [*q]\n", None),
    ("a list as a key", "config:\n  x:a: {[1]: 2}\n", None),
    ("a key with too many colons", "config:\n  x:a:b:c: 1\n", None),
    ("a key without a namespace's text", "config:\n  : 1\n", None),
    ("a merge of a number", "config:\n  x:a: {<<: 3, b: 1}\n", None),
    ("infinity", "config:\n  x:a: .inf\n", None),
    ("a control character", 'config:\n  x:a: "\x07"\n', None),
    ("an unclosed quote", 'config:\n  x:a: "eu\n', None),
    ("an unclosed list", "config:\n  x:a: [eu\n", None),
]


@pytest.mark.parametrize(
    ("content", "expected"),
    [case[1:] for case in WHOLE if case[2] is not None],
    ids=[case[0] for case in WHOLE if case[2] is not None],
)
def test_a_file_is_what_the_engine_makes_of_it(
    content: str, expected: dict[str, object], tmp_path: Path
):
    values = read(tmp_path, content).values
    assert {key: value_of(text) for key, text in values.items()} == expected


@pytest.mark.parametrize(
    "content", [c[1] for c in WHOLE if c[2] is None], ids=[c[0] for c in WHOLE if c[2] is None]
)
def test_what_the_engine_cannot_read_is_one_bad_input_on_one_line(content: str, tmp_path: Path):
    found = problem(tmp_path, content)
    assert "Pulumi.dev.yaml" in found.path
    assert "\n" not in found.message


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("config:\n  x:a: 1\n  x:a: 2\n", 3, 3),
        ("config:\n  x:a:\n    b: 1\n    c: {d: 1, d: 2}\n", 4, 15),
        ("config:\n  x:a: {<<: 3, b: 1}\n", 2, 13),
        ("a: 1\nconfig: [1]\n", 2, 9),
        ("- config\n", 1, 1),
        ("\n\nhello\n", 3, 1),
        ("config:\n\tx:a: 1\n", 2, 1),
        ("config:\n  x:a: *q\n", 2, 8),
        ("config:\n  x:a: [eu\n", 3, 1),
        ("config:\n  vertex-residency:residency:\n    secure: v1:abc\n", 3, 5),
    ],
)
def test_a_mistake_is_said_with_its_line_and_column(
    content: str, line: int, column: int, tmp_path: Path
):
    found = problem(tmp_path, content)
    text = str(found)
    assert f"yaml:{line}:{column}:" in text or f"(line {line}, column {column})" in text


def test_both_duplicates_are_reported_and_the_first_line_is_named(tmp_path: Path):
    with pytest.raises(BadInput) as caught:
        read(tmp_path, "config:\n  x:a: 1\n  x:a: 2\n  x:b: {c: 1, c: 2}\n")
    assert len(caught.value.problems) == 2
    assert "first in line 2" in caught.value.problems[0].message


def test_a_file_that_is_not_utf_8_is_bad_input_that_names_the_byte(tmp_path: Path):
    found = problem(tmp_path, b"config:\n  x:a: " + b"\xfc\n")
    assert "UTF-8" in found.message
    assert "0xfc" in found.message


@pytest.mark.parametrize("content", [b"\x00", b"\xff\xfec\x00", b"\x80"])
def test_bytes_that_are_no_text_are_one_bad_input(content: bytes, tmp_path: Path):
    assert problem(tmp_path, content).path.endswith("Pulumi.dev.yaml")


def missing(folder: Path) -> Path:
    return folder / "Pulumi.missing.yaml"


def directory(folder: Path) -> Path:
    (folder / "Pulumi.folder.yaml").mkdir()
    return folder / "Pulumi.folder.yaml"


def inside_a_file(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file" / "Pulumi.dev.yaml"


def long_name(folder: Path) -> Path:
    return folder / ("x" * 5000)


@pytest.mark.parametrize("make", [missing, directory, inside_a_file, long_name])
def test_a_file_that_cannot_be_read_is_one_bad_input(make: Callable[[Path], Path], tmp_path: Path):
    path = make(tmp_path)
    with pytest.raises(BadInput) as caught:
        read_stack_file(path)
    [found] = caught.value.problems
    assert found.path == str(path)
    assert "cannot be read" in found.message


def test_deep_nesting_is_bad_input_or_a_value_and_never_an_exception(tmp_path: Path):
    try:
        depth = (
            read(tmp_path, "config:\n  x:a: " + "[" * 1500 + "]" * 1500).values["x:a"].count("[")
        )
    except BadInput as error:
        depth = 1500 if len(error.problems) == 1 else 0
    assert depth == 1500


def bomb(width: int, depth: int) -> str:
    """A file whose aliases stand for `width` to the power of `depth` texts."""
    lines = ["l0: &l0 [x]"]
    for level in range(1, depth + 1):
        items = ", ".join([f"*l{level - 1}"] * width)
        lines.append(f"l{level}: &l{level} [{items}]")
    return "\n".join(lines) + f"\nconfig:\n  x:a: *l{depth}\n"


HOSTILE: list[tuple[str, str, str]] = [
    ("an alias bomb", bomb(9, 9), "excessive aliasing"),
    ("a deep alias bomb", bomb(2, 60), "excessive aliasing"),
    ("brackets", "config:\n  x:a: " + "[" * 50_000 + "]" * 50_000 + "\n", "nested"),
    ("braces", "config:\n  x:a: " + "{a: " * 25_000 + "}" * 25_000 + "\n", "nested"),
    ("lists in lists", "config:\n  x:a:\n    " + "- " * 50_000 + "a\n", "nested"),
    ("open brackets", "[" * 100_000, ""),
    ("a long text many times", f"b: &b {'x' * 100_000}\nconfig: {{x:a: [{'*b, ' * 900}]}}\n", ""),
]


@pytest.mark.parametrize(
    ("content", "words"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE]
)
def test_a_hostile_file_is_one_bad_input_at_once_and_takes_little_memory(
    content: str, words: str, tmp_path: Path
):
    (tmp_path / "Pulumi.dev.yaml").write_text(content, encoding="utf-8")
    script = (
        "import re, sys, time\n"
        "from pathlib import Path\n"
        "from availability.input.errors import BadInput\n"
        "from availability.stack.file import read_stack_file\n"
        "before = time.process_time()\n"
        "try:\n"
        "    read_stack_file(Path(sys.argv[1]))\n"
        "except BadInput as error:\n"
        "    print(len(error.problems), str(error)[-200:].replace(chr(10), ' '))\n"
        "print(time.process_time() - before)\n"
        # Not `ru_maxrss`, which begins with the memory of the process that started this one.
        "status = Path('/proc/self/status').read_text()\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', status)[1])\n"
    )
    words_of = [sys.executable, "-c", script, str(tmp_path / "Pulumi.dev.yaml")]
    done = subprocess.run(words_of, cwd=ROOT, capture_output=True, text=True, check=True)
    said, seconds, kilobytes = done.stdout.splitlines()
    assert said.startswith("1 ")
    assert words in said
    # The processor's own time, and ten times what is needed: a bomb took 46 seconds and 3 GB.
    assert float(seconds) < 5
    assert int(kilobytes) < 300_000


def test_one_long_line_takes_memory_in_proportion_to_the_file(tmp_path: Path):
    def peak(keys: int) -> int:
        pairs = ", ".join(f"k{index}: [a, b]" for index in range(keys))
        (tmp_path / "Pulumi.dev.yaml").write_text(f"config: {{x:a: {{{pairs}}}}}\n")
        tracemalloc.start()
        read_stack_file(tmp_path / "Pulumi.dev.yaml")
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(100)
    assert peak(8000) < 6 * peak(2000)


def test_aliases_that_the_engine_takes_are_read(tmp_path: Path):
    text = "b: &b {p: [1, 2]}\nconfig:\n  x:a: [" + "*b, " * 200 + "]\n"
    assert value_of(read(tmp_path, text).values["x:a"]) == [{"p": [1, 2]}] * 200


def test_a_file_in_utf_16_is_read_as_the_engine_reads_it(tmp_path: Path):
    content = "config:\n  x:a: \u00fc\n".encode("utf-16")
    assert read(tmp_path, content).values == {"x:a": "\u00fc"}


def test_a_key_without_a_namespace_is_that_of_the_project(tmp_path: Path):
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text("config:\n  residency: eu\n")
    file = read_stack_file(path, project="team-b")
    assert file.values == {"team-b:residency": "eu"}
    assert file.locate("team-b:residency") == Position(2, 14)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[acme/prod, acme/eu]", "acme/prod, acme/eu"),
        ("{imports: [acme/prod]}", "acme/prod"),
        ("{values: {a: 1}}", "written in this file"),
        ("[acme/prod: {merge: false}]", "acme/prod"),
        ("[]", None),
        ("~", None),
    ],
)
def test_an_environment_is_named(written: str, said: str | None, tmp_path: Path):
    assert read(tmp_path, f"environment: {written}\nconfig: {{}}\n").environment == said


def test_a_secret_of_another_program_key_is_no_matter_of_ours(tmp_path: Path):
    content = "config:\n  gcp:credentials:\n    secure: v1:abc\n  vertex-residency:residency: eu\n"
    assert read(tmp_path, content).values["vertex-residency:residency"] == "eu"


@pytest.mark.parametrize(
    ("name", "stack"),
    [
        ("Pulumi.dev.yaml", "dev"),
        ("Pulumi.prod.yml", "prod"),
        ("Pulumi.eu-prod_1.yaml", "eu-prod_1"),
        ("Pulumi.a.b.yaml", "a.b"),
        ("other.yaml", "other"),
    ],
)
def test_the_stack_is_named_by_its_file(name: str, stack: str):
    assert stack_name(Path("stacks") / name) == stack


LOCATED = """\
config:
  vertex-residency:residency: eu
  vertex-residency:deployments:
    chat:
      model: gemini
      needs:
        - tuning
        - singing
    search: &search {model: x}
    other: *search
"""


@pytest.mark.parametrize(
    ("path", "key", "position"),
    [
        ("vertex-residency:residency", False, Position(2, 31)),
        ("vertex-residency:residency", True, Position(2, 3)),
        ("vertex-residency:deployments.chat.model", False, Position(5, 14)),
        ("vertex-residency:deployments.chat.needs[1]", False, Position(8, 11)),
        ("vertex-residency:deployments.search.model", True, Position(9, 22)),
        ("vertex-residency:deployments.chat.missing", False, Position(4, 5)),
        ("vertex-residency:deployments.other", True, Position(10, 5)),
        ("gcp:project", False, None),
    ],
)
def test_a_path_is_located_in_the_file(
    path: str, key: bool, position: Position | None, tmp_path: Path
):
    assert read(tmp_path, LOCATED).locate(path, key=key) == position


@settings(deadline=None, max_examples=150)
@given(
    st.text(alphabet=st.sampled_from("config:x y\n-{}[]&*<!#'\"|>,.0123\t~?%@`ü\\"), max_size=60)
)
def test_any_text_is_read_or_is_bad_input(tmp_path_factory: pytest.TempPathFactory, text: str):
    folder = tmp_path_factory.mktemp("any")
    try:
        found = read(folder, f"config:\n  x:a: {text}").values
    except BadInput as error:
        found = {one.path: one.message for one in error.problems}
    assert all(isinstance(value, str) for value in found.values())


# The engine itself

EngineConfig = Callable[[str], "dict[str, object] | None"]


@dataclass
class EngineProject:
    """A project of its own, with its own Pulumi home and state; its stack is dev."""

    folder: Path
    pulumi: str

    @property
    def file(self) -> Path:
        return self.folder / "Pulumi.dev.yaml"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        return subprocess.run(
            [self.pulumi, *words, "--non-interactive"],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture(scope="session")
def engine_project(tmp_path_factory: pytest.TempPathFactory) -> EngineProject:
    bundled = ROOT / ".sandbox" / "bin" / "pulumi"
    pulumi = str(bundled) if bundled.exists() else shutil.which("pulumi")
    if pulumi is None:
        pytest.skip("NO PULUMI CLI, SO THE READER IS NOT COMPARED WITH THE ENGINE'S OWN")
    project = EngineProject(tmp_path_factory.mktemp("project"), pulumi)
    (project.folder / "state").mkdir()
    (project.folder / "Pulumi.yaml").write_text("name: vertex-residency\nruntime: python\n")
    made = project.run("stack", "init", "dev")
    assert made.returncode == 0, made.stderr
    return project


@pytest.fixture(scope="session")
def engine_config(engine_project: EngineProject) -> EngineConfig:
    """`pulumi config --json` of a stack file; None where it fails."""

    def config(content: str) -> dict[str, object] | None:
        engine_project.file.write_bytes(content.encode())
        done = engine_project.run("config", "--json", "--stack", "dev")
        if done.returncode:
            return None
        found: dict[str, dict[str, str]] = json.loads(done.stdout)
        return {key: value_of(value["value"]) for key, value in found.items()}

    return config


@pytest.mark.engine
def test_the_engine_agrees_with_the_table_of_values(engine_config: EngineConfig):
    lines = [f"  x:k{index}: {written}\n" for index, (written, _) in enumerate(SCALARS)]
    found = engine_config("config:\n" + "".join(lines))
    assert found == {f"x:k{index}": expected for index, (_, expected) in enumerate(SCALARS)}


@pytest.mark.engine
@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE]
)
def test_the_engine_agrees_with_the_table_of_files(
    content: str, expected: dict[str, object] | None, engine_config: EngineConfig
):
    assert engine_config(content) == expected


@pytest.mark.engine
@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_engine_and_the_reader_agree_on_the_stacks_of_the_project(
    stack: str, engine_config: EngineConfig
):
    file = ROOT / "stacks" / f"Pulumi.{stack}.yaml"
    ours = read_stack_file(file).values
    theirs = engine_config(file.read_text(encoding="utf-8"))
    assert theirs == {key: value_of(text) for key, text in ours.items()}


REFUSED: list[tuple[str, str]] = [
    ("residency of the stack", "{model: gemini-2.0-flash-001}"),
    ("residency as a text", "{model: gemini-2.0-flash-001, residency: jp}"),
    ("residency as a list", "{model: gemini-2.0-flash-001, residency: [de, jp]}"),
    (
        "residency as a map",
        "{model: claude-3-haiku@20240307, residency: {within: [fr], excluding: be}}",
    ),
    (
        "a guarantee",
        "{model: claude-3-haiku@20240307, residency: {within: be, guarantee: ml-processing}}",
    ),
    ("a pin", "{model: gemini-2.0-flash-001, residency: eu, location: europe-west3}"),
    ("needs", "{model: gemini-2.0-flash-001, residency: any, location: global, needs: [tuning]}"),
    ("a preview", "{model: jamba-1.5-mini, residency: eu, allowPreview: false}"),
    ("a near miss", "{model: gemini-2.0-flash, residency: eu}"),
    ("a retired name", "{model: Gemini 1.5 Pro, residency: us}"),
]


@pytest.mark.engine
@pytest.mark.parametrize("keys", [c[1] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_every_fix_of_a_stack_corrects_its_file_when_it_is_typed(
    keys: str, engine_project: EngineProject
):
    content = (
        'config:\n  vertex-residency:snapshot: "2025-05-12"\n  vertex-residency:residency: de\n'
        f"  vertex-residency:deployments:\n    chat: {keys}\n"
    )
    engine_project.file.write_text(content, encoding="utf-8")
    [(_, refused)] = planned(engine_project.file).refused
    assert refused.fixes or "1.5" in keys
    for text, command in refused.fixes:
        engine_project.file.write_text(content, encoding="utf-8")
        for step in command.split(" && "):
            done = engine_project.run(*shlex.split(step)[1:])
            assert done.returncode == 0, f"{text}\n{step}\n{done.stderr}"
        assert not planned(engine_project.file).refused, f"{text}\n{command}"


def planned(file: Path) -> Plan:
    config = parse_stack(read_stack_file(file).values)
    return plan(config, stack_name(file), dt.date(2025, 5, 12))


@pytest.mark.parametrize(
    "text",
    [
        "config:\n  vertex-residency:residency: eu\n  residency: us\n",
        "config:\n  vertex-residency:config:residency: eu\n  vertex-residency:residency: us\n",
    ],
)
def test_one_key_in_two_spellings_is_bad_input_because_the_engine_picks_either(
    text: str, tmp_path: Path
):
    with pytest.raises(BadInput, match="stands here again, first in line 2"):
        read(tmp_path, text)


@pytest.mark.parametrize("value", ['\'["eu","us"]\'', '\'{"chat": {"model": "m"}}\''])
def test_a_list_or_a_map_in_quotes_is_bad_input(value: str, tmp_path: Path):
    with pytest.raises(BadInput, match="in quotes"):
        read(tmp_path, f"config:\n  vertex-residency:residency: {value}\n")


def test_a_key_without_a_value_stands_where_its_key_is(tmp_path: Path):
    file = read(
        tmp_path,
        "config:\n  vertex-residency:deployments:\n    chat:\n      needs:\n      prefer: eu\n",
    )
    found = file.locate("vertex-residency:deployments.chat.needs")
    assert found is not None
    assert (found.line, found.text) == (4, "needs:")
