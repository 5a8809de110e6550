"""`pin` adds lines to a stack file and changes nothing else, or it says why and changes nothing."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path

import pytest

from availability.input.errors import BadInput
from availability.placement.request import Placement
from availability.stack import rewriting
from availability.stack.pin import Pinned, pin
from availability.stack.reading import plan_file, read_stack
from availability.stack.source import read_source
from tests.availability.stack.test_project_file import project
from tests.generated_stacks import garbled, generated, write
from tests.paths import ROOT

DAY = dt.date(2026, 10, 12)
HEAD = """\
config:
  gcp:project: acme-dev
  gcp:region: europe-west4
  vertex-residency:snapshot: "2026-10-10"
  vertex-residency:residency: eu
"""
FLASH = "gemini-3.8-flash"


def stack(folder: Path, text: str | bytes) -> Path:
    path = folder / "Pulumi.dev.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pinned(path: Path) -> Pinned:
    return pin(read_source(path), {}, DAY)


def locations(path: Path) -> dict[str, str]:
    """Where the program would place each deployment of a file."""
    return {
        deployment.name: answer.result.location
        for deployment, answer in plan_file(read_stack(path), {}, DAY).answers
        if isinstance(answer.result, Placement)
    }


def written(folder: Path, deployments: str) -> str:
    """The deployments of a file, as they stand there with their pins."""
    path = stack(folder, f"{HEAD}  vertex-residency:deployments:\n{deployments}")
    before = locations(path)
    result = pinned(path)
    assert {**result.pinned, **result.already} == before
    assert locations(path) == before
    text = path.read_bytes().decode()
    assert text.startswith(HEAD)
    return text.removeprefix(f"{HEAD}  vertex-residency:deployments:\n")


def refused(path: Path) -> str:
    """Why nothing of the file is pinned; the file is as it was, to its time."""
    content, time = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(BadInput) as raised:
        pinned(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, time)
    return str(raised.value)


@pytest.mark.parametrize("name", ["dev", "prod", "staging", "snapshot-2025"])
def test_of_a_committed_stack_only_lines_are_added_one_a_deployment(
    name: str, tmp_path: Path
) -> None:
    text = (ROOT / "stacks" / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")
    path = stack(tmp_path, text)
    before = locations(path)
    result = pinned(path)
    assert result.pinned == before
    changes = [
        line
        for line in difflib.ndiff(text.splitlines(True), path.read_text().splitlines(True))
        if line[0] in "+-?"
    ]
    assert changes == [f"+       location: {before[name]}\n" for name in file_order(text)]
    assert locations(path) == before


def file_order(text: str) -> list[str]:
    """The deployments as they stand in one of the committed files."""
    lines = text.partition("deployments:")[2].splitlines()
    return [line.strip(" :") for line in lines if line.startswith("    ") and line[4] != " "]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    chat:\n      model: M\n", "    chat:\n      model: M\n      location: eu\n"),
        ("    chat:\n     model: M", "    chat:\n     model: M\n     location: eu"),
        (
            "    chat: # 1\n\n      # 2\n      model: M # 3\n      # 4\n\n      prefer: eu\n",
            (
                "    chat: # 1\n\n      # 2\n      model: M # 3\n      location: eu\n      # 4\n\n"
                "      prefer: eu\n"
            ),
        ),
        (
            "    chat:\n      prefer: eu\n      model: M\n",
            "    chat:\n      prefer: eu\n      model: M\n      location: eu\n",
        ),
        ("    chat: {model: M}\n", "    chat: {model: M, location: eu}\n"),
        ("    chat: { model: M , } # why\n", "    chat: { model: M, location: eu , } # why\n"),
        (
            "    chat: {model: M, # {\n      prefer: [eu\n    ] # }\n    }\n",
            "    chat: {model: M, # {\n      prefer: [eu\n    ], location: eu # }\n    }\n",
        ),
        ('    "chat": {"model": "M"}\n', '    "chat": {"model": "M", "location": "eu"}\n'),
        (
            "    chat:\n      prefer: [eu] # why\n      model: >-\n        M\n",
            "    chat:\n      prefer: [eu] # why\n      location: eu\n      model: >-\n        M\n",
        ),
        (
            "    chat:\n      model: >-\n        M\n\n    # why\n",
            "    chat:\n      location: eu\n      model: >-\n        M\n\n    # why\n",
        ),
        (
            "    ? chat\n    : model: M\n      needs: [batch-prediction]\n",
            "    ? chat\n    : model: M\n      location: eu\n      needs: [batch-prediction]\n",
        ),
        (
            "    chat: &a !!map\n      !!str model: &b M\n",
            "    chat: &a !!map\n      !!str model: &b M\n      location: eu\n",
        ),
        (
            "    chat:\n      model: 'M'   \n...\n",
            "    chat:\n      model: 'M'   \n      location: eu\n...\n",
        ),
    ],
)
def test_a_pin_stands_where_a_person_would_write_it(
    before: str, after: str, tmp_path: Path
) -> None:
    assert written(tmp_path, before.replace("M", FLASH)) == after.replace("M", FLASH)


def test_what_has_a_pin_keeps_it(tmp_path: Path) -> None:
    deployments = f"    chat: {{model: {FLASH}, location: eu}}\n    lab: {{model: {FLASH}}}\n"
    head = HEAD.replace("residency: eu", "residency: [us, eu]")
    path = stack(tmp_path, f"{head}  vertex-residency:deployments:\n{deployments}")
    result = pinned(path)
    assert (result.pinned, result.already) == ({"lab": "us"}, {"chat": "eu"})
    expected = deployments.replace(f"lab: {{model: {FLASH}", f"lab: {{model: {FLASH}, location: us")
    assert path.read_text().endswith(expected)


def test_a_file_with_all_its_pins_is_not_touched(tmp_path: Path) -> None:
    path = stack(
        tmp_path,
        f"{HEAD}  vertex-residency:deployments: {{chat: {{model: {FLASH}, location: eu}}}}\n",
    )
    before = path.stat()
    result = pinned(path)
    assert (result.pinned, result.already) == ({}, {"chat": "eu"})
    assert path.stat() == before


def test_a_file_with_a_refused_deployment_is_not_touched(tmp_path: Path) -> None:
    text = f"{HEAD}  vertex-residency:deployments:\n    chat: {{model: {FLASH}}}\n"
    path = stack(tmp_path, f"{text}    lab: {{model: {FLASH}, residency: de}}\n")
    before = path.stat()
    result = pinned(path)
    assert [deployment.name for deployment, _ in result.plan.refused] == ["lab"]
    assert result.pinned == {}
    assert path.stat() == before


def test_deployments_that_share_a_location_still_share_it(tmp_path: Path) -> None:
    lines = (
        "  vertex-residency:colocate: [[chat, search]]\n"
        "  vertex-residency:deployments:\n"
        "    chat: {model: gemini-3.5-flash}\n"
        "    search: {model: gemini-3.5-flash, residency: europe-west3}\n"
    )
    path = stack(tmp_path, HEAD + lines)
    assert pinned(path).pinned == {"chat": "europe-west3", "search": "europe-west3"}
    assert locations(path) == {"chat": "europe-west3", "search": "europe-west3"}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with mark", "utf-16-be with mark"]
)
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n# ende ✓\n"])
def test_encoding_line_ends_and_the_end_stay(
    encoding: str, line_break: str, end: str, tmp_path: Path
) -> None:
    text = f"# für 😀\n{HEAD}  vertex-residency:deployments:\n    chat:\n      model: {FLASH}"

    def bytes_of(text: str) -> bytes:
        codec, _, mark = encoding.partition(" with ")
        marked = f"\ufeff{text}" if mark else text
        return marked.replace("\n", line_break).encode(codec)

    path = stack(tmp_path, bytes_of(text + end))
    pinned(path)
    assert path.read_bytes() == bytes_of(f"{text}\n      location: eu{end}")


def test_secrets_and_what_stands_beside_the_configuration_stay_byte_for_byte(
    tmp_path: Path,
) -> None:
    secrets = (
        "  github:token:\n    secure: v1:aaaa:bbbb==\n"
        "  other:thing: {secure:   'v1:cc'}   # twice\n"
    )
    deployments = f"  vertex-residency:deployments:\n    chat:\n      model: {FLASH}\n"
    end = "encryptionsalt:   v1:9999:v1:abc+/=   # ours\nsecretsprovider: passphrase\n"
    path = stack(tmp_path, HEAD + secrets + deployments + end)
    pinned(path)
    expected = f"{HEAD}{secrets}{deployments}      location: eu\n{end}"
    assert path.read_bytes() == expected.encode()


BASE = f"""\
    chat: &base
      model: {FLASH}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"{BASE}    lab: *base # as chat\n",
            f"{BASE}      location: eu\n    lab: {{<<: *base, location: eu}} # as chat\n",
        ),
        (
            f"{BASE}    lab:\n      <<: *base\n      residency: us\n",
            (
                f"{BASE}      location: eu\n    lab:\n      <<: *base\n      location: us\n"
                "      residency: us\n"
            ),
        ),
        (
            f"{BASE}    lab: {{<<: *base, residency: us}}\n",
            f"{BASE}      location: eu\n    lab: {{<<: *base, residency: us, location: us}}\n",
        ),
        (
            f"    chat: {{<<: [&a {{model: {FLASH}}}]}}\n    lab: {{<<: *a, residency: us}}\n",
            (
                f"    chat: {{<<: [&a {{model: {FLASH}}}], location: eu}}\n"
                "    lab: {<<: *a, residency: us, location: us}\n"
            ),
        ),
    ],
)
def test_deployments_that_share_their_keys_get_pins_of_their_own(
    before: str, after: str, tmp_path: Path
) -> None:
    assert written(tmp_path, before) == after


