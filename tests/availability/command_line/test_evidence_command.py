"""`python -m availability evidence`: the contract, the same bytes for the same input, errors."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from availability.facts.library import SNAPSHOTS
from tests.availability.cli_runs import Run, run
from tests.paths import ROOT

DAY = ("--as-of", "2026-11-27")
TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
MAYBE: dict[str, Any] = {"type": ["string", "null"], "minLength": 1}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
SHA: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def closed(**keys: Any) -> dict[str, Any]:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": keys,
        "required": [*keys],
        "additionalProperties": False,
    }


def listed(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item}


CITE = closed(
    source=TEXT,
    url={"type": "string", "pattern": "^https?://"},
    date=TEXT,
    line={"type": ["integer", "null"], "minimum": 1},
    heading=MAYBE,
    note=MAYBE,
)
FACTS = listed(closed(what=TEXT, text=TEXT, cite={"oneOf": [CITE, {"type": "null"}]}))
REFUSAL = closed(text=TEXT, reasons=listed(closed(text=TEXT, locations=TEXTS)))
POLICY = closed(
    constraint=TEXT,
    allowed=TEXTS,
    denied=TEXTS,
    denyAll={"type": "boolean"},
    enforced={"type": "boolean"},
    inherits={"type": "boolean"},
    dryRun={"type": "boolean"},
    text=TEXT,
)
DEPLOYMENT = closed(
    name=TEXT,
    model=TEXT,
    publisher=MAYBE,
    residency=closed(within=TEXTS, excluding=TEXTS, guarantee=TEXT),
    guarantee={"enum": ["endpoint", "ml-processing"]},
    location=MAYBE,
    boundary=MAYBE,
    refusal={"oneOf": [REFUSAL, {"type": "null"}]},
    facts=FACTS,
    notCovered=FACTS,
    enforcedBy=listed(POLICY),
    notEnforced=TEXTS,
    callers=listed(
        closed(
            kind={"enum": ["member", "own-account", "account-user", "workload"]},
            member=MAYBE,
            text=TEXT,
        )
    ),
    waivers=listed(
        closed(
            kind={"enum": ["rule", "warning"]},
            id=TEXT,
            until={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
            reason=TEXT,
            state={"enum": ["in-effect", "not-needed", "expired"]},
            text=TEXT,
        )
    ),
)
SCHEMA = closed(
    snapshot=TEXT,
    snapshotSha256=SHA,
    stack=TEXT,
    stackSha256=SHA,
    projectFileSha256={"oneOf": [SHA, {"type": "null"}]},
    asOf=TEXT,
    project=MAYBE,
    region=MAYBE,
    fromEnvironment={"type": "object", "additionalProperties": TEXT},
    auditLogs={
        "oneOf": [closed(logTypes=TEXTS, exemptedMembers=TEXTS), {"type": "null"}],
    },
    warnings=listed(closed(id=TEXT, text=TEXT)),
    deployments=listed(DEPLOYMENT),
)

OWN = "vertex-residency:"
FULL: dict[str, Any] = {
    "gcp:project": "acme-prod",
    "gcp:region": "europe-west4",
    f"{OWN}snapshot": "2026-11-12",
    f"{OWN}residency": "eu",
    f"{OWN}auditLogs": {"logTypes": ["DATA_READ"], "exemptedMembers": ["user:ada@acme.example"]},
    f"{OWN}federation": {"github": {"repository": "acme/app", "ownerId": 123, "branch": "main"}},
    f"{OWN}guardrails": {
        "restrictServices": True,
        "resourceLocations": True,
        "partnerModelFeatures": [],
    },
    f"{OWN}callers": ["group:all@acme.example"],
    f"{OWN}deployments": {
        "chat": {
            "model": "gemini-3.5-flash",
            "residency": {"within": "eu", "guarantee": "ml-processing"},
            "needs": ["batch-prediction", "context-caching"],
            "controls": ["cmek"],
            "callers": ["federation", "group:chat@acme.example"],
        },
        "review": {
            "model": "claude-sonnet-5-5",
            "accept": [
                {"warning": "partner-terms", "until": "2027-06-01", "reason": "signed by | Ada"},
                {"warning": "endpoint-guarantee", "until": "2026-06-01", "reason": "was known"},
                {"rule": "preview", "until": "2027-06-01", "reason": "just in case"},
            ],
        },
        "search": {
            "model": "gemini-2.0-flash-001",
            "accept": [{"rule": "retired", "until": "2027-06-01", "reason": "moving on"}],
        },
    },
}
ACCOUNTS: dict[str, Any] = {
    "gcp:project": "acme-prod",
    f"{OWN}snapshot": "2026-11-12",
    f"{OWN}residency": "eu",
    f"{OWN}federation": FULL[f"{OWN}federation"],
    f"{OWN}deployments": {
        "batch": {
            "model": "gemini-3.5-flash",
            "serviceAccountUsers": ["user:bob@acme.example"],
            "workloadIdentityUsers": [
                "federation",
                "serviceAccount:acme-prod.svc.id.goog[models/batch]",
            ],
        }
    },
}


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's stacks, as the working directory, on a machine without variables."""
    for name in [*os.environ]:
        if name.startswith(("GOOGLE_", "GCLOUD_", "CLOUDSDK_")):
            monkeypatch.delenv(name)
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(copy: Path, config: dict[str, Any], name: str = "full") -> Path:
    path = copy / "stacks" / f"Pulumi.{name}.yaml"
    path.write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    return path


