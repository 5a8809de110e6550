"""The README shows what is printed."""

import datetime as dt
import re
from pathlib import Path

import pytest

from availability.cloud.services import ALWAYS, SERVICES, services_for
from availability.report.since_update import since_lines
from availability.report.summary import summary_lines
from availability.report.text import refused_plan_lines
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.plan import plan
from availability.stack.review.last_update import Incomparable
from availability.stack.shape import names_of
from tests.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


MODEL = "      model: gemini-3.8-flash\n"


def printed(folder: Path) -> str:
    """What a preview of the committed prod stack says once its chat is to be in Germany."""
    path = folder / "Pulumi.prod.yaml"
    text = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    assert text.count(MODEL) == 1
    path.write_text(text.replace(MODEL, f"{MODEL}      residency: de\n"), encoding="utf-8")
    file = read_stack_file(path, Path("stacks/Pulumi.prod.yaml"))
    made = plan(parse_stack(file.values), "prod", dt.date(2026, 11, 23))
    return "\n".join(refused_plan_lines(made, file))


def test_the_refusal_in_the_readme_is_the_one_that_is_printed(tmp_path: Path) -> None:
    match = re.search(r"<!-- refusal:.*?-->\n```text\n(.*?)\n```", README, re.DOTALL)
    assert match is not None
    assert match[1] == printed(tmp_path)


def test_the_table_in_the_readme_is_the_one_that_ends_a_preview() -> None:
    match = re.search(r"<!-- summary:.*?-->\n```text\n(.*?)\n```", README, re.DOTALL)
    assert match is not None
    file = read_stack_file(ROOT / "stacks" / "Pulumi.prod.yaml")
    made = plan(parse_stack(file.values), "prod", dt.date(2026, 11, 23))
    compared = since_lines("prod", Incomparable.NEVER_UPDATED)
    assert match[1].splitlines() == summary_lines(made, {}, compared)


def test_the_stack_in_the_readme_is_part_of_the_committed_one() -> None:
    committed = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text(encoding="utf-8").splitlines()
    shown = README.partition("From `stacks/Pulumi.prod.yaml`:\n\n")[2].partition("\n\n|")[0]
    for line in shown.splitlines():
        text = re.sub(r"\s+#.*", "", line.removeprefix("    "))
        assert text in committed


def test_every_key_is_in_the_readme() -> None:
    keys = {*names_of(StackKeys), *names_of(DeploymentKeys)}
    assert {key for key in keys if f"`{key}`" not in README} <= {"deployments"}


def apis(feature: str) -> set[str]:
    """The APIs that the README's table has for a feature, without `.googleapis.com`."""
    rows = [line.split("|") for line in README.splitlines() if line.startswith("| ")]
    [cell] = [row[2] for row in rows if row[1].strip() == feature and len(row) == 5]
    return set(re.findall(r"`([a-z]+)`", cell))


def active(model: str, keys: dict[str, str]) -> set[str]:
    values = {"residency": "de", **keys, "deployments": f'{{"chat": {{"model": "{model}"}}}}'}
    config = parse_stack(
        {"gcp:project": "acme-dev"}
        | {f"vertex-residency:{key}": value for key, value in values.items()}
    )
    made = plan(config, "dev", dt.date(2026, 11, 23))
    assert not made.refused
    publishers = [answer.publisher for _, answer in made.answers]
    return {one.partition(".")[0] for one in services_for(publishers, made.features)}


EVERY_STACK = {SERVICES[feature].partition(".")[0] for feature in ALWAYS}


@pytest.mark.parametrize(
    ("feature", "model", "keys"),
    [
        ("every stack", "gemini-3.5-flash", {}),
        ("partner models", "claude-sonnet-5-5", {"residency": "eu"}),
        ("`guardrails`", "gemini-3.5-flash", {"guardrails": "on"}),
        (
            "`federation`",
            "gemini-3.5-flash",
            {
                "federation": '{"github": {"repository": "acme/app", "ownerId": 1}}',
                "callers": "federation",
            },
        ),
        ("`auditLogs`, `serviceAgents`", "gemini-3.5-flash", {"auditLogs": "true"}),
        ("`auditLogs`, `serviceAgents`", "gemini-3.5-flash", {"serviceAgents": "true"}),
        ("`publish: secrets`", "gemini-3.5-flash", {"publish": "secrets"}),
        ("`publish: parameters`", "gemini-3.5-flash", {"publish": "parameters"}),
        ("`caching`", "gemini-3.5-flash", {"caching": "off"}),
    ],
)
def test_the_apis_of_a_feature_are_those_in_the_readme(
    feature: str, model: str, keys: dict[str, str]
) -> None:
    assert active(model, keys) == EVERY_STACK | apis(feature)


def test_the_apis_of_private_access_are_those_in_the_readme() -> None:
    access = {"privateAccess": '{"network": "main", "subnetwork": "models"}'}
    bundle = active("gemini-3.5-flash", access)
    near = '{"network": "main", "subnetwork": {"europe-west4": "models"}}'
    regional = active("gemini-3.8-flash", {"residency": "eu", "privateAccess": near})
    assert bundle | regional == EVERY_STACK | apis("`privateAccess`")
    assert bundle ^ regional == {"networkconnectivity", "servicedirectory"}