def test_a_pin_that_would_be_somebody_elses_too_is_left_to_a_person(tmp_path: Path) -> None:
    deployments = f"  vertex-residency:deployments:\n{BASE}    lab: {{model: {FLASH}}}\n"
    path = stack(tmp_path, f"{HEAD}{deployments}  other:thing: *base\n")
    assert refused(path) == (
        "vertex-residency:deployments.chat: something else than a deployment has the same keys by "
        "an alias, and would have the pin, too: write the keys out for chat, with location: eu, by "
        "hand"
    )


def test_a_deployment_without_a_line_of_its_own_is_left_to_a_person(tmp_path: Path) -> None:
    deployments = f"    ? chat\n    : model: >-\n        {FLASH}\n"
    path = stack(tmp_path, f"{HEAD}  vertex-residency:deployments:\n{deployments}")
    assert refused(path) == (
        "vertex-residency:deployments.chat: no line of it stands alone: write location: eu by hand"
    )


def test_a_deployment_of_the_project_is_left_to_a_person(tmp_path: Path) -> None:
    config = f"config:\n  vertex-residency:deployments.lab.model: {{value: {FLASH}}}\n"
    path = project(
        tmp_path,
        config,
        f"  gcp:project: acme-dev\n  residency: eu\n  deployments: {{chat: {{model: {FLASH}}}}}\n",
    )
    assert refused(path) == (
        f"vertex-residency:deployments.lab: it is written in {tmp_path / 'Pulumi.yaml'}, for every "
        "stack: write location: eu there by hand"
    )