def evidence(*argv: str) -> Run:
    return run("evidence", *argv, *DAY)


def document(*argv: str) -> Any:
    made = evidence(*argv, "--json")
    return made.document


def by_name(made: Any) -> dict[str, Any]:
    return {one["name"]: one for one in made["deployments"]}


# The contract


@pytest.mark.parametrize("stack", ["prod", "dev", "staging", "snapshot-2025", "full", "accounts"])
def test_the_document_has_the_shape_of_the_contract(stack: str, copy: Path) -> None:
    write(copy, FULL)
    write(copy, ACCOUNTS, "accounts")
    jsonschema.validate(document(stack), SCHEMA)


def test_every_part_is_there_of_a_stack_with_every_feature(copy: Path) -> None:
    write(copy, FULL)
    made = document("full")
    chat, review, search = (by_name(made)[name] for name in ("chat", "review", "search"))
    assert (made["snapshot"], made["stack"], made["asOf"]) == ("2026-11-12", "full", "2026-11-27")
    assert made["auditLogs"] == {
        "logTypes": ["DATA_READ"],
        "exemptedMembers": ["user:ada@acme.example"],
    }
    assert (chat["location"], chat["boundary"], chat["guarantee"]) == ("eu", "eu", "ml-processing")
    assert {fact["what"] for fact in chat["facts"]} == {
        "served", "area", "processing", "covered", "need", "control", "retires",
    }  # fmt: skip
    assert {fact["what"] for fact in chat["notCovered"]} == {"covered", "at-rest", "retention"}
    assert [one["constraint"] for one in review["enforcedBy"]] == [
        "vertexai.allowedModels",
        "gcp.restrictEndpointUsage",
        "iam.managed.disableServiceAccountKeyCreation",
        "iam.managed.disableServiceAccountKeyUpload",
        "gcp.restrictServiceUsage",
        "gcp.resourceLocations",
        "vertexai.allowedPartnerModelFeatures",
    ]
    [models, hosts, *_] = review["enforcedBy"]
    assert "publishers/anthropic/models/claude-sonnet-5-5:predict" in models["allowed"]
    assert "us-central1-aiplatform.googleapis.com" in hosts["denied"]
    assert not any(one["dryRun"] for one in review["enforcedBy"])
    assert chat["callers"] == [
        {
            "kind": "member",
            "member": "federation",
            "text": "Calls the model. It stands for workflows of the GitHub repository acme/app "
            "(owner 123), on refs/heads/main only.",
        },
        {"kind": "member", "member": "group:chat@acme.example", "text": "Calls the model."},
    ]
    assert [one["member"] for one in review["callers"]] == ["group:all@acme.example"]
    assert [
        (one["kind"], one["id"], one["until"], one["reason"], one["state"])
        for one in review["waivers"]
    ] == [
        ("warning", "partner-terms", "2027-06-01", "signed by | Ada", "in-effect"),
        ("warning", "endpoint-guarantee", "2026-06-01", "was known", "expired"),
        ("rule", "preview", "2027-06-01", "just in case", "not-needed"),
    ]
    assert "anthropic publishes claude-sonnet-5-5" in review["waivers"][0]["text"]
    [retired] = search["waivers"]
    assert (retired["id"], retired["state"]) == ("retired", "in-effect")
    assert retired["text"] == "Broken: gemini-2.0-flash is shut down after 2026-06-01."


def test_an_own_account_is_told_with_who_acts_as_it(copy: Path) -> None:
    write(copy, ACCOUNTS)
    [batch] = document("full")["deployments"]
    assert [(one["kind"], one["member"]) for one in batch["callers"]] == [
        ("own-account", None),
        ("account-user", "user:bob@acme.example"),
        ("workload", "federation"),
        ("workload", "serviceAccount:acme-prod.svc.id.goog[models/batch]"),
    ]
    assert "GitHub repository acme/app" in batch["callers"][2]["text"]