def test_keys_without_a_namespace_and_older_spellings_are_found(tmp_path: Path) -> None:
    text = "  gcp:config:project: acme-dev\n  residency: eu\n  deployments:\n    chat:\n"
    path = project(tmp_path, "", f"{text}      model: {FLASH}\n")
    pinned(path)
    assert path.read_text() == f"config:\n{text}      model: {FLASH}\n      location: eu\n"


def test_a_configuration_in_a_text_is_bad_input(tmp_path: Path) -> None:
    encoded = f'  vertex-residency:deployments: \'{{"chat": {{"model": "{FLASH}"}}}}\'\n'
    path = stack(tmp_path, HEAD + encoded)
    with pytest.raises(BadInput, match="leave the quotes out"):
        pinned(path)


def test_a_link_stays_a_link_and_the_file_keeps_its_permissions(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    file = stack(real, f"{HEAD}  vertex-residency:deployments: {{chat: {{model: {FLASH}}}}}\n")
    file.chmod(0o640)
    link = tmp_path / "Pulumi.dev.yaml"
    link.symlink_to(Path("real") / file.name)
    pinned(link)
    assert link.is_symlink()
    assert "location: eu" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in real.iterdir()] == [file.name]


def one(folder: Path) -> Path:
    return stack(folder, f"{HEAD}  vertex-residency:deployments: {{chat: {{model: {FLASH}}}}}\n")


def test_a_file_that_is_read_only_stays_as_it_is(tmp_path: Path) -> None:
    path = one(tmp_path)
    path.chmod(0o444)
    assert refused(path) == f"{path}: cannot be written: is read-only"


def test_a_disk_that_is_full_leaves_the_file_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rewriting.os, "fsync", full)
    path = one(tmp_path)
    assert refused(path) == f"{path}: cannot be written: No space left on device"
    assert [*tmp_path.iterdir()] == [path]


def test_what_somebody_writes_meanwhile_is_not_lost(tmp_path: Path) -> None:
    path = one(tmp_path)
    source = read_source(path)
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(BadInput, match="changed meanwhile"):
        pin(source, {}, DAY)
    assert path.read_text().endswith("}}\n# mine\n")
    assert [*tmp_path.iterdir()] == [path]


def is_made_by_adding(before: bytes, after: bytes) -> bool:
    """Whether all bytes are there in their order, with others between."""
    rest = iter(after)
    return all(byte in rest for byte in before)


def test_generated_stack_files_get_exactly_their_pins_or_stay_as_they_are(tmp_path: Path) -> None:
    outcomes: set[str] = set()
    for seed in range(150):
        made = generated(seed)
        text = garbled(seed) if seed % 5 == 4 else made.text
        made.text = text.replace("\n", "\r\n") if seed % 3 else text
        path = write(tmp_path, made)
        path.write_bytes(made.text.encode())
        before, time = path.read_bytes(), path.stat().st_mtime_ns
        try:
            result = pin(read_source(path), made.environment, DAY)
        except BadInput:
            outcomes.add("bad")
            assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, time)
            continue
        if result.plan.refused:
            outcomes.add("refused")
            assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, time)
            continue
        outcomes.add("pinned")
        assert is_made_by_adding(before, path.read_bytes()), made.text
        again = plan_file(read_stack(path), made.environment, DAY)
        places = {
            deployment.name: (deployment.keys.location, answer.result.location)
            for deployment, answer in again.answers
            if isinstance(answer.result, Placement)
        }
        expected = {**result.pinned, **result.already}
        assert places == {name: (place, place) for name, place in expected.items()}, made.text
    assert outcomes == {"bad", "refused", "pinned"}