def test_without_guardrails_it_says_that_nothing_enforces_it(copy: Path) -> None:
    chat = by_name(document("prod"))["chat"]
    assert chat["enforcedBy"] == []
    assert chat["notEnforced"][0].startswith("No organization policy of this stack enforces it")
    out = " ".join(evidence("prod").out.split())
    assert "### Enforced by No organization policy of this stack. Not enforced:" in out


def test_a_dry_run_is_said(copy: Path) -> None:
    write(copy, {**FULL, f"{OWN}guardrails": {"dryRun": True}})
    chat = by_name(document("full"))["chat"]
    assert chat["enforcedBy"]
    assert all(one["dryRun"] for one in chat["enforcedBy"])
    assert "(dry run: only logged)" in evidence("full").out


# The same bytes


def fresh(folder: Path, *argv: str, **variables: str) -> bytes:
    """What a process of its own prints, started in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "availability", "evidence", *argv, *DAY],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    return done.stdout


@pytest.mark.parametrize("form", ["markdown", "json"])
def test_the_bytes_are_the_same_from_everywhere(form: str, copy: Path) -> None:
    path = write(copy, FULL)
    other = copy / "elsewhere" / "deeper"
    other.mkdir(parents=True)
    first = fresh(copy, "full", "--format", form, PYTHONHASHSEED="1")
    assert first == fresh(copy, str(path), "--format", form, PYTHONHASHSEED="2")
    assert first == fresh(other, "full", "--format", form, TZ="Pacific/Auckland", COLUMNS="40")
    assert first == fresh(other, "../../stacks/Pulumi.full.yaml", "--format", form)
    shutil.copytree(copy / "stacks", other / "stacks")
    shutil.copy(copy / "Pulumi.yaml", other)
    assert first == fresh(other, "full", "--format", form)
    assert str(copy).encode() not in first


def test_a_newer_snapshot_changes_no_byte_of_a_stack_that_pins_its_own(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import availability.stack.plan as plans

    before = evidence("prod").out

    def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(plans, "newer_than", nothing)
    assert evidence("prod").out == before


def test_the_digests_are_those_of_the_files(copy: Path) -> None:
    made = document("prod")
    files = {
        "snapshotSha256": SNAPSHOTS / "2026-10-10" / "snapshot.json",
        "stackSha256": copy / "stacks" / "Pulumi.prod.yaml",
        "projectFileSha256": copy / "Pulumi.yaml",
    }
    for key, path in files.items():
        assert made[key] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert all(made[key] in evidence("prod").out for key in files)


def test_the_digest_of_the_stack_file_changes_with_every_byte_of_it(copy: Path) -> None:
    path = copy / "stacks" / "Pulumi.prod.yaml"
    before = document("prod")
    path.write_text(path.read_text(encoding="utf-8") + "# signed\n", encoding="utf-8")
    after = document("prod")
    assert before.pop("stackSha256") != after.pop("stackSha256")
    assert before == after


def test_the_file_of_the_project_counts_where_its_values_do(copy: Path) -> None:
    (copy / "Pulumi.yaml").write_text(
        "name: vertex-residency\nruntime: python\nstackConfigDir: stacks\n", encoding="utf-8"
    )
    assert document("prod")["projectFileSha256"] is None
    assert "Pulumi.yaml" not in evidence("prod").out
    (copy / "Pulumi.yaml").write_text(
        "name: vertex-residency\nruntime: python\nstackConfigDir: stacks\n"
        "config:\n  vertex-residency:protect: {value: true}\n",
        encoding="utf-8",
    )
    assert document("prod")["projectFileSha256"]


def test_what_a_variable_gives_is_named(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {key: value for key, value in FULL.items() if not key.startswith("gcp:")}
    write(copy, config)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "acme-machine")
    made = document("full")
    assert made["fromEnvironment"] == {"gcp:project": "acme-machine"}
    assert (made["project"], made["region"]) == ("acme-machine", None)
    out = evidence("full").out
    assert "| `gcp:project` | `acme-machine` (a variable of the environment) |" in out
    assert "| `gcp:region` | not said |" in out
    assert document("prod")["fromEnvironment"] == {}


def test_the_day_decides_what_is_placed_and_is_named(copy: Path) -> None:
    early = run("evidence", "snapshot-2025", "--json", "--as-of", "2025-05-12")
    assert (early.status, early.document["asOf"]) == (0, "2025-05-12")
    chat = by_name(early.document)["chat"]
    assert chat["location"] == "europe-west4"
    listing = next(fact for fact in chat["facts"] if fact["what"] == "served")
    assert (listing["cite"]["date"], listing["cite"]["line"]) == ("2025-05-12", 143)


# Refusals and mistakes


def test_a_refused_deployment_is_listed_with_its_reason(copy: Path) -> None:
    config = json.loads(json.dumps(FULL))
    del config[f"{OWN}deployments"]["search"]["accept"]
    config[f"{OWN}deployments"]["lost"] = {"model": "gemini-9-`ultra`"}
    write(copy, config)
    made = evidence("full", "--json")
    jsonschema.validate(made.document, SCHEMA)
    assert made.status == 1
    search, lost = (by_name(made.document)[name] for name in ("search", "lost"))
    for one in (search, lost):
        assert (one["location"], one["boundary"], one["notCovered"]) == (None, None, [])
        assert one["enforcedBy"] == []
        assert "is refused" in one["notEnforced"][0]
    assert "shut down after 2026-06-01" in search["refusal"]["text"]
    assert [fact["what"] for fact in search["facts"]] == ["retires"]
    assert (lost["model"], lost["publisher"], lost["facts"]) == ("gemini-9-`ultra`", None, [])
    assert "no model of snapshot 2026-11-12" in lost["refusal"]["text"]
    assert by_name(made.document)["chat"]["location"] == "eu"
    text = evidence("full")
    assert text.status == 1
    assert "**Refused**: `gemini-2.0-flash` is placed nowhere." in text.out
    assert "| lost | `` gemini-9-`ultra` `` | eu | **refused** |  |" in text.out


def test_what_cannot_be_read_is_bad_input_and_the_others_are_told(copy: Path) -> None:
    (copy / "stacks" / "Pulumi.broken.yaml").write_text("config: [\n", encoding="utf-8")
    made = evidence("broken", "prod", "nowhere", "dev")
    assert made.status == 2
    assert "stacks/Pulumi.broken.yaml:2:1: is no valid YAML" in made.err
    assert "nowhere: no stack of this name" in made.err
    assert [line for line in made.out.splitlines() if line.startswith("# ")] == [
        "# Evidence for the stack `prod`",
        "# Evidence for the stack `dev`",
    ]
    broken, prod, nowhere, dev = document("broken", "prod", "nowhere", "dev")
    assert (prod["stack"], dev["stack"]) == ("prod", "dev")
    assert (broken["stack"], nowhere["stack"]) == ("broken", "nowhere")
    assert "is no valid YAML" in broken["errors"][0]["message"]
    alone = evidence("nowhere", "--json")
    assert (alone.status, [*alone.document]) == (2, ["errors"])


def test_a_folder_in_the_place_of_a_file_is_bad_input(copy: Path) -> None:
    (copy / "stacks" / "Pulumi.prod.yaml").unlink()
    (copy / "stacks" / "Pulumi.prod.yaml").mkdir()
    made = evidence("stacks/Pulumi.prod.yaml", "dev")
    assert made.status == 2
    assert "stacks/Pulumi.prod.yaml: cannot be read: Is a directory" in made.err
    assert "# Evidence for the stack `dev`" in made.out


def test_nothing_is_written(copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    for folder in (copy / "stacks", copy):
        folder.chmod(0o555)
    try:
        assert evidence("prod").status == 0
    finally:
        for folder in (copy, copy / "stacks"):
            folder.chmod(0o755)
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--format", "text"], "--format: unknown format 'text'; it is one of markdown, json"),
        (["--format", ""], "--format: unknown format ''"),
        (["--format", "markdwn"], "(did you mean markdown?)"),
        (["--format", "markdown", "--json"], "exclude each other"),
        (["--as-of", "soon"], "--as-of: "),
        (["--frmat", "json"], "unknown option"),
    ],
)
def test_a_misuse_is_bad_input(argv: list[str], words: str, copy: Path) -> None:
    made = run("evidence", "prod", *argv)
    assert made.status == 2
    assert words in made.err + made.out


def test_the_format_json_is_the_option_json(copy: Path) -> None:
    assert evidence("prod", "--format", "json") == evidence("prod", "--json")
    assert evidence("prod", "--format", "json", "--json") == evidence("prod", "--json")
    assert evidence("prod", "--format", "markdown") == evidence("prod")


def test_what_an_unknown_environment_gives_is_said_to_be_unknown(copy: Path) -> None:
    path = copy / "stacks" / "Pulumi.dev.yaml"
    path.write_text(f"environment: [acme/dev]\n{path.read_text(encoding='utf-8')}")
    assert "unknown-offline" in [one["id"] for one in document("dev")["warnings"]]
    assert "- unknown-offline: ``The environment of this stack" in evidence("dev").out


def test_a_reader_that_stops_early_changes_nothing(copy: Path) -> None:
    command = [sys.executable, "-m", "availability", "evidence", "prod", *DAY]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
